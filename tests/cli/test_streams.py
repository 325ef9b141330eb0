"""Closed pipes, full disks, Ctrl-C and consoles that know few letters: in real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, files_below

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An export that no pipe can hold at once."""
    heading, *rows = EXPORT.splitlines(keepends=True)
    path = tmp_path / "large.csv"
    path.write_text(heading + "".join(rows) * 3000, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_all_of_the_data_goes_through_a_pipe(
    start: Start, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    piped = start("normalize", large, "--no-history", "--quiet").communicate(timeout=60)[0]
    start("normalize", large, "--no-history", "--quiet", "-o", "file.csv").communicate(timeout=60)
    assert piped == (tmp_path / "file.csv").read_bytes()


def test_closed_pipe_ends_quietly(start: Start, large: Path) -> None:
    process = start("normalize", large, "--no-history")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == ExitCode.DONE


def test_closed_pipe_leaves_the_other_files(start: Start, large: Path, tmp_path: Path) -> None:
    process = start("normalize", large, "--no-history", "--quiet", "--changes", "changes.csv")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == ExitCode.DONE
    assert (tmp_path / "changes.csv").is_file()


def test_closed_pipe_of_the_help(start: Start) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("dedup", "--help", stdout=writer)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == ExitCode.DONE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [("normalize", "-o", "-"), ("inspect",)], ids=["data", "report"])
def test_full_stdout_is_an_error(start: Start, large: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        process = start(*arguments, large, stdout=full)
        errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode == ExitCode.FILE
    assert "crmclean: stdout" in errors
    assert "Traceback" not in errors
    assert "Exception ignored" not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("normalize", "-o", "out.csv"), ExitCode.DONE), (("dedup", "--forse"), ExitCode.USAGE)],
    ids=["report", "error"],
)
def test_full_stderr_does_not_change_what_happens(
    start: Start, large: Path, arguments: tuple[str, ...], code: ExitCode
) -> None:
    with open("/dev/full", "wb") as full:
        process = start(*arguments, large, stderr=full)
        process.communicate(timeout=60)
    assert process.returncode == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("SIGINT", ExitCode.INTERRUPTED), ("SIGTERM", 143), ("SIGHUP", 129)],
)
@pytest.mark.skipif(sys.platform == "win32", reason="no signals to send")
def test_signals_clean_up(start: Start, tmp_path: Path, name: str, code: int) -> None:
    process = start("dedup", "-", "-o", "out.csv", "--clusters", "c.csv")
    # It waits for stdin, its outputs reserved: now there is something to clean up.
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob(".*.tmp"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(getattr(signal, name))
    assert process.wait(60) == code
    assert process.stderr is not None
    errors = process.stderr.read().decode()
    assert errors.startswith("crmclean: ")
    assert errors.count("\n") == 1
    assert files_below(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to send")
def test_ignored_signals_stay_ignored(start: Start, large: Path) -> None:
    process = start(
        "normalize", large, "-o", "out.csv", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == ExitCode.DONE


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("this system has no mount")
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("history", [True, False], ids=["history on it", "no history"])
def test_full_disk_changes_nothing(start: Start, large: Path, small_disk: Path, history: bool) -> None:
    old = small_disk / "out.csv"
    old.write_bytes(b"yesterday\n")
    extra = [] if history else ["--no-history"]
    process = start("normalize", large, "-o", old, "--force", *extra)
    errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode == ExitCode.FILE
    assert errors.startswith("crmclean: ")
    assert "Traceback" not in errors
    assert old.read_bytes() == b"yesterday\n"
    assert not list(small_disk.glob(".*.tmp"))
    assert not list(small_disk.glob(".crmclean/runs/*"))


@pytest.mark.parametrize("encoding", ["cp866", "ascii", "cp1251"])
def test_old_consoles(start: Start, large: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    process = start("inspect", large)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == ExitCode.DONE
    assert errors == b""
    assert b"large.csv" in out
    assert start("dedup", "--help").wait(60) == ExitCode.DONE
