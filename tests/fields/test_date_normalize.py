"""Dates brought to one form: the golden cases, and what must hold of every text."""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.date import normalize_dates, parse_dates
from tests.fields.golden import GoldenCase, golden_parameters

_TODAY = datetime.date(2026, 11, 22)
_TEXTS = (
    st.text(max_size=14)
    | st.text(alphabet="0123456789.-/: T+PMZмартг,", max_size=22)
    | st.from_regex(r"[0-3]?[0-9][./-][01]?[0-9][./-](20)?2[0-9]( [012][0-9]:[0-5][0-9]( PM)?)?", fullmatch=True)
    | st.sampled_from(["1/2/2024", "3/15/2024", "15/3/2024", "45356", "45356.75", "01.01.1970", "12.05.1985", "5.3.24"])
)


@pytest.mark.parametrize("case", golden_parameters("date"))
def test_golden(case: GoldenCase) -> None:
    options = case.options
    cells = [case.input, *(options["beside"].split(" & ") if "beside" in options else [])]
    result = normalize_dates(
        pd.Series(cells, dtype="str"),
        style="iso" if options.get("style") == "iso" else "dmy",
        order="mdy" if options.get("order") == "mdy" else "dmy" if options.get("order") == "dmy" else "auto",
        birthday="birthday" in options,
        today=_TODAY,
    )
    assert result["value"].iloc[0] == case.value, case.why
    assert set(result["code"].iloc[0].split()) == set(case.codes.split()), case.why


@given(
    st.lists(_TEXTS, max_size=6),
    st.booleans(),
    st.sampled_from(["dmy", "iso"]),
    st.sampled_from(["auto", "dmy", "mdy"]),
)
@settings(deadline=None, max_examples=300)
def test_every_column(cells: list[str], birthday: bool, style: str, order: str) -> None:
    def run(column: "pd.Series[str]") -> pd.DataFrame:
        return normalize_dates(
            column,
            style="iso" if style == "iso" else "dmy",
            order="mdy" if order == "mdy" else "dmy" if order == "dmy" else "auto",
            birthday=birthday,
            today=_TODAY,
        )

    given_cells = pd.Series(cells, dtype="str")
    once = run(given_cells)
    assert run(once["value"])["value"].tolist() == once["value"].tolist()
    changed = once["value"].ne(given_cells)
    severity = once["code"].map(lambda code: CATALOGUE[code].severity if code else "")
    assert changed.tolist() == severity.eq("change").tolist()


@given(st.datetimes(min_value=datetime.datetime(1971, 1, 1), max_value=datetime.datetime(2099, 12, 31)))
@settings(deadline=None, max_examples=100)
def test_no_moment_changes_its_meaning(moment: datetime.datetime) -> None:
    stamp = pd.Timestamp(moment).floor("s")
    spellings = [
        stamp.isoformat(), stamp.isoformat() + "+03:00", stamp.strftime("%Y%m%dT%H%M%S"),
        stamp.strftime("%d.%m.%Y, %H:%M:%S"), stamp.strftime("%d-%b-%Y %H:%M:%S"),
        stamp.strftime("%H:%M:%S %d.%m.%Y"), stamp.strftime("%b %d, %Y %I:%M:%S %p"),
    ]  # fmt: skip
    written = normalize_dates(pd.Series(spellings), today=_TODAY)["value"]
    assert written.str.removesuffix("+03:00").tolist() == [stamp.strftime("%d.%m.%Y %H:%M:%S")] * len(spellings)
    assert parse_dates(written).tolist() == [stamp] * len(spellings)


def test_index_is_kept() -> None:
    result = normalize_dates(pd.Series(["5.3.2024", "5.3.2024"], index=[7, 7]), today=_TODAY)
    assert result.index.tolist() == [7, 7]
    assert list(result.columns) == ["value", "code"]
    assert normalize_dates(pd.Series([], dtype="str")).empty
