from __future__ import annotations

from pathlib import Path

import pytest

from qabot.errors import SettingsError
from qabot.settings import Settings, is_from_file, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_flag_wins_over_a_variable_over_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().passages == Settings.model_fields["passages"].default
    (elsewhere / "qabot.toml").write_text("passages = 5\n")
    assert load_settings().passages == 5
    monkeypatch.setenv("QABOT_PASSAGES", "6")
    assert load_settings().passages == 6
    assert load_settings(passages=7, model=None).passages == 7


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("pasages = 5\n", "Did you mean passages"),
        ("passages = 0\n", "passages cannot be 0"),
        ("passages = \n", "qabot.toml cannot be read"),
        ("zebra = 1\n", "There is no setting 'zebra'"),
        (f"index = {'[' * 5000}{']' * 5000}\n", "qabot.toml cannot be read: its brackets are nested too deep"),
    ],
)
def test_a_wrong_file_is_one_line(elsewhere: Path, toml: str, said: str) -> None:
    (elsewhere / "qabot.toml").write_text(toml)
    with pytest.raises(SettingsError, match=said) as raised:
        load_settings()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e308", "-1"])
@pytest.mark.parametrize("name", ["max_article_mb", "model_timeout", "web_pause"])
def test_a_number_without_bounds_is_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"QABOT_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"The setting {name} cannot be '{value}': ") as raised:
        load_settings()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["QABOT_MODLE", "qabot_modle", "qabot_model", "Qabot_Model"])
def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=rf"There is no setting {name}\. Did you mean QABOT_MODEL"):
        load_settings()


def test_the_readme_names_every_setting() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert all(f"`QABOT_{name.upper()}`" in readme for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({"model": "openai:x"}, 60),
        ({"model": "openai:x", "base_url": "https://models.example/v1"}, 60),
        ({"model": "openai:x", "base_url": "http://127.0.0.1:8000/v1"}, 600),
        ({"model": "openai:x", "base_url": "http://localhost:8000/v1", "model_timeout": 7}, 7),
        ({"model": "ollama:x"}, 600),
        ({"model": "ollama:x", "base_url": "http://server.example:11434"}, 60),
    ],
)
def test_a_model_on_this_machine_has_longer_unless_a_time_was_set(settings: dict[str, object], seconds: float) -> None:
    assert Settings(**settings).patience == seconds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://[::1",
            "http://localhost:99999/v1",
            "http://localhost:port/v1",
            "http://[zz]/v1",
            "http://10.0.0.256",
        ),
        *("localhost:8000/v1", "http:///v1", "http://a b/v1", "http://a..b/v1", "http://localhost/v1?key=x"),
    ],
)
def test_an_address_of_a_model_that_is_none_is_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QABOT_BASE_URL", address)
    with pytest.raises(SettingsError, match=r"^The setting base_url cannot be .*: write http://HOST:PORT .*QABOT_BASE"):
        load_settings()


def test_a_wrong_address_is_told_without_its_password() -> None:
    with pytest.raises(SettingsError, match=r"cannot be 'http://models\.example'") as raised:
        load_settings(base_url="http://ann:my/secret@models.example")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('base_url = "http://models.example/v1"', "base_url"),
        ('base_url = " http://models.example/v1/ "', "base_url"),
        ("tracing = true", "tracing"),
        ('tracing = "yes"', "tracing"),
    ],
)
def test_what_the_file_says_is_known_as_its_own_however_it_is_written(elsewhere: Path, line: str, name: str) -> None:
    (elsewhere / "qabot.toml").write_text(f"{line}\n")
    assert is_from_file(load_settings(), name)
    assert not is_from_file(load_settings(base_url="http://other.example", tracing=False), name)


def test_no_token_goes_to_a_server_that_only_the_file_names(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QABOT_CHROMA_TOKEN", "mine")
    (elsewhere / "qabot.toml").write_text('chroma = "http://other"\n')
    assert load_settings().chroma == "http://other"
    assert load_settings().chroma_token is None
    assert load_settings(chroma="http://other").chroma_token
    monkeypatch.setenv("QABOT_CHROMA", "http://mine")
    assert load_settings().chroma_token
    monkeypatch.delenv("QABOT_CHROMA")
    (elsewhere / "qabot.toml").write_text('chroma = "http://other"\nchroma_token = "its"\n')
    assert load_settings().chroma_token is None  # the variable wins over the file
    monkeypatch.delenv("QABOT_CHROMA_TOKEN")
    assert load_settings().chroma_token


def test_a_token_that_is_none_is_not_shown(elsewhere: Path) -> None:
    (elsewhere / "qabot.toml").write_text("chroma_token = 12345\n")
    with pytest.raises(SettingsError, match="The setting chroma_token cannot be what it is: ") as raised:
        load_settings()
    assert "12345" not in str(raised.value)


def test_the_home_of_a_path_in_the_file_is_looked_up(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(elsewhere))
    names = ("index", "answer_cache", "encoder", "prompts", "state")
    (elsewhere / "qabot.toml").write_text("".join(f'{name} = "~/{name}"\n' for name in names))
    assert {str(getattr(load_settings(), name)) for name in names} == {str(elsewhere / name) for name in names}
    assert load_settings(index=Path("~nobody-of-that-name/x")).index == Path("~nobody-of-that-name/x")
