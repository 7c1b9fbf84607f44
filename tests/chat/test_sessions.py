"""Saved conversations."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from qabot.chat.session import Session, resume, with_its_index
from qabot.chat.sessions import Sessions, checked_name, forget_typed, state_folder
from qabot.errors import SessionError, UsageError
from qabot.settings import Settings
from qabot.store.location import locate
from tests.chat.kills import kill_once
from tests.samples import FAIR, abstained, answered


def settings(folder: Path) -> Settings:
    return Settings(state=folder)


def test_a_conversation_comes_back_as_it_was(tmp_path: Path) -> None:
    first, second = answered(notice="said\nso"), abstained("Wie viel? 你好 \u2028 '; DROP TABLE turns; --")
    with closing(Sessions(tmp_path)) as sessions:
        assert sessions.save("fair", first)[0] == "fair"
        sessions.save("fair", second)
    with closing(Sessions(tmp_path)) as sessions:
        turns = sessions.load("fair").turns
    assert [turn.answer for turn in turns] == [first, second]
    assert [turn.question for turn in turns] == [first.question, second.question]


def test_what_an_index_keeps_of_a_passage_is_not_saved(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered(evidence=(replace(FAIR, record=b"\x9c\xff"),)))
        (turn,) = sessions.load("fair").turns
    assert turn.answer.evidence[0].record == b""
    assert turn.answer.evidence == (FAIR,)


def test_the_last_session_is_the_one_with_the_newest_turn(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        for name in ("one", "two", "one"):
            sessions.save(name, answered())
        assert sessions.last() == "one"
        assert sessions.names() == ["one", "two"]


def test_unnamed_sessions_get_names_of_their_own(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        names = {sessions.save(None, answered())[0] for _ in range(3)}
        assert len(names) == 3
        assert all(checked_name(name) == name for name in names)


def test_only_the_owner_can_read_what_was_asked(tmp_path: Path) -> None:
    folder = state_folder(settings(tmp_path / "state" / "qabot"))
    with closing(Sessions(folder)) as sessions:
        sessions.save("x", answered())
        assert folder.stat().st_mode & 0o077 == 0
        assert sessions.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["a", "A-1._z", "x" * 64, "é", "日本"])
def test_names(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 65, "a/b", "a\n", "../x y", "\x1b[1m"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError, match="1 to 64 letters"):
        checked_name(name)


@given(st.text())
def test_any_name_is_taken_or_refused(name: str) -> None:
    try:
        assert 1 <= len(checked_name(name)) <= 64
    except UsageError:
        assert name != "a"


def test_resuming(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(SessionError, match="Start one with"):
        resume(settings(tmp_path), None, True, said.append)
    with pytest.raises(UsageError, match="not both"):
        resume(settings(tmp_path), "a", True, said.append)
    with closing(resume(settings(tmp_path), "fair", False, said.append)) as session:
        assert said == ["Begins the session fair."]
        session.add(answered())
    with closing(resume(settings(tmp_path), None, True, said.append)) as session:
        assert (session.name, len(session.conversation.turns)) == ("fair", 1)
        session.restart()
        session.add(abstained())
        assert session.name not in (None, "fair")
    with closing(resume(settings(tmp_path), "fairy", False, said.append)):
        assert said[1:] == ["Begins the session fairy. Did you mean fair?"]
    with closing(resume(settings(tmp_path), "fair", False, said.append)) as session:
        assert len(session.conversation.turns) == 1


def test_a_turn_that_could_not_be_saved_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise SessionError("No space is left.")

    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("mill", answered())
        session = Session(sessions, "fair")
        with monkeypatch.context() as patch:
            patch.setattr(sessions, "save", full)
            for leave in (lambda: session.add(answered("One?")), session.restart, lambda: session.resume("mill")):
                with pytest.raises(SessionError):
                    leave()
        assert [turn.question for turn in session.conversation.turns] == ["One?"]
        session.restart()
        assert [turn.question for turn in sessions.load("fair").turns] == ["One?"]


def test_a_turn_that_could_not_be_saved_is_saved_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise SessionError("No space is left.")

    with closing(Sessions(tmp_path)) as sessions:
        session = Session(sessions, "fair")
        assert not session.is_saved
        session.add(answered("One?"))
        assert session.is_saved
        for question in ("Two?", "Three?"):
            with monkeypatch.context() as patch:
                patch.setattr(sessions, "save", full)
                with pytest.raises(SessionError):
                    session.add(answered(question))
        assert not session.is_saved
        session.replace_last(answered("Three!"))
        assert session.is_saved
        assert sessions.load("fair") == session.conversation
        assert [turn.question for turn in session.conversation.turns] == ["One?", "Two?", "Three!"]


def test_a_session_knows_the_index_that_answered_last(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered())
        sessions.save("fair", answered(index="/news/index"))
        sessions.save("mill", answered())
        assert {each.name: each.index for each in sessions.summaries()} == {"fair": "/news/index", "mill": None}
    with closing(resume(settings(tmp_path), "fair", False, str)) as session:
        assert session.place == "/news/index"


def test_a_session_goes_on_with_its_index(tmp_path: Path) -> None:
    its, other = tmp_path / "its", tmp_path / "other"
    (its / "articles").mkdir(parents=True)
    session, said = Session(name="fair"), list[str]()
    session.add(answered(index=str(its)))
    assert with_its_index(Settings(index=other), session, False, said.append).index == its
    assert said.pop() == f"Going on with the index in {its}, as fair did before."
    assert with_its_index(Settings(index=other), session, True, said.append).index == other
    assert said.pop() == f"fair was answered from the index in {its} so far."
    assert with_its_index(Settings(index=its), session, False, said.append).index == its
    (its / "articles").rmdir()
    with pytest.raises(SessionError, match=r"which is gone\. Name another one: --index DIR"):
        with_its_index(Settings(), session, False, said.append)
    assert with_its_index(Settings(index=other), Session(), False, said.append).index == other
    assert not said


def test_a_session_about_the_starter_articles_stays_with_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    starter = locate(None).folder
    session, said = Session(name="ban"), list[str]()
    session.add(answered(index=str(starter)))
    assert with_its_index(Settings(), session, False, said.append).index is None
    (tmp_path / "index").mkdir()
    assert with_its_index(Settings(), session, False, said.append).index == starter
    assert said == ["Going on with the starter articles that come with qabot, as ban did before."]


@pytest.mark.parametrize(
    "damage", [b"this is no database at all, but long enough to look at" * 40, b"SQLite format 3\0" + bytes(5000)]
)
def test_a_damaged_file_is_named_with_its_cure(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "sessions.sqlite").write_bytes(damage)
    with pytest.raises(SessionError, match="Move the file away"):
        Sessions(tmp_path)
    assert (tmp_path / "sessions.sqlite").read_bytes() == damage


@pytest.mark.parametrize("answer", ['{"citations": []}', '{"text": '])
def test_a_turn_that_cannot_be_read_is_named_and_left_out(
    tmp_path: Path, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        for question in ("One?", "Two?", "Three?"):
            sessions.save("fair", answered(question))
        with closing(sqlite3.connect(sessions.path)) as other, other:
            other.execute("UPDATE turns SET answer = ? WHERE turn_id = 3", (answer,))
        assert [turn.question for turn in sessions.load("fair").turns] == ["One?", "Two?"]
        [said] = caplog.messages
        assert said.startswith("Left out of session fair: 'Three?' of 2")
        assert [each.turn.question for each in sessions.search("?")] == ["Two?", "One?"]
        assert sessions.last() == "fair"


def test_the_conversation_asked_again_last_is_the_last(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        _, again = sessions.save("fair", answered("Again?"))
        sessions.save("mill", answered("Once?"))
        with closing(sqlite3.connect(sessions.path)) as other, other:
            other.execute("UPDATE turns SET asked = '2024-05-06T12:00:00+02:00'")
        sessions.save("fair", answered("Again?"), instead_of=again)
        assert sessions.names() == ["fair", "mill"]
        assert [each.session for each in sessions.search("?")] == ["fair", "mill"]


def test_somebody_else_writing_is_not_told_as_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qabot.chat.sessions._BUSY_SECONDS", 0)
    with closing(Sessions(tmp_path)) as sessions, closing(sqlite3.connect(sessions.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SessionError, match=r"Another qabot is writing to the saved sessions in .*Try again"):
            sessions.save("fair", answered())


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE turns SET asked = CAST(x'323032c8' AS TEXT)",
        "ALTER TABLE turns RENAME COLUMN question TO questiom",
    ],
)
def test_damage_is_not_told_as_missing_space(tmp_path: Path, damage: str) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered())
    with closing(sqlite3.connect(sessions.path)) as other, other:
        other.execute(damage)
    with closing(Sessions(tmp_path)) as sessions, pytest.raises(SessionError) as raised:
        sessions.search("a")  # which is in every answer
    assert "are damaged" in str(raised.value)
    assert "space" not in str(raised.value)


def test_missing_permission_is_not_told_as_damage(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite").mkdir()
    with pytest.raises(SessionError, match="Free space or mend the permissions"):
        Sessions(tmp_path)


def test_a_file_of_a_newer_qabot_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sessions.sqlite")) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(SessionError, match="newer qabot"):
        Sessions(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SessionError, match="QABOT_STATE"):
        state_folder(settings(tmp_path / "file" / "state"))


def _save_many(folder: Path, name: str, count: int) -> None:
    with closing(Sessions(folder)) as sessions:
        for _ in range(count):
            sessions.save(name, answered())


def test_two_chats_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    chats = [context.Process(target=_save_many, args=(tmp_path, name, 20)) for name in ("one", "both", "both")]
    for chat in chats:
        chat.start()
    for chat in chats:
        chat.join()
    with closing(Sessions(tmp_path)) as sessions:
        assert len(sessions.load("one").turns) == 20
        assert len(sessions.load("both").turns) == 40


@pytest.mark.parametrize("moment", [0.003, 0.05])
def test_a_kill_loses_no_turn_that_was_complete(tmp_path: Path, moment: float) -> None:
    complete, saved = kill_once(tmp_path, "killed", moment)
    # Between a commit and what is shown of it a kill may fall: one turn more, never one less.
    assert complete <= saved


def test_a_turn_is_replaced_or_removed_and_no_other_chats(tmp_path: Path) -> None:
    with closing(resume(settings(tmp_path), "fair", False, str)) as one:
        one.add(answered("One?"))
        with closing(resume(settings(tmp_path), "fair", False, str)) as other:
            other.add(answered("Other?"))
        one.replace_last(abstained("One?"))
        with closing(Sessions(tmp_path)) as sessions:
            assert [turn.answer for turn in sessions.load("fair").turns] == [abstained("One?"), answered("Other?")]
            assert one.undo().question == "One?"
            assert [turn.question for turn in sessions.load("fair").turns] == ["Other?"]
            with pytest.raises(UsageError, match="Ask a question first"):
                one.undo()


def test_a_session_that_is_renamed_elsewhere_goes_on_under_its_new_name(tmp_path: Path) -> None:
    with closing(resume(settings(tmp_path), "fair", False, str)) as session, closing(Sessions(tmp_path)) as sessions:
        session.add(answered("One?"))
        sessions.rename("fair", "spring")
        session.add(answered("Two?"))
        sessions.rename("spring", "summer")
        session.replace_last(abstained("Two?"))
        assert (session.name, sessions.names()) == ("summer", ["summer"])
        assert sessions.load("summer") == session.conversation


def test_a_turn_whose_session_was_deleted_begins_it_anew(tmp_path: Path) -> None:
    with closing(resume(settings(tmp_path), "fair", False, str)) as session, closing(Sessions(tmp_path)) as sessions:
        session.add(answered("One?"))
        sessions.delete("fair")
        session.replace_last(abstained("One?"))
        session.add(answered("Two?"))
        assert [turn.question for turn in sessions.load("fair").turns] == ["One?", "Two?"]
        session.undo()
        session.undo()
        assert sessions.names() == []


def test_what_a_running_chat_types_while_questions_are_forgotten_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, write = tmp_path / "history", Path.write_bytes
    kept = b"\n# 2024-05-06\n+one\rline \xff\n"
    asked, typed = b"\n# 2024-05-06\n+Who \r asked\n+this?\n", b"\n# 2024-05-07\n+typed meanwhile\n"
    history.write_bytes(kept + asked)
    pending = [typed]

    def write_while_another_types(file: Path, data: bytes) -> int:
        if pending:
            with history.open("ab") as typing:
                typing.write(pending.pop())
        return write(file, data)

    monkeypatch.setattr(Path, "write_bytes", write_while_another_types)
    forget_typed(history, {"Who asked this?"})
    assert history.read_bytes() == kept + typed


@hypothesis_settings(max_examples=20, deadline=None)
@given(st.text())
def test_any_words_can_be_searched_for(words: str) -> None:
    with TemporaryDirectory() as folder, closing(Sessions(Path(folder))) as sessions:
        sessions.save("fair", answered(f"What is {words}?"))
        assert [saved.session for saved in sessions.search(words)] == ["fair"]


def test_a_session_goes_on_with_its_server(tmp_path: Path) -> None:
    session, said = Session(), list[str]()
    session.add(answered(index="http://archive:8000"))
    assert with_its_index(Settings(), session, False, said.append).chroma == "http://archive:8000"
    assert said.pop().startswith("Going on with the Chroma server at http://archive:8000")
    named = Settings(index=tmp_path)
    assert with_its_index(named, session, True, said.append) == named
    (tmp_path / "articles").mkdir()
    session.add(answered(index=str(tmp_path)))
    assert with_its_index(Settings(chroma="http://archive:8000"), session, False, said.append).chroma is None


def test_a_session_of_another_server_gets_no_token(tmp_path: Path) -> None:
    session = Session()
    session.add(answered(index="http://archive:8000"))
    same = Settings(chroma="http://ana:geheim@archive:8000", chroma_token="x")  # type: ignore[arg-type]
    assert with_its_index(same, session, False, str) == same
    for other in (same.model_copy(update={"chroma": "http://other"}), Settings(chroma_token="x", index=tmp_path)):  # type: ignore[arg-type]
        going_on = with_its_index(other, session, False, str)
        assert (going_on.chroma, going_on.chroma_token) == ("http://archive:8000", None)


def test_what_is_no_text_is_no_damage_of_the_file(tmp_path: Path) -> None:
    with closing(Sessions(tmp_path)) as sessions:
        sessions.save("fair", answered("Who was in the caf\udce9?"))
        assert [turn.turn.question for turn in sessions.turns("fair")] == ["Who was in the caf??"]
