"""Dates: the forms of the exports, and no guess."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.date import parse_dates


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        pytest.param("30.09.2026 22:37:00", "2026-09-30 22:37:00", id="Bitrix24 and amoCRM"),
        pytest.param("01.02.2024", "2024-02-01", id="day"),
        pytest.param("1.2.2024", "2024-02-01", id="no zeros"),
        pytest.param("29.02.2024 9:05", "2024-02-29 09:05", id="leap day"),
        pytest.param("2024-03-12 09:14", "2024-03-12 09:14", id="HubSpot"),
        pytest.param("2024-03-12T09:14:00Z", "2024-03-12 09:14", id="ISO with Z"),
        pytest.param("2024-03-12T09:14:00.123+03:00", "2024-03-12 09:14", id="ISO with a zone"),
        pytest.param("20240312", "2024-03-12", id="compact"),
        pytest.param("01/02/2024", "2024-02-01", id="slashes, day first"),
    ],
)
def test_date_is_read(cell: str, moment: str) -> None:
    assert parse_dates(pd.Series([cell])).tolist() == [pd.Timestamp(moment)]


@pytest.mark.parametrize(
    "cell", ["", "0000-00-00", "0000-00-00 00:00:00", "08.дек", "31.02.2024", "29.02.2023", "45000", "01.01.0001",
             "скоро", "31.12.2024 25:00", "79161234567"]
)  # fmt: skip
def test_unknown_is_not_guessed(cell: str) -> None:
    assert parse_dates(pd.Series([cell], dtype="str")).isna().all()


def test_american_order_needs_proof() -> None:
    proved = parse_dates(pd.Series(["1/2/2024", "3/15/2024 2:30 PM", "12/1/2024 12:05 AM"]))
    assert proved.tolist() == [
        pd.Timestamp("2024-01-02"), pd.Timestamp("2024-03-15 14:30"), pd.Timestamp("2024-12-01 00:05")
    ]  # fmt: skip
    mixed = parse_dates(pd.Series(["1/2/2024", "3/15/2024", "15/3/2024"]))
    assert mixed.tolist()[0] == pd.Timestamp("2024-02-01")
    assert mixed.isna().tolist() == [False, True, False]


def test_index_and_type_are_kept() -> None:
    moments = parse_dates(pd.Series(["01.02.2024", "01.02.2024"], index=[3, 3]))
    assert moments.index.tolist() == [3, 3]
    assert str(moments.dtype) == str(parse_dates(pd.Series([], dtype="str")).dtype) == "datetime64[us]"


@given(
    st.datetimes(
        min_value=pd.Timestamp("1900-01-01").to_pydatetime(), max_value=pd.Timestamp("2100-01-01").to_pydatetime()
    )
)
@settings(deadline=None, max_examples=50)
def test_every_moment_is_read_back(moment: object) -> None:
    stamp = pd.Timestamp(str(moment)).floor("s")
    cells = pd.Series([stamp.strftime("%d.%m.%Y %H:%M:%S"), stamp.isoformat(), stamp.strftime("%Y%m%d %H:%M:%S")])
    assert parse_dates(cells).tolist() == [stamp] * 3


@given(st.lists(st.text(alphabet="0123456789.-/: TZ+PM", max_size=22) | st.text(max_size=12), max_size=5))
@settings(deadline=None, max_examples=200)
def test_no_text_raises(cells: list[str]) -> None:
    assert len(parse_dates(pd.Series(cells, dtype="str"))) == len(cells)


def test_a_zone_is_no_part_of_the_clock() -> None:
    cells = pd.Series(["2024-03-05T10:15+03:07", "2024-03-05T10:15:20.5+03:07", "05.03.2024 10:15:20Z"])
    assert parse_dates(cells).tolist() == [
        pd.Timestamp("2024-03-05 10:15"), pd.Timestamp("2024-03-05 10:15:20"), pd.Timestamp("2024-03-05 10:15:20")
    ]  # fmt: skip
