"""Where work is done that may be done beside other work: here and at once, unless somebody has a better place."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

_MOST_THREADS: Final = 4

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Result = TypeVar("Result")


class InTurn(Executor):
    """An executor without threads: what is submitted is done when ``submit`` returns, and raises what it raises."""

    def submit(
        self, work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> "Future[Result]":
        """Do the work."""
        done: Future[Result] = Future()
        done.set_result(work(*args, **kwargs))
        return done


IN_TURN: Final = InTurn()


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yield the result for every item in order; several are worked on at once, by code that leaves Python's lock alone.

    >>> list(side_by_side(abs, [3, -4]))
    [3, 4]
    """
    if len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as threads:
        yield from threads.map(work, items)
