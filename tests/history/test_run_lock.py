"""One run at a time per state folder."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode, FileError, LockedError
from crmclean.history.run_lock import LOCK_NAME, one_run_at_a_time

HOLD = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from crmclean.history.run_lock import one_run_at_a_time\n"
    "with one_run_at_a_time(Path(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(600)\n"
)


def hold(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a process that holds the lock; return it once it does."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"held"
    return process


def test_a_second_run_is_refused_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    process = hold(folder)
    try:
        with pytest.raises(LockedError) as caught, one_run_at_a_time(folder):
            pass
        assert caught.value.exit_code == ExitCode.LOCKED
        assert str(folder) in caught.value.message
        assert caught.value.hint
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with one_run_at_a_time(folder):
        assert (folder / LOCK_NAME).exists()


def test_two_states_do_not_hinder_each_other(tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path / "a"), one_run_at_a_time(tmp_path / "b"):
        assert (tmp_path / "b" / LOCK_NAME).exists()


def test_after_a_failure_the_lock_is_free(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), one_run_at_a_time(tmp_path):
        raise ZeroDivisionError
    with one_run_at_a_time(tmp_path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_folder_and_lock_are_private(tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path / "state"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "state" / LOCK_NAME).stat().st_mode) == 0o600


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    with pytest.raises(FileError) as caught, one_run_at_a_time(tmp_path / "state"):
        pass
    assert caught.value.hint
