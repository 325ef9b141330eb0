"""Phones: every class of the catalogue of real exports, value by value, and what must hold for any text."""

import re
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.phone import normalize_phones, split_phones
from crmclean.fields.phone_cell import read_cell
from crmclean.fields.phone_style import PhoneStyle
from crmclean.fields.phone_writing import write_cell
from tests.fields.golden import GoldenCase, golden_parameters, load_golden

_STYLES: tuple[PhoneStyle, ...] = get_args(PhoneStyle)


def _normalize(
    cell: str, region: str = "RU", area: str = "", style: PhoneStyle = "e164", joiner: str = ", "
) -> tuple[str, str]:
    cells = pd.Series([cell], dtype="str")
    areas = pd.Series([area], dtype="str") if area else None
    frame = normalize_phones(cells, region, joiner, areas, style)
    return frame["value"].iloc[0], frame["code"].iloc[0]


def _style(name: str) -> PhoneStyle:
    return next(style for style in _STYLES if style == name)


def _run(case: GoldenCase) -> tuple[str, str]:
    options = case.options
    style = _style(options.get("style", "e164"))
    return _normalize(case.input, options.get("region", "RU"), options.get("area", ""), style)


@pytest.mark.parametrize("case", golden_parameters("phone"))
def test_golden(case: GoldenCase) -> None:
    value, codes = _run(case)
    assert (value, set(codes.split())) == (case.value, set(case.codes.split())), case.why


def test_golden_table_is_large_and_a_rewrite_always_has_the_code_of_a_change() -> None:
    cases = load_golden("phone")
    assert len(cases) >= 450
    for case in cases:
        severities = {CATALOGUE[code].severity for code in case.codes.split()}
        assert ("change" in severities) == (case.input != case.value), case


_ALPHABET = "0123456789+-() ,;/.\n'добвнextиФИО№#=\"_@eEO–\u00a0*?!<>|:"
_TEXTS = st.text(alphabet=_ALPHABET, max_size=45) | st.text(max_size=30)
_NUMBERS = st.from_regex(r"(\+7|8|7|) ?\(?(916|495|812|4852|800)\)? ?[1-9]\d\d-?\d\d-?\d{1,3}", fullmatch=True)
_REMARKS = st.sampled_from(
    [
        "",
        " доб. 15",
        " (касса)",
        " Иван",
        " 9:00-18:00",
        " (с 01.10.2024)",
        " каб. 3",
        "?",
        " и",
        " вн 7",
        " (8 812 1234568 доб. 7)",
    ]
)
_PIECES = st.tuples(_NUMBERS, _REMARKS).map("".join)
_CELLS = st.lists(_PIECES, min_size=1, max_size=4).flatmap(
    lambda pieces: st.sampled_from([", ", "; ", " ", "/", "\n", " / ", ""]).map(lambda mark: mark.join(pieces))
)


@pytest.mark.parametrize("style", _STYLES)
@given(cell=_TEXTS | _CELLS, area=st.sampled_from(["", "495", "4852", "38822"]))
@settings(deadline=None, max_examples=80)
def test_normalizing_twice_changes_nothing_more(style: PhoneStyle, cell: str, area: str) -> None:
    once, _ = _normalize(cell, area=area, style=style)
    assert _normalize(once, area=area, style=style)[0] == once


@given(cell=_TEXTS | _CELLS, area=st.sampled_from(["", "495"]))
@settings(deadline=None, max_examples=120)
def test_no_word_and_no_number_is_lost(cell: str, area: str) -> None:
    value, code = _normalize(cell, area=area)
    if value == cell:
        return
    assert CATALOGUE[code].severity == "change"
    areas = pd.Series([area], dtype="str")
    before = split_phones(pd.Series([cell], dtype="str"), area_codes=areas)
    after = split_phones(pd.Series([value], dtype="str"), area_codes=areas)
    assert set(after["number"]) == set(before["number"])
    assert set(after["extension"]) - {""} == set(before["extension"]) - {""}
    words = re.findall(r"[^\W\d_]{4,}", cell)
    kept = value.lower()
    labels = ("тел", "phone", "номер", "доб", "внут", "ext")
    assert [word for word in words if not word.lower().startswith(labels) and word.lower() not in kept] == []


@given(_CELLS)
@settings(deadline=None, max_examples=30)
def test_from_any_style_to_any_other_nothing_is_lost(cell: str) -> None:
    plain, _ = _normalize(cell)
    for style in _STYLES:
        styled, _ = _normalize(cell, style=style)
        assert _normalize(styled)[0] == plain
        for other in _STYLES:
            assert _normalize(styled, style=other)[0] == _normalize(cell, style=other)[0]


@given(
    st.lists(_TEXTS | _CELLS, max_size=6), st.lists(st.sampled_from(["", "495", "4852", "x", "8 (812)"]), max_size=6)
)
@settings(deadline=None, max_examples=50)
def test_a_column_gives_what_its_cells_give_one_by_one(cells: list[str], areas: list[str]) -> None:
    areas = [*areas, *[""] * len(cells)][: len(cells)]
    frame = normalize_phones(pd.Series(cells, dtype="str"), area_codes=pd.Series(areas, dtype="str"))
    alone = [_normalize(cell, area=area) for cell, area in zip(cells, areas, strict=True)]
    assert list(zip(frame["value"].tolist(), frame["code"].tolist(), strict=True)) == alone


def test_index_is_kept_and_equal_texts_of_two_cities_get_their_own_codes() -> None:
    cells = pd.Series(["72-14-31", "72-14-31", "72-14-31", "89161234567"], index=[5, 5, 1, 0], dtype="str")
    frame = normalize_phones(cells, area_codes=pd.Series(["4852", "3952", "", "4852"], dtype="str"))
    assert frame.index.tolist() == [5, 5, 1, 0]
    assert frame["value"].tolist() == ["+74852721431", "+73952721431", "72-14-31", "+79161234567"]
    assert frame["code"].tolist() == ["phone-area-added", "phone-area-added", "phone-no-area-code", "phone-normalized"]


@pytest.mark.parametrize(
    "cell",
    [
        "8 916 123-45-67 доб. 15",
        "8 916 123-45-67 (касса), 8 495 624-44-16",
        "Иван 8 916 123-45-67; Мария 8(495)624-44-16",
        "Телефон 89161234567, 84956244416",
        "Номер 89161234567; 84956244416",
        "Кабинет 8 916 123-45-67, 84956244416",
        "89161234567 Телефон, 84956244416",
        "8 916 123-45-67\n8 495 624-44-16 (доб. 12)",
        "8 495 624-44-16 доб. 12, 8 916 123-45-67",
        "8 495 624-44-16 8.00-17.00; 89161234567",
        "8 49 12.30-14.45; 89161234567",
    ],
)
def test_cell_read_with_its_column_is_the_cell_read_alone(cell: str) -> None:
    alone = read_cell(cell, "RU").parts
    column = split_phones(pd.Series([cell], dtype="str"))
    assert column["number"].tolist() == [part.number for part in alone]
    assert column["extension"].tolist() == [part.extension for part in alone]
    assert _normalize(cell) == write_cell(cell, read_cell(cell, "RU"), ", ", "e164")
