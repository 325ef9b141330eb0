"""Which pair is asked about next, and which are settled by what was answered."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.history.decisions import ANSWER_COLUMNS
from crmclean.workflows.review_queue import ReviewQueue

A, B, C, D = (f"{letter * 16}" for letter in "abcd")
ROWS = {A: 1, B: 2, C: 3, D: 4}


def make_pairs(*pairs: tuple[str, str, float], of: str = "person") -> pd.DataFrame:
    """Return the ``review`` table of a run."""
    return pd.DataFrame(
        {
            "pair": range(1, len(pairs) + 1),
            "probability": [probability for _first, _second, probability in pairs],
            "row_a": [ROWS[first] for first, _second, _probability in pairs],
            "row_b": [ROWS[second] for _first, second, _probability in pairs],
            "of": of,
            "key_a": [first for first, _second, _probability in pairs],
            "key_b": [second for _first, second, _probability in pairs],
            "levels": "",
        }
    )


def make_answers(*answers: tuple[str, str, bool]) -> pd.DataFrame:
    """Return answers that were given before."""
    lines = [(*sorted(keys), same, "person", "", "2026-03-02") for *keys, same in answers]
    return pd.DataFrame(lines, columns=list(ANSWER_COLUMNS))


def make_queue(pairs: pd.DataFrame, *labels: str, answers: pd.DataFrame | None = None) -> ReviewQueue:
    """Return the queue of a base of four rows, each a client of its own if not said otherwise."""
    clusters = pd.DataFrame({"cluster_id": list(labels or "1234")})
    return ReviewQueue(pairs, clusters, make_answers() if answers is None else answers)


def asked(queue: ReviewQueue) -> tuple[str, str] | None:
    """Return the keys of the pair to ask about."""
    return None if queue.pair is None else (queue.pair["key_a"], queue.pair["key_b"])


def test_the_most_probable_comes_first() -> None:
    queue = make_queue(make_pairs((A, B, 0.6), (C, D, 0.9)))
    assert (asked(queue), queue.left) == ((C, D), 2)
    queue.answer(True, 1)
    assert (asked(queue), queue.left) == ((A, B), 1)
    queue.answer(False, 2)
    assert (asked(queue), queue.left, queue.same, queue.different) == (None, 0, 1, 1)


def test_records_that_say_the_same_are_asked_about_once() -> None:
    pairs = make_pairs((A, B, 0.9), (A, C, 0.8)).assign(key_b=B)
    queue = make_queue(pairs)
    assert queue.left == 1


@pytest.mark.parametrize("keys", [(A, B), (B, A)], ids=["as the rows", "turned"])
def test_what_was_answered_before_is_not_asked(keys: tuple[str, str]) -> None:
    queue = make_queue(make_pairs((*keys, 0.9), (C, D, 0.6)), answers=make_answers((A, B, False)))
    assert (asked(queue), queue.left) == ((C, D), 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [(True, True), (True, False), (False, True)],
    ids=["all one", "one and a stranger", "a stranger and one"],
)
def test_the_third_pair_follows_from_two(first: bool, second: bool) -> None:
    queue = make_queue(make_pairs((A, B, 0.9), (B, C, 0.8), (A, C, 0.7)))
    queue.answer(first, 1)
    queue.answer(second, 2)
    assert asked(queue) is None
    assert queue.undecided == 0


def test_two_strangers_of_one_say_nothing_of_each_other() -> None:
    queue = make_queue(make_pairs((A, B, 0.9), (B, C, 0.8), (A, C, 0.7)))
    queue.answer(False, 1)
    queue.answer(False, 2)
    assert asked(queue) == (A, C)


def test_groups_that_meet_later_bring_their_strangers_with_them() -> None:
    queue = make_queue(make_pairs((A, D, 0.9), (B, C, 0.8), (A, B, 0.7), (C, D, 0.6)))
    queue.answer(False, 1)
    queue.answer(True, 2)
    queue.answer(True, 3)
    assert asked(queue) is None


def test_an_answer_holds_for_all_that_were_merged_by_themselves() -> None:
    queue = make_queue(make_pairs((A, B, 0.9), (A, C, 0.8)), "1", "2", "2", "4")
    queue.answer(False, 1)
    assert asked(queue) is None


def test_companies_are_settled_by_answers_about_companies() -> None:
    queue = make_queue(make_pairs((A, B, 0.9), (A, C, 0.8), of="company"), "1", "2", "2", "4")
    queue.answer(False, 1)
    assert asked(queue) == (A, C)


def test_back_takes_the_last_step_and_what_followed_from_it() -> None:
    queue = make_queue(make_pairs((A, B, 0.9), (B, C, 0.8), (A, C, 0.7)))
    queue.answer(True, 11)
    queue.answer(True, 12)
    step = queue.go_back()
    assert step is not None
    assert step.number == 12
    assert (asked(queue), queue.left, queue.same) == ((B, C), 2, 1)
    queue.leave()
    assert (asked(queue), queue.left, queue.undecided) == ((A, C), 1, 2)
    queue.answer(False, 13)
    assert (asked(queue), queue.undecided) == (None, 0)


def test_back_at_the_beginning_does_nothing() -> None:
    queue = make_queue(make_pairs((A, B, 0.9)))
    assert queue.go_back() is None
    assert asked(queue) == (A, B)


def test_without_pairs_there_is_nothing_to_ask() -> None:
    queue = make_queue(make_pairs())
    assert (asked(queue), queue.left, queue.undecided) == (None, 0, 0)


KEYS = st.sampled_from([A, B, C, D])
STEPS = st.lists(st.sampled_from(["same", "different", "later", "back"]), max_size=20)


@given(st.lists(st.tuples(KEYS, KEYS, st.floats(0.5, 1)).filter(lambda pair: pair[0] != pair[1])), STEPS)
def test_any_sitting_ends_and_what_is_taken_back_leaves_no_trace(
    pairs: list[tuple[str, str, float]], steps: list[str]
) -> None:
    queue, straight = make_queue(make_pairs(*pairs)), make_queue(make_pairs(*pairs))
    kept: list[bool | None] = []
    for step in steps:
        if step == "back":
            queue.go_back()
            kept = kept[:-1]
        elif queue.pair is not None:
            kept.append(None if step == "later" else step == "same")
            queue.answer(step == "same", 1) if step != "later" else queue.leave()
    for answer in kept:
        straight.answer(answer, 1) if answer is not None else straight.leave()
    assert (asked(queue), queue.left, queue.undecided) == (asked(straight), straight.left, straight.undecided)
    while queue.pair is not None:
        left = queue.left
        queue.answer(True, 1)
        assert queue.left < left
