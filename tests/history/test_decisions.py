"""What people decided: kept by content, the newest counts, an answer can be taken back, nothing is ever lost."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crmclean.core.errors import FileError
from crmclean.history.database import MIGRATIONS, Database
from crmclean.history.decisions import (
    ANSWER_COLUMNS,
    Decision,
    Decisions,
    answers_frame,
    newest_answers,
    stored_answers,
)
from crmclean.history.location import DATABASE_NAME
from crmclean.history.store import History

A, B, C = "00000000000000a1", "00000000000000b2", "00000000000000c3"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEVELS = "last_name=same phone=different"

ANSWER_AND_HANG = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from crmclean.history.decisions import Decision, Decisions
decisions = Decisions(Path(sys.argv[1]))
decisions.record(Decision("0" * 15 + "a", "0" * 15 + "b", False, "person", "", datetime.now(UTC)))
print("kept", flush=True)
time.sleep(60)
"""


def decide(
    first: str = A, second: str = B, same: bool = True, of: str = "person", at: datetime = NOON, levels: str = LEVELS
) -> Decision:
    """Return an answer about two records."""
    return Decision(first, second, same, of, levels, at)


def lines(folder: Path) -> list[list[object]]:
    """Return what counts in a folder, without the moments."""
    return stored_answers(folder)[["key_a", "key_b", "same", "of"]].values.tolist()


def test_an_answer_comes_back_as_it_was_given(tmp_path: Path) -> None:
    with Decisions(tmp_path) as decisions:
        decisions.record(decide())

    frame = stored_answers(tmp_path)

    assert tuple(frame.columns) == ANSWER_COLUMNS
    assert frame.values.tolist() == [[A, B, True, "person", LEVELS, "2026-03-02T12:00:00.000000+00:00"]]
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "str", "bool", "str", "str", "str"]


def test_the_order_of_the_two_records_means_nothing(tmp_path: Path) -> None:
    with Decisions(tmp_path) as decisions:
        decisions.record(decide(B, A, True))
        decisions.record(decide(A, B, False, at=NOON + timedelta(minutes=1)))

    assert lines(tmp_path) == [[A, B, False, "person"]]


def test_two_rows_that_say_the_same_are_a_pair_as_well(tmp_path: Path) -> None:
    with Decisions(tmp_path) as decisions:
        decisions.record(decide(A, A, False))

    assert lines(tmp_path) == [[A, A, False, "person"]]


def test_people_and_companies_of_two_rows_are_two_questions(tmp_path: Path) -> None:
    with Decisions(tmp_path) as decisions:
        decisions.record(decide(same=False))
        decisions.record(decide(same=True, of="company"))

    assert lines(tmp_path) == [[A, B, False, "person"], [A, B, True, "company"]]


def test_the_newest_answer_counts_and_stands_last(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=3))
    with Decisions(tmp_path) as decisions:
        # 14:30 in Moscow is 11:30 UTC: older than noon.
        decisions.record_all([decide(at=NOON), decide(B, C), decide(same=False, at=NOON.replace(hour=13))], "terminal")
        decisions.record(decide(same=True, at=datetime(2026, 3, 2, 14, 30, tzinfo=zone)))

    assert lines(tmp_path) == [[B, C, True, "person"], [A, B, False, "person"]]


def test_of_one_moment_the_later_line_counts() -> None:
    frame = newest_answers([answers_frame([decide(same=True)]), answers_frame([decide(same=False)])])
    assert frame["same"].tolist() == [False]


def test_an_answer_taken_back_leaves_the_one_before_it(tmp_path: Path) -> None:
    with Decisions(tmp_path) as decisions:
        first = decisions.record(decide(same=True))
        second = decisions.record(decide(same=False, at=NOON + timedelta(seconds=1)))
        decisions.take_back(second)
        assert decisions.answers()["same"].tolist() == [True]
        decisions.take_back(first)

    assert lines(tmp_path) == []


def test_the_same_workbook_read_twice_is_kept_once(tmp_path: Path) -> None:
    answers = [decide(), decide(B, C, same=False)]
    with Decisions(tmp_path) as decisions:
        assert decisions.record_all(answers, "workbook") == 2
        assert decisions.record_all(answers, "workbook") == 0

    assert len(lines(tmp_path)) == 2


def test_an_old_workbook_does_not_overrule_a_later_answer(tmp_path: Path) -> None:
    old = [decide(same=True)]
    with Decisions(tmp_path) as decisions:
        decisions.record_all(old, "workbook")
        decisions.record(decide(same=False, at=NOON + timedelta(days=1)))
        decisions.record_all(old, "workbook")

    assert lines(tmp_path) == [[A, B, False, "person"]]


def test_answers_outlive_the_runs_that_asked(tmp_path: Path) -> None:
    with History(tmp_path) as history, Decisions(tmp_path) as decisions:
        decisions.record(decide())
        history.begin("dedup", {}, {"base.csv": b"name\n"}, "base.csv").finish({}, {}, 0.1)
        history.drop_old(0)

    assert len(lines(tmp_path)) == 1


def test_no_history_gives_no_answers_and_is_not_made(tmp_path: Path) -> None:
    frame = stored_answers(tmp_path / "state")
    assert frame.empty
    assert tuple(frame.columns) == ANSWER_COLUMNS
    assert str(frame["same"].dtype) == "bool"
    assert stored_answers(None).empty
    assert not (tmp_path / "state").exists()


def test_a_history_made_before_there_were_decisions_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("crmclean.history.database.MIGRATIONS", MIGRATIONS[:1])
        Database(tmp_path / DATABASE_NAME).close()
    with Decisions(tmp_path) as decisions:
        decisions.record(decide())

    assert len(lines(tmp_path)) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_read_the_answers(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with Decisions(folder) as decisions:
        decisions.record(decide())

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / DATABASE_NAME).stat().st_mode) == 0o600


def test_nothing_is_kept_but_the_answer(tmp_path: Path) -> None:
    Decisions(tmp_path).close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    columns = {row[1] for row in connection.execute("PRAGMA table_info(decisions)")}
    connection.close()
    assert columns == {"number", "taken_back_at", "source", *ANSWER_COLUMNS}


def test_a_file_in_the_place_of_the_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(FileError, match="cannot be kept"):
        Decisions(tmp_path / "state")


def test_a_killed_program_has_lost_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ANSWER_AND_HANG, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        process.kill()

    assert len(lines(tmp_path)) == 1
