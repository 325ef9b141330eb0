"""``crmclean review``, and the decisions that ``dedup`` takes, as a user meets them; the people are invented."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from crmclean.cli.review_keys import KEYS, Action, action_of
from crmclean.history.decisions import stored_answers
from crmclean.history.store import History
from tests.cli.conftest import Answer, Call, files_below

HEADING = "ID;Фамилия;Имя;Отчество;Телефон;E-mail;Город"
RECORDS = (
    "1;Котова;Анна;Сергеевна;8 (900) 123-45-67;a.kotova@example.com;Пермь",
    "2;Ландышева;Анна;Сергеевна;+7 900 123-45-67;;Пермь",
    "3;Лисицын;Олег;Павлович;8 900 765 43 21;o.lisitsyn@example.ru;Тверь",
    "4;Соболев;Пётр;Ильич;8 900 111 22 33;sobolev@example.ru;Омск",
    "5;Рысин;Пётр;Ильич;8 900 111 22 33;;Омск",
    "6;Норкина;Ольга;Андреевна;8 900 222 22 33;norkina@example.ru;Омск",
    "7;Выдрина;Ольга;Андреевна;8 900 222 22 33;;Омск",
)
"""Three pairs of one phone and one first name, but two last names: only a person can tell."""

JCUKEN = dict(zip("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить", strict=True))
"""The letters on the keys of a Russian keyboard: the standard layout."""


@pytest.mark.parametrize(("latin", "russian"), JCUKEN.items())
def test_a_key_does_the_same_in_both_layouts(latin: str, russian: str) -> None:
    assert action_of(latin) is action_of(russian)
    assert action_of(latin.upper()) is action_of(russian.upper()) is action_of(latin)


@pytest.mark.parametrize("sign", ["y", "n", "н", "т", "\r", "\n", "\x1b", "3", "é"])
def test_keys_that_could_be_mistaken_do_nothing(sign: str) -> None:
    assert action_of(sign) is None


def test_every_action_has_a_key() -> None:
    assert set(KEYS) == set(Action)


def write_base(path: Path, records: Sequence[str] = RECORDS) -> Path:
    """Write an export."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("\r\n".join([HEADING, *records, ""]), "utf-8-sig")
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """An export with three doubtful pairs, in a folder of its own."""
    return write_base(tmp_path / "doubts" / "clients.csv")


Review = Callable[..., Answer]


@pytest.fixture
def review(call: Call, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Call ``review`` with keys on stdin, one a line."""

    def make_call(keys: str, *arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
        return call("review", *arguments)

    return make_call


def kept(folder: Path) -> list[bool]:
    """Return the answers in the history beside an export, the newest last."""
    answers: list[bool] = stored_answers(folder / ".crmclean")["same"].tolist()
    return answers


def test_answers_are_kept_and_the_merge_goes_by_them(base: Path, review: Review, call: Call) -> None:
    answer = review("12", base)
    assert answer.code == 0
    assert "Row 1, ID 1" in answer.err
    assert "2 pairs answered. One client: 1, different clients: 1.\n1 pair is still undecided." in answer.err
    assert " ".join(answer.err.split()).endswith(f"To merge by your answers: crmclean dedup {base}")
    assert files_below(base.parent) == {"clients.csv", ".crmclean/history.db"}

    figures = call("dedup", base, "--json").json
    assert (figures["figures"]["answers"], figures["merged"], figures["doubtful"]) == (2, 1, 1)
    rows = (base.parent / "clients.clean.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(";")[0] for row in rows] == ["ID", "1", "3", "4", "5", "6", "7"]


def test_answers_hold_for_the_next_export_of_the_same_clients(base: Path, review: Review) -> None:
    review("12", base)
    later = [
        "70;Выдрина;Ольга;Андреевна;8 900 222 22 33;;Омск",
        "60;Норкина;Ольга;Андреевна;8 900 222 22 33;norkina@example.ru;Омск",
        "50;рысин;ПЁТР;Ильич;79001112233;;омск",
        "40;Соболев;Пётр;Ильич;+7 (900) 111-22-33;SOBOLEV@example.ru;Омск",
        "20;Ландышева;Анна;Сергеевна;8 900 1234567;;Пермь",
        "10;Котова;Анна;Сергеевна;8 (900) 123-45-67;a.kotova@example.com;Пермь",
    ]
    answer = review("", write_base(base.parent / "next.csv", later))
    assert "1 pair left" in answer.err
    assert "Норкина" in answer.err


def test_an_answered_pair_is_never_asked_again(base: Path, review: Review) -> None:
    review("121", base)
    answer = review("", base)
    assert (answer.code, answer.err) == (0, "There are no doubtful pairs to decide.\n")


def test_back_takes_the_last_answer_away(base: Path, review: Review) -> None:
    review("1b2q", base)
    assert kept(base.parent) == [False]


def test_later_is_no_answer(base: Path, review: Review) -> None:
    answer = review("ллд1", base)
    assert kept(base.parent) == [True]
    assert "2 pairs are still undecided." in answer.err


def test_letters_of_both_layouts_and_keys_that_mean_nothing(base: Path, review: Review) -> None:
    answer = review("нoО?вq", base)
    assert kept(base.parent) == [True, False]
    assert answer.err.count("This key does nothing.") == 2
    assert "Are the two records one client?" in answer.err


def test_the_limit_counts_questions(base: Path, review: Review) -> None:
    answer = review("11111", base, "--limit", "1")
    assert kept(base.parent) == [True]
    assert "2 pairs are still undecided." in answer.err


@pytest.mark.parametrize("limit", ["0", "-1", "ten"])
def test_a_limit_that_is_none(base: Path, review: Review, limit: str) -> None:
    answer = review("1", base, "--limit", limit)
    assert answer.code == 2
    assert f"--limit {limit}" in answer.err


def test_stdin_is_for_the_keys(review: Review) -> None:
    answer = review("1", "-")
    assert answer.code == 2
    assert "Name the file of the export." in answer.err


def test_the_end_of_the_keys_is_the_end_of_the_sitting(base: Path, review: Review) -> None:
    answer = review("", base)
    assert answer.code == 0
    assert kept(base.parent) == []


def test_a_base_without_doubts(export: Path, review: Review) -> None:
    answer = review("1", export)
    assert (answer.code, answer.err) == (0, "There are no doubtful pairs to decide.\n")
    assert files_below(export.parent) == {export.name}


def test_figures_as_json(base: Path, review: Review) -> None:
    figures = review("12", base, "--json").json
    assert {name: figures[name] for name in ("command", "rows_in", "answered", "same", "different", "doubtful")} == {
        "command": "review",
        "rows_in": 7,
        "answered": 2,
        "same": 1,
        "different": 1,
        "doubtful": 1,
    }


def test_another_folder_is_named_in_what_to_do_next(base: Path, tmp_path: Path, review: Review, call: Call) -> None:
    state = tmp_path / "state"
    answer = review("1", base, "--state", state)
    assert " ".join(answer.err.split()).endswith(f"crmclean dedup {base} --state {state}")
    assert call("dedup", base, "--state", state, "--json").json["figures"]["answers"] == 1


def test_undo_and_the_same_again_give_the_same_bytes(base: Path, review: Review, call: Call) -> None:
    review("12", base)
    call("dedup", base)
    clean = base.parent / "clients.clean.csv"
    first = clean.read_bytes()
    before = base.read_bytes()
    with History(base.parent / ".crmclean") as history:
        assert history.last().load_table("answers")["same"].tolist() == [True, False]
    assert call("undo", "last", "--state", base.parent / ".crmclean").code == 0
    assert base.read_bytes() == before
    call("dedup", base, "--force")
    assert clean.read_bytes() == first


def fill_in(base: Path, call: Call, *words: str) -> Path:
    """Write the review workbook of an export into another folder, and decide its pairs in turn."""
    folder = base.parent.parent / "decided"
    folder.mkdir(exist_ok=True)
    path = folder / f"{base.stem}.{len(list(folder.iterdir()))}.xlsx"
    assert call("dedup", base, "-o", folder / "out.csv", "--review", path, "--no-history", "--force").code == 0
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    rows = [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 5).value]
    for row, word in zip(rows, words, strict=False):
        sheet.cell(row, 4, word)
    workbook.save(path)
    return path


def test_a_workbook_is_used_and_kept(base: Path, call: Call) -> None:
    workbook = fill_in(base, call, "one client", "разные клиенты")
    figures = call("dedup", base, "--decisions", workbook, "--json").json
    assert (figures["figures"]["answers"], figures["merged"], figures["doubtful"]) == (2, 1, 1)
    assert kept(base.parent) == [True, False]
    again = call("dedup", base, "--json", "--force").json
    assert (again["figures"]["answers"], again["merged"], again["doubtful"]) == (2, 1, 1)


@pytest.mark.parametrize("option", ["--no-history", "--dry-run"])
def test_a_workbook_is_used_without_leaving_anything(base: Path, call: Call, option: str) -> None:
    workbook = fill_in(base, call, "one client")
    figures = call("dedup", base, "--decisions", workbook, "--json", option).json
    assert (figures["figures"]["answers"], figures["merged"]) == (1, 1)
    assert not (base.parent / ".crmclean").exists()


def test_answers_of_the_history_count_without_a_history_of_the_run(base: Path, review: Review, call: Call) -> None:
    review("2", base)
    assert call("dedup", base, "--no-history", "--json").json["figures"]["answers"] == 1


def test_review_only_takes_a_workbook_over(base: Path, call: Call) -> None:
    workbook = fill_in(base, call, "one client", "different clients", "decide later")
    answer = call("review", base, "--decisions", workbook)
    assert answer.code == 0
    assert "2 pairs answered. One client: 1, different clients: 1.\n1 pair is still undecided." in answer.err
    assert kept(base.parent) == [True, False]
    call("review", base, "--decisions", workbook)
    assert kept(base.parent) == [True, False]


def test_a_pair_decided_in_two_ways_stops_everything(base: Path, call: Call) -> None:
    first, second = fill_in(base, call, "one client"), fill_in(base, call, "different clients")
    answer = call("dedup", base, "--decisions", first, "--decisions", second)
    assert answer.code == 2
    assert f"{first}, row 3, and {second}, row 3" in answer.err
    assert files_below(base.parent) == {base.name}


def test_a_workbook_of_another_export(base: Path, export: Path, call: Call) -> None:
    workbook = fill_in(base, call, "one client")
    answer = call("dedup", export, "--decisions", workbook)
    assert answer.code == 0
    assert "none of its answers is about records of" in " ".join(answer.err.split())


def test_answers_about_records_that_have_changed(base: Path, call: Call) -> None:
    workbook = fill_in(base, call, "one client", "different clients")
    write_base(base, [record.replace("Ландышева", "Ландышева-Котова") for record in RECORDS])
    answer = call("dedup", base, "--decisions", workbook)
    assert "the answers in row 3 are about records that" in " ".join(answer.err.split())


def test_a_workbook_that_is_kept_nowhere_else_is_not_written_over(base: Path, call: Call) -> None:
    workbook = fill_in(base, call, "one client").rename(base.parent / "clients.review.xlsx")
    before = workbook.read_bytes()
    answer = call("dedup", base, "--decisions", workbook, "--no-history", "--force")
    assert answer.code == 2
    assert "--review FILE.xlsx" in answer.err
    assert workbook.read_bytes() == before
    assert call("dedup", base, "--decisions", workbook, "--force").code == 0
    assert kept(base.parent) == [True]


@pytest.mark.parametrize("command", ["dedup", "review"])
def test_a_file_that_is_no_review_workbook(base: Path, export: Path, call: Call, command: str) -> None:
    answer = call(command, base, "--decisions", export)
    assert answer.code == 2
    assert "holds no decisions" in answer.err


@pytest.mark.parametrize("command", ["dedup", "review"])
def test_a_workbook_that_is_not_there(base: Path, tmp_path: Path, call: Call, command: str) -> None:
    assert call(command, base, "--decisions", tmp_path / "missing.xlsx").code == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize(
    ("keys", "code", "answers"),
    [("о\x1b[A2й", 0, [True, False]), ("jq", 0, [True]), ("1\x03", 130, [True]), ("\x04", 0, [])],
    ids=["Russian layout and an arrow", "Latin layout", "Ctrl-C", "Ctrl-D"],
)
def test_one_key_is_an_answer_on_a_terminal(
    base: Path, start: "Callable[..., subprocess.Popen[bytes]]", keys: str, code: int, answers: list[bool]
) -> None:
    import pty

    terminal, stdin = pty.openpty()
    process = start("review", base, stdin=stdin, stdout=subprocess.DEVNULL, stderr=stdin, start_new_session=True)
    os.close(stdin)
    pieces = [keys] if "\x1b" not in keys else ["о", "\x1b[A", "2", "й"]
    if "\x03" in keys:
        pieces = ["1", "\x03"]
    for piece in pieces if len(pieces) > 1 else list(keys):
        wait_for_question(terminal)
        if piece == "\x03":
            process.send_signal(2)
        else:
            os.write(terminal, piece.encode())
    assert process.wait(60) == code
    os.close(terminal)
    assert kept(base.parent) == answers


def wait_for_question(terminal: int) -> None:
    """Read what stands on the terminal until the keys are shown and the program waits for one."""
    seen = b""
    while b"help" not in seen:
        seen += os.read(terminal, 65536)
    time.sleep(0.2)
