"""Where work is done that may be done beside other work: here and at once, unless somebody has a better place."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Final, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
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
