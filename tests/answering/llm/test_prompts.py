from __future__ import annotations

from pathlib import Path

import pytest

from qabot import resources
from qabot.answering.llm.prompts import load_prompt
from qabot.errors import SettingsError


@pytest.mark.parametrize("name", ["answer", "rewrite", "judge"])
def test_a_shipped_prompt_says_what_it_is_for_and_which_variables_it_has(name: str) -> None:
    text = (resources.shipped_prompts() / f"{name}.md").read_text(encoding="utf-8")
    comment = text.removeprefix("<!--").split("-->")[0]
    template = load_prompt(name, None)  # type: ignore[arg-type]
    assert text.startswith(f"<!--\n{name}.md: ")
    assert all(f"{{{variable}}}" in comment for variable in template.input_variables)
    assert [message.type for message in template.format_messages(**dict.fromkeys(template.input_variables, "{x}"))] == [
        "system",
        "human",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{question} {passages}", r"lacks the variable \{boundary\}"),
        (
            "{question} {pasages} {passages} {boundary}",
            r"no variable \{pasages\} to fill. Its variables are \{boundary\}",
        ),
        ("{question} {passages} {boundary} {open", "no template: .*Write a brace of the text twice"),
        ("{question.__class__} {passages} {boundary}", "no template"),
        ("{} {question} {passages} {boundary}", "no variable|no template"),
        ("", r"lacks the variable"),
    ],
)
def test_a_wrong_prompt_is_one_line_that_names_the_file(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "answer.md").write_text(text)
    with pytest.raises(SettingsError, match=says) as caught:
        load_prompt("answer", tmp_path)
    assert str(tmp_path / "answer.md") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_any_prompt_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none of answer.md, rewrite.md, judge.md"):
        load_prompt("answer", tmp_path / "none")


def test_a_prompt_in_a_wrong_encoding_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_bytes(b"\xff\xfe{question}")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_prompt("answer", tmp_path)
