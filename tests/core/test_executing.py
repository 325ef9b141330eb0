"""Work that is done in turn."""

import pytest

from crmclean.core.executing import IN_TURN


def test_work_is_done_when_submit_returns() -> None:
    done: list[int] = []
    answer = IN_TURN.submit(done.append, 7)
    assert done == [7]
    assert answer.result() is None


def test_what_the_work_raises_is_raised_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        IN_TURN.submit(divmod, 1, 0)
