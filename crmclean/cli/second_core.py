"""A second process that works beside this one, where the machine has a second core and the input is worth it.

Python does one thing at a time in a process. The functions of ``fields`` are pure and take whole columns, so that some
columns can be read in another process meanwhile. The two speak through pipes: the second ends when the first does,
however that ends, and what it cannot do is done here.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

from crmclean.core.executing import IN_TURN, Arguments, Result

LEAST_BYTES: Final = 4_000_000
"""The second process needs a second to start: a smaller input is nearly done by then."""

_START: Final = "import sys; sys.path[:] = {path!r}; from crmclean.cli.second_core import serve; serve()"
_BROKEN: Final = (OSError, EOFError, pickle.UnpicklingError)


@contextmanager
def second_core(paths: Sequence[str]) -> Iterator[Executor]:
    """Provide an executor for work beside this process; with small files, or one core, it does the work in turn.

    Args:
        paths: the files that will be read.
    """
    beside = _start() if _cores() > 1 and _bytes_of(paths) >= LEAST_BYTES else None
    if beside is None:
        yield IN_TURN
        return
    with beside:
        yield beside


class SecondCore(Executor):
    """One other process, which does one thing after another.

    Functions are found by their names; arguments and results are pickled. Where the process cannot do a thing, because
    it was killed or because the thing raises, it is done in this process: the caller sees what it would see without.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", requests: "IO[bytes]", answers: "IO[bytes]") -> None:
        self._process, self._requests, self._answers = process, requests, answers
        self._asking = ThreadPoolExecutor(1)
        self._is_ending = False

    def submit(
        self, work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> "Future[Result]":
        """Have the work done; its turn comes after what was submitted before."""
        return self._asking.submit(self._do, work, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the process, whatever it is doing: what nobody waits for any more is not done."""
        self._is_ending = True
        self._process.kill()
        self._asking.shutdown(cancel_futures=True)
        self._answers.close()
        # A request may have been on its way when the process ended.
        with suppress(OSError):
            self._requests.close()
        self._process.wait()

    def _do(self, work: Callable[..., Result], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Result:
        request = pickle.dumps((work, args, kwargs), protocol=5)
        try:
            self._requests.write(request)
            self._requests.flush()
            answer: Result = pickle.load(self._answers)
        except _BROKEN:
            if self._is_ending:
                raise
            return work(*args, **kwargs)
        return answer


def serve() -> None:
    """Do what comes through stdin until it ends, and answer through stdout."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not come between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    from crmclean.cli.memory import prepare_memory

    prepare_memory()
    while True:
        try:
            work, args, kwargs = pickle.load(requests)
        except EOFError:
            return
        pickle.dump(work(*args, **kwargs), answers, protocol=5)
        answers.flush()


def _start() -> SecondCore | None:
    """Return the other process, which makes ready for names while this one reads; None where none can be started."""
    # Ctrl-C is for this process alone: the other ends when its pipe does.
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
            process_group=0,
        )
    except OSError:
        return None
    assert process.stdin is not None
    assert process.stdout is not None
    beside = SecondCore(process, process.stdin, process.stdout)
    beside.submit(_make_ready)
    return beside


def _make_ready() -> None:
    """Import what reads names, and the vocabularies that it loads with the first name."""
    import pandas as pd

    from crmclean.fields.company import company_key
    from crmclean.fields.person import parse_people

    none = pd.Series([""], dtype="str")
    company_key(pd.Series(["ООО «Ромашка»"], dtype="str"))
    parse_people(none, none, none, pd.Series(["Иванова Анна Сергеевна"], dtype="str"))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bytes_of(paths: Sequence[str]) -> int:
    return sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
