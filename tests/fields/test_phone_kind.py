"""Kind, region and time zone of a number."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.phone_kind import describe_phones


@pytest.mark.parametrize(
    ("number", "kind", "region", "zone"),
    [
        ("+74956244416", "city", "г. Москва", "Europe/Moscow"),
        ("+74996244416", "city", "г. Москва", "Europe/Moscow"),
        ("+74966491245", "city", "Московская обл.", "Europe/Moscow"),
        ("+78123456781", "city", "г. Санкт-Петербург", "Europe/Moscow"),
        ("+74852721431", "city", "Ярославская обл.", "Europe/Moscow"),
        ("+73952244416", "city", "Иркутская обл.", "Asia/Irkutsk"),
        ("+73432244416", "city", "Свердловская обл", "Asia/Yekaterinburg"),
        ("+77172551947", "city", "Астана", "Asia/Almaty"),
        ("+79161234567", "mobile", "Россия", ""),
        ("+77025551947", "mobile", "Казахстан", ""),
        ("+78003333330", "toll-free", "", ""),
        ("+78043333330", "toll-free", "Россия", ""),
        ("+78093333330", "premium", "", ""),
        ("+994502345678", "mobile", "Азербайджан", "Asia/Baku"),
        ("+442079460958", "city", "London", "Europe/London"),
        ("+72952496744", "", "", ""),
        ("+9161234567", "", "", ""),
        ("89161234567", "", "", ""),
        ("нет", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_description(number: str, kind: str, region: str, zone: str) -> None:
    frame = describe_phones(pd.Series([number], dtype="str"))
    assert frame.iloc[0].tolist() == [kind, region, zone]


def test_index_and_types() -> None:
    frame = describe_phones(pd.Series(["+79161234567", "", "+79161234567"], index=[3, 3, 0], dtype="str"))
    assert frame.index.tolist() == [3, 3, 0]
    assert frame["kind"].tolist() == ["mobile", "", "mobile"]
    assert [str(dtype) for dtype in frame.dtypes] == ["str"] * 3
    assert len(describe_phones(pd.Series([], dtype="str"))) == 0


@given(st.lists(st.from_regex(r"\+7[3-9]\d{9}", fullmatch=True) | st.text(max_size=14), max_size=8))
@settings(deadline=None, max_examples=60)
def test_a_column_gives_what_its_numbers_give_one_by_one(numbers: list[str]) -> None:
    together = describe_phones(pd.Series(numbers, dtype="str"))
    for place, number in enumerate(numbers):
        alone = describe_phones(pd.Series([number], dtype="str"))
        assert together.iloc[place].tolist() == alone.iloc[0].tolist()
