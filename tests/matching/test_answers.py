import numpy as np
import pandas as pd
import pytest

from crmclean.matching.answers import (
    ANSWER_COLUMNS,
    ROWS_PER_KEY,
    SAID_DIFFERENT,
    SAID_SAME,
    Answers,
    format_levels,
    parse_levels,
)
from crmclean.matching.fingerprints import Hashes, format_keys
from crmclean.matching.model import PERSON

UNASKED = 0
HASHES = np.array([11, 22, 33, 22], dtype=np.uint64)


def frame(*answers: tuple[int, int, bool], of: str = "person") -> pd.DataFrame:
    """Return answers about pairs of hashes, the newest last."""
    rows = [
        (*format_keys(np.array([one, other], dtype=np.uint64)), same, of, "phone=same", f"2026-03-{day:02}")
        for day, (one, other, same) in enumerate(answers, 1)
    ]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS))


def about(answers: pd.DataFrame | None, hashes: Hashes = HASHES) -> Answers:
    return Answers.about(answers, "person", hashes)


def verdict(answers: Answers, left: int, right: int) -> int:
    return int(answers.verdict(np.array([left]), np.array([right]))[0])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(0, 1, SAID_SAME, id="same"),
        pytest.param(1, 2, SAID_DIFFERENT, id="different"),
        pytest.param(0, 2, UNASKED, id="nobody was asked"),
        pytest.param(0, 3, SAID_SAME, id="a second row of that content"),
        pytest.param(1, 3, UNASKED, id="two rows of one content"),
    ],
)
def test_the_verdict_is_the_same_in_either_order(left: int, right: int, expected: int) -> None:
    answers = about(frame((11, 22, True), (33, 22, False)))

    assert verdict(answers, left, right) == verdict(answers, right, left) == expected


@pytest.mark.parametrize("turned", [False, True], ids=["same order of the keys", "other order of the keys"])
@pytest.mark.parametrize(("newest", "expected"), [(True, SAID_SAME), (False, SAID_DIFFERENT)])
def test_the_newest_answer_counts(newest: bool, expected: int, turned: bool) -> None:
    last = (22, 11, newest) if turned else (11, 22, newest)

    answers = about(frame((11, 22, not newest), last))

    assert verdict(answers, 0, 1) == expected
    assert answers.known == 1
    assert answers.verdicts == (newest,)


def test_two_rows_that_say_the_same_can_be_answered_too() -> None:
    answers = about(frame((22, 22, False)))

    assert [answers.left.tolist(), answers.right.tolist()] == [[1], [3]]
    assert verdict(answers, 3, 1) == SAID_DIFFERENT


def test_answers_about_strangers_and_about_the_other_kind_touch_no_pair() -> None:
    strangers = pd.concat([frame((11, 99, True)), frame((11, 22, True), of="company")], ignore_index=True)

    answers = about(strangers)

    assert len(answers) == answers.known == 0
    # The levels of a pair that is not here say as much of the weights as those of one that is.
    assert answers.texts == ("phone=same",)


@pytest.mark.parametrize("answers", [None, frame()], ids=["no history", "empty history"])
def test_without_answers_nobody_was_asked(answers: pd.DataFrame | None) -> None:
    nothing = about(answers)

    assert len(nothing) == nothing.known == 0
    assert verdict(nothing, 0, 1) == UNASKED
    assert nothing.texts == ()


def test_a_record_that_stands_in_the_base_a_thousand_times_makes_no_thousand_squared_pairs() -> None:
    hashes = np.repeat(np.array([11, 22], dtype=np.uint64), 1_000)

    answers = about(frame((11, 22, True)), hashes)

    assert 0 < len(answers) <= ROWS_PER_KEY**2
    assert answers.known == 1


def test_records_can_be_renumbered() -> None:
    answers = about(frame((11, 22, True))).renumbered(np.array([2, 5, 6, 8]), 10)

    assert verdict(answers, 5, 2) == SAID_SAME
    assert verdict(answers, 0, 1) == UNASKED


def test_levels_are_written_in_words_and_read_back() -> None:
    levels = np.zeros((3, len(PERSON)), dtype=np.uint8)
    names = [item.name for item in PERSON]
    for row, found in enumerate([{"last_name": "same", "phone": "different"}, {"first_name": "diminutive"}, {}]):
        for name, code in found.items():
            levels[row, names.index(name)] = PERSON[names.index(name)].number(code)

    texts = format_levels(PERSON, levels)

    assert texts.tolist() == ["last_name=same phone=different", "first_name=diminutive", ""]
    assert parse_levels(PERSON, tuple(texts)).tolist() == levels.tolist()


def test_words_of_another_version_are_left_out() -> None:
    known = parse_levels(PERSON, ("phone=same zodiac=same phone=vague", "phone=same"))

    assert known[0].tolist() == known[1].tolist()
    assert parse_levels(PERSON[:1], ("phone=same",)).tolist() == [[0]]


def test_no_pairs_have_no_levels() -> None:
    assert format_levels(PERSON, np.zeros((0, len(PERSON)), dtype=np.uint8)).tolist() == []
