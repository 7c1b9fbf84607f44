# Two commands need nothing but Python 3.11 or newer (on Debian and Ubuntu python3-venv, too), make, and a network once:
#   make ask Q="When did Russia designate the Taliban a terrorist organisation?"
#   make test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
export Q

.PHONY: ask chat test test-model lint clean

# Exit code 3 says that the articles do not say: an answer too, and no failure of make's.
ask: $(VENV)/installed
	@$(BIN)/qabot ask "$$Q" || [ $$? -eq 3 ]

chat: $(VENV)/installed
	@$(BIN)/qabot chat

# Two processes: each loads the models, and the machines that this runs on have two cores at least.
test: lint
	$(BIN)/pytest --numprocesses 2 --dist worksteal

# With a real language model: fetches a gigabyte once, takes minutes, and is no part of make test.
test-model: $(VENV)/installed-dev
	$(BIN)/pytest tests/real_model.py

lint: $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# What was indexed stays: articles that came by URL or standard input are in index/store alone.
clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache

# With a pip of today: older ones warn that lxml has no extra "html_clean", which newer ones find.
$(BIN)/python:
	@$(PYTHON) -m venv --upgrade-deps $(VENV) 1>&2

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing qabot into $(VENV) (once; some minutes)" 1>&2
	@$(INSTALL) --editable . 1>&2
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing what the tests need into $(VENV) (once)" 1>&2
	@$(INSTALL) --editable ".[dev]" 1>&2
	@touch $@
