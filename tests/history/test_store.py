"""The history of a folder: numbers, whole runs only, many processes, and every way in which a disk can fail."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmclean.core.errors import FileError, LockedError, UsageError
from crmclean.history import database
from crmclean.history.database import MIGRATIONS, Database
from crmclean.history.running_mark import is_held
from crmclean.history.store import History

DATA = b"name;phone\nAnna;+7 900 000-00-01\n"

BEGIN_AND_HANG = """
import sys, time
from pathlib import Path
from crmclean.history.store import History
history = History(Path(sys.argv[1]))
run = history.begin("dedup", {}, {"base.csv": b"some bytes"}, "base.csv")
print(run.number, flush=True)
time.sleep(60)
"""

BEGIN_AND_FINISH = """
import sys
from pathlib import Path
from crmclean.history.store import History
for _ in range(int(sys.argv[2])):
    with History(Path(sys.argv[1])) as history:
        run = history.begin("dedup", {}, {"base.csv": b"some bytes"}, "base.csv")
        run.finish({}, {"rows_in": 1}, 0.1)
        history.drop_old(3)
        print(run.number)
"""


def _finish_runs(history: History, count: int) -> None:
    for _ in range(count):
        history.begin("dedup", {}, {"base.csv": DATA}, "base.csv").finish({}, {"rows_in": 1}, 0.1)


def _start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True)


def _kill_at_work(folder: Path) -> None:
    with _start(BEGIN_AND_HANG, str(folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdecimal()
        process.kill()
        process.wait()


def _change_database(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "history.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_numbers_count_up_and_runs_come_newest_first(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 3)
    with History(tmp_path) as history:
        _finish_runs(history, 1)
        assert [run.number for run in history.runs()] == [4, 3, 2, 1]
        assert [run.number for run in history.runs(2)] == [4, 3]


@pytest.mark.parametrize(("run_id", "number"), [("last", 3), ("3", 3), ("1", 1), ("02", 2)])
def test_get(tmp_path: Path, run_id: str, number: int) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 3)
        assert history.get(run_id).number == number


@pytest.mark.parametrize("run_id", ["9", "0", "-1", "", "first", "²", "٣", "1.0", "9" * 40])
def test_unknown_run_is_answered_with_the_newest_ones(tmp_path: Path, run_id: str) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 6)
        with pytest.raises(UsageError) as caught:
            history.get(run_id)
    assert run_id in caught.value.message
    assert caught.value.hint == "The newest runs are: 6, 5, 4, 3, 2."


def test_history_without_runs_says_so(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        with pytest.raises(UsageError, match="no runs yet"):
            history.last()
        with pytest.raises(UsageError, match="The newest runs are: none"):
            history.get("1")


def test_run_under_way_is_not_listed(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 1)
        history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
        assert history.last().number == 1
        with pytest.raises(UsageError):
            history.get("2")


def test_old_runs_lose_their_folders_and_keep_their_figures(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 5)
        history.drop_old(2)
        assert [(run.number, run.dropped, run.folder.exists()) for run in history.runs()] == [
            (5, False, True),
            (4, False, True),
            (3, True, False),
            (2, True, False),
            (1, True, False),
        ]
        assert history.get("1").figures == {"rows_in": 1.0}
        with pytest.raises(FileError, match="was dropped"):
            history.get("1").read_input()


def test_number_is_not_used_again_when_every_run_was_dropped(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 2)
        history.drop_old(0)
        assert history.begin("dedup", {}, {}, "-").number == 3


def test_dropping_spares_a_run_under_way(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
        _finish_runs(history, 1)
        history.drop_old(0)
        assert run.read_input() == DATA


def test_half_dropped_folder_is_removed_at_the_next_opening(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 1)
        folder = history.last().folder
    _change_database(tmp_path, "UPDATE runs SET dropped_at = '2024-01-01T00:00:00+00:00'")
    History(tmp_path).close()
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_run_is_swept_and_the_next_works(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 1)
    _kill_at_work(tmp_path)
    assert (tmp_path / "runs" / "000002" / "input-1.zst").exists()
    with History(tmp_path) as history:
        assert not (tmp_path / "runs" / "000002").exists()
        _finish_runs(history, 1)
        assert [run.number for run in history.runs()] == [3, 1]
        assert history.last().read_input() == DATA


@pytest.mark.skipif(os.name == "nt", reason="SIGSTOP is POSIX")
def test_run_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with _start(BEGIN_AND_HANG, str(tmp_path)) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "1\n"
            process.send_signal(signal.SIGSTOP)
            with History(tmp_path) as history:
                assert (tmp_path / "runs" / "000001" / "input-1.zst").exists()
                _finish_runs(history, 1)
                assert history.last().number == 2
        finally:
            process.kill()


def test_folder_of_a_run_killed_before_its_row_was_written_is_removed(tmp_path: Path) -> None:
    History(tmp_path).close()
    folder = tmp_path / "runs" / "000007"
    folder.mkdir()
    (folder / "running").touch()
    History(tmp_path).close()
    assert not folder.exists()


def test_folders_outlive_a_database_that_was_moved_away(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 2)
        kept = history.last().folder
    (tmp_path / "history.db").unlink()
    with History(tmp_path) as history:
        assert history.begin("dedup", {}, {}, "-").number == 3
        assert (kept / "input-1.zst").exists()


@pytest.mark.parametrize(
    ("age", "expected"),
    [pytest.param(timedelta(hours=23), True, id="fresh"), pytest.param(timedelta(hours=25), False, id="old")],
)
def test_age_decides_where_the_file_system_knows_no_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: timedelta, expected: bool
) -> None:
    with History(tmp_path) as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
    _change_database(tmp_path, f"UPDATE runs SET started_at = '{(datetime.now(UTC) - age).isoformat()}'")
    monkeypatch.setattr("crmclean.history.store.is_held", lambda path: None)
    History(tmp_path).close()
    assert run.folder.exists() is expected


def test_mark_is_held_until_the_run_ends(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        run = history.begin("dedup", {}, {}, "-")
        assert is_held(run.folder / "running") is True
        run.finish({}, {}, 0.1)
        assert not (run.folder / "running").exists()
        assert is_held(run.folder / "running") is False


def test_two_processes_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with _start(BEGIN_AND_FINISH, str(folder), "20") as one, _start(BEGIN_AND_FINISH, str(folder), "20") as two:
        printed = [process.communicate()[0].split() for process in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0)
    assert sorted(int(number) for numbers in printed for number in numbers) == list(range(1, 41))
    with History(folder) as history:
        assert len(history.runs()) == 40
        assert [run.number for run in history.runs() if not run.dropped] == [40, 39, 38]
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["000038", "000039", "000040"]


def test_database_that_another_holds_for_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    History(tmp_path).close()
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with History(tmp_path) as history:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="has held the history"):
            history.begin("dedup", {}, {}, "-")
    other.close()


def test_closed_history_is_one_file(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        _finish_runs(history, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.db", "runs"]


def test_folder_of_the_user_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    History(folder).close()
    assert folder.stat().st_mode & 0o777 == 0o755


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("mine")
    with pytest.raises(FileError) as caught:
        History(tmp_path / "state")
    assert str(tmp_path / "state") in caught.value.message
    assert "--state" in caught.value.hint
    assert "--no-history" in caught.value.hint
    assert (tmp_path / "state").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    folder.chmod(0o555)
    child = os.fork()
    if child == 0:
        # Root passes by permission bits: only somebody else can be refused.
        os._exit(_try_as_nobody(folder))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


def _try_as_nobody(folder: Path) -> int:
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        History(folder / ".crmclean").close()
    except FileError as error:
        return int(error.exit_code) if "Permission denied" in error.message and "--no-history" in error.hint else 1
    return 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"this was never a database, it is a text of some length" * 30, id="no database"),
        pytest.param(b"SQLite format 3\x00" + b"\x00\xff" * 2000, id="a broken header"),
    ],
)
def test_damaged_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.db").write_bytes(content)
    with pytest.raises(FileError) as caught:
        History(tmp_path)
    assert "is damaged" in caught.value.message
    assert str(tmp_path / "history.db") in caught.value.hint
    assert (tmp_path / "history.db").read_bytes() == content


def test_database_of_a_newer_crmclean_is_left_alone(tmp_path: Path) -> None:
    History(tmp_path).close()
    _change_database(tmp_path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(FileError, match="newer crmclean") as caught:
        History(tmp_path)
    assert "Update crmclean" in caught.value.hint


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "history.db").touch()
    with History(tmp_path) as history:
        _finish_runs(history, 1)
        assert history.last().number == 1


def test_migration_happens_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    History(tmp_path).close()
    broken = (*MIGRATIONS, ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))
    monkeypatch.setattr(database, "MIGRATIONS", broken)
    with pytest.raises(FileError):
        History(tmp_path)
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE whole (x)",)))
    opened = Database(tmp_path / "history.db")
    tables = {name for (name,) in opened.rows("SELECT name FROM sqlite_master WHERE name IN ('half', 'whole')")}
    version = opened.rows("PRAGMA user_version")
    opened.close()
    assert tables == {"whole"}
    assert version == [(len(MIGRATIONS) + 1,)]
