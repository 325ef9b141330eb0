"""The benchmark of values: it measures what it says, on values that do not change with the machine."""

import math

import pandas as pd
import pytest

from benchmarks.field_values import make_addresses, make_people
from benchmarks.fields import Timing, against_library, ask_email_validator, show, time_people
from crmclean.fields.email import normalize_emails


def test_values_are_the_same_for_the_same_seed() -> None:
    assert make_addresses(50, 1) == make_addresses(50, 1) != make_addresses(50, 2)
    pd.testing.assert_frame_equal(make_people(50, 1), make_people(50, 1))


def test_most_addresses_are_plain_and_some_are_odd() -> None:
    plain = [bool(ask_email_validator(address)) for address in make_addresses(2000, 3)]
    assert 0.9 < sum(plain) / len(plain) < 0.97


def test_people_have_all_parts_in_their_full_name() -> None:
    people = make_people(200, 5)
    whole = people[~people["full"].str.contains(".", regex=False)]
    for row in whole.itertuples():
        assert sorted(str(row.full).split()) == sorted(filter(None, (str(row.last), str(row.first), str(row.middle))))


def test_a_library_is_asked_for_a_sample_and_scaled_up() -> None:
    asked: list[str] = []
    timing = against_library("e-mails", make_addresses(400, 1), normalize_emails, "counter", asked.append, 100, 2)
    assert len(asked) == 200
    assert (timing.rows, len(timing.seconds), len(timing.library_seconds)) == (400, 2, 2)


@pytest.mark.parametrize(
    ("timing", "line"),
    [
        (Timing("phones", 10, 9, (1.0, 3.0, 2.0), "phonenumbers", (20.0, 40.0, 30.0)), "  times as fast    15.0"),
        (Timing("names", 10, 9, (1.0,)), "  crmclean         1.00 s (1.00–1.00, 1 runs)"),
    ],
    ids=["with-a-library", "alone"],
)
def test_what_is_printed(timing: Timing, line: str) -> None:
    assert line in show(timing).splitlines()


def test_names_are_timed_without_a_library() -> None:
    assert all(math.isnan(timing.ratio) for timing in time_people(50, 1))
