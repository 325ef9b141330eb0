"""A second process beside the first: the same answers, and no process that outlives its work."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from crmclean.cli import second_core as module
from crmclean.cli.app import main
from crmclean.cli.second_core import SecondCore, second_core
from crmclean.core.executing import IN_TURN
from crmclean.fields.company import company_key

SAMPLE = Path(__file__).parents[2] / "samples" / "bitrix24_contacts.csv"
NAMES = pd.Series(["ООО «Ромашка»", "Ромашка, ООО", ""], dtype="str")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the smallest file be worth a second process."""
    monkeypatch.setattr(module, "LEAST_BYTES", 0)
    monkeypatch.setattr(module, "_cores", lambda: 2)


@pytest.mark.parametrize(
    ("cores", "size"),
    [pytest.param(1, module.LEAST_BYTES, id="one core"), pytest.param(2, module.LEAST_BYTES - 1, id="a small file")],
)
def test_no_process_is_started_where_it_is_not_worth_it(monkeypatch: pytest.MonkeyPatch, cores: int, size: int) -> None:
    monkeypatch.setattr(module, "_cores", lambda: cores)
    monkeypatch.setattr(module, "_bytes_of", lambda paths: size)
    with second_core(["base.csv"]) as beside:
        assert beside is IN_TURN


def test_no_process_is_started_where_the_system_refuses(monkeypatch: pytest.MonkeyPatch, two_cores: None) -> None:
    monkeypatch.setattr(sys, "executable", str(SAMPLE))
    with second_core(["base.csv"]) as beside:
        assert beside is IN_TURN


def test_it_answers_in_the_order_of_the_questions(two_cores: None) -> None:
    with second_core([]) as beside:
        assert isinstance(beside, SecondCore)
        number, parts = beside.submit(os.getpid), beside.submit(divmod, 7, 2)
        keys = beside.submit(company_key, NAMES)
        assert number.result() != os.getpid()
        assert parts.result() == (3, 1)
        pd.testing.assert_series_equal(keys.result(), company_key(NAMES))


def test_what_raises_there_raises_here(two_cores: None) -> None:
    with second_core([]) as beside:
        with pytest.raises(ZeroDivisionError):
            beside.submit(divmod, 1, 0).result()
        assert beside.submit(divmod, 7, 2).result() == (3, 1)


def test_the_work_is_done_here_when_the_process_is_killed(two_cores: None) -> None:
    with second_core([]) as beside:
        os.kill(beside.submit(os.getpid).result(), signal.SIGKILL)
        assert beside.submit(os.getpid).result() == os.getpid()


def test_what_is_printed_there_does_not_come_between_the_answers(two_cores: None) -> None:
    with second_core([]) as beside:
        assert beside.submit(print, "noise").result() is None
        assert beside.submit(divmod, 7, 2).result() == (3, 1)


def test_the_process_ends_with_the_work_however_busy_it_is(two_cores: None) -> None:
    with second_core([]) as beside:
        number = beside.submit(os.getpid).result()
        beside.submit(time.sleep, 600)
    assert _is_gone(number)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
def test_the_process_ends_when_the_first_is_killed() -> None:
    script = (
        f"import os, sys, time; sys.path[:] = {sys.path!r}\n"
        "from crmclean.cli import second_core as module\n"
        "module.LEAST_BYTES, module._cores = 0, lambda: 2\n"
        "with module.second_core([]) as beside:\n"
        "    print(beside.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        number = int(first.stdout.readline())
        first.kill()
    assert _is_gone(number)


def test_dedup_writes_the_same_with_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_cores: None
) -> None:
    written = []
    for cores in (2, 1):
        monkeypatch.setattr(module, "_cores", lambda cores=cores: cores)
        folder = tmp_path / str(cores)
        folder.mkdir()
        output, clusters, journal = (str(folder / name) for name in ("out.csv", "clusters.csv", "journal.csv"))
        arguments = ["dedup", str(SAMPLE), "-o", output, "--clusters", clusters, "--journal", journal]
        assert main([*arguments, "--no-history", "--quiet"]) == 0
        written.append([Path(path).read_bytes() for path in (output, clusters, journal)])
    assert written[0] == written[1]


def _is_gone(number: int) -> bool:
    """Wait until a process has ended: it sees the end of its pipe at once, but has to be run for that."""
    for _ in range(600):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
