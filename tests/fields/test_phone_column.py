"""A column of phones: what is read of many cells at once is what each cell says by itself."""

import pandas as pd
import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.phone import normalize_phones, split_phones
from crmclean.fields.phone_cell import read_cell
from crmclean.fields.phone_column import look_at
from crmclean.fields.phone_numbering import SHARED_PLAN, read_number
from crmclean.fields.phone_plain import read_plain, read_plain_cells
from crmclean.fields.phone_simple import read_ordered_cells, read_short_runs
from crmclean.fields.phone_style import PhoneStyle
from crmclean.fields.phone_writing import write_cell, write_columns
from tests.fields.golden import load_golden


def _as_arrow(*cells: str) -> pa.Array:
    return pa.array(cells, pa.large_string())


def _assert_read_alike(cells: list[str], areas: list[str], style: PhoneStyle = "e164", region: str = "RU") -> None:
    alone = [read_cell(cell, region, area) for cell, area in zip(cells, areas, strict=True)]
    column, area_codes = pd.Series(cells, dtype="str"), pd.Series(areas, dtype="str")
    parts = split_phones(column, region, area_codes)
    assert list(zip(*(parts[name].tolist() for name in ("position", "number", "extension", "code")), strict=True)) == [
        (place, part.number, part.extension, part.code) for place, cell in enumerate(alone) for part in cell.parts
    ]
    written = normalize_phones(column, region, "; ", area_codes, style)
    assert list(zip(written["value"].tolist(), written["code"].tolist(), strict=True)) == [
        write_cell(text, cell, "; ", style) for text, cell in zip(cells, alone, strict=True)
    ]


_DIGITS = st.text("0123456789", min_size=1, max_size=12)
_GAPS = st.sampled_from(["", "-", " ", ".", "–", "\u00a0", " - ", ") "])
_FILLERS = st.sampled_from(["0000000", "1111111", "1234567", "7654321", "678901234", "987654321", "9012345678"])
_NATIONAL = st.from_regex(r"(9[0-6]\d|495|812|800|705)[1-9]\d{6}", fullmatch=True) | st.from_regex(
    r"[3-9]\d{9}", fullmatch=True
)
_PREFIXES = st.sampled_from(["8", "+7", "7", "8 ", "+7 ", "8-", "8.", "", "", "+", "+8", "+375", "00", "810", "("])


@st.composite
def _numbers(draw: st.DrawFn) -> str:
    national = draw(_NATIONAL | _NATIONAL | _DIGITS | st.builds("{}{}".format, st.sampled_from(["", "9"]), _FILLERS))
    gap, opening, closing = (
        draw(_GAPS),
        *draw(st.sampled_from([("(", ")"), (" (", ") "), ("", ""), ("", "-"), ("/", "/")])),
    )
    groups = [national[:3], national[3:6], national[6:8], national[8:]]
    return draw(_PREFIXES) + opening + groups[0] + closing + gap.join(group for group in groups[1:] if group)


_WORDS = st.sampled_from(
    [
        "Иван",
        "Мария",
        "Телефон",
        "Номер",
        "Окно",
        "Этаж",
        "Отдел",
        "Кабинет",
        "Будни",
        "Ежедневно",
        "Добавочный",
        "Либо",
        "Смена",
        "касса",
        "секретарь",
        "WhatsApp",
        "ext",
        "или",
        "и",
        "нет",
    ]
)
_HOURS = st.sampled_from(
    [
        "9:00-18:00",
        "с 9:00 до 18:00",
        "с 9 до 18",
        "с 9 до 180",
        "пн-пт 9-18",
        "пн.-пт.: с 9:00 до 18:00",
        "будни с 8-12",
        "сб, вс 10-14",
        "9.00-18.00",
        "25:00-26:00",
        "9:00–18:00",
        "01.10.2024",
    ]
)
_EXTENSION_MARKS = st.sampled_from([" доб. ", " доб", " (доб. 1", ", доб.", ",доб ", " #", "#", "; доб. "])
_IN_FRONT = st.just("") | _WORDS.map("{} ".format)
_BEHIND = (
    st.just("")
    | st.builds("{}{}".format, st.sampled_from([" ", "\t", "\r"]), _WORDS | _HOURS)
    | (_WORDS | _HOURS).map(" ({})".format)
    | st.builds(
        "{}{}".format, st.sampled_from([" доб. ", " доб", " (доб. 1", ", доб.", ",доб ", " #", "#", "; доб. "]), _DIGITS
    )
    | st.sampled_from([".0", ",0", "(19)", ")", "."])
)
_PIECES = st.builds("{}{}{}".format, _IN_FRONT, _numbers(), _BEHIND)
_CELLS = _numbers() | st.builds(
    lambda pieces, mark: mark.join(pieces),
    st.lists(_PIECES, min_size=1, max_size=3),
    st.sampled_from([", ", ";", "\n", "\r\n", " ", "/", ",\r"]),
)
_AROUND = st.builds("{}{}{}".format, st.sampled_from(["", "", " ", "'", "\u00a0", "`", "\u200b"]), _CELLS, _GAPS)


@given(
    cells=st.lists(_AROUND | st.text(max_size=12), min_size=1, max_size=12, unique=True),
    area=st.sampled_from(["", "495", "4852"]),
    style=st.sampled_from(("e164", "international", "national")),
)
@settings(deadline=None, max_examples=300)
def test_a_column_is_read_and_written_as_its_cells_are(cells: list[str], area: str, style: PhoneStyle) -> None:
    _assert_read_alike(cells, [area if place % 2 else "" for place in range(len(cells))], style)


@pytest.mark.parametrize("region", ["RU", "KZ", "BY"])
def test_golden_cells_are_read_alike(region: str) -> None:
    cells = list(dict.fromkeys(case.input for case in load_golden("phone")))
    _assert_read_alike(cells, [""] * len(cells), region=region)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        pytest.param("8 (916) 123-45-67", "+79161234567", id="trunk 8"),
        pytest.param("' 916 123 45 67 ", "+79161234567", id="apostrophe and spaces"),
        pytest.param("8 701 244–56–78", "+77012445678", id="Kazakhstan"),
        pytest.param("8 295 123-45-67", "", id="no such code"),
        pytest.param("8 916 123-45-67 доб. 5", "", id="more than a number"),
        pytest.param("+7 999 999-99-99", "", id="one digit"),
        pytest.param("+7 967 890-12-34", "", id="rising keys beyond 9"),
        pytest.param("+7 923 210-98-76", "+79232109876", id="falling keys, but eight of them only"),
        pytest.param("+7 998 765-43-21", "", id="falling keys"),
        pytest.param("+7 916 000-00-00", "", id="zeros"),
        pytest.param("+7 916 111-11-11", "+79161111111", id="a number one can buy"),
    ],
)
def test_plain_number(cell: str, number: str) -> None:
    assert read_plain(_as_arrow("нет", cell, ""), "RU").to_pylist() == ["", number, ""]


def test_a_slice_of_a_column_is_read_alone() -> None:
    cells = _as_arrow("8 916 123-45-67", "нет", "8 495 624-44-16", "8 903 123-45-68")
    assert read_plain(cells.slice(1, 2), "RU").to_pylist() == ["", "+74956244416"]


def test_fraction_of_a_spreadsheet_is_cut_from_whole_cells_only() -> None:
    cells = _as_arrow("79161234567.0", "9161234567,00", "+9161234567.0", "79161234567.5", "344-67-18")
    assert read_plain_cells(cells, "RU").to_pylist() == ["+79161234567", "+79161234567", "", "", ""]
    assert read_plain(cells, "RU").to_pylist() == [""] * 5


def test_outside_the_plan_of_seven_nothing_is_read_at_once() -> None:
    cells = _as_arrow("8 916 123-45-67", "344-67-18", "Иван 89161234567")
    assert read_plain_cells(cells, "BY").to_pylist() == ["", "", ""]
    assert len(read_short_runs(cells, "BY").owners) == len(read_ordered_cells(cells, "BY").owners) == 0


@pytest.mark.parametrize(
    ("cell", "raw", "code"),
    [
        pytest.param("344–67–18", "344-67-18", "phone-no-area-code", id="local"),
        pytest.param(" '112 ", "112", "phone-service", id="service"),
        pytest.param("1234567", "1234567", "phone-filler", id="keyboard"),
        pytest.param("+7 (916) 123-45-6.", "+7 (916) 123-45-6", "phone-impossible", id="digit lost behind +7"),
        pytest.param("+375 29 123", "+375 29 123", "phone-impossible", id="too few digits for any country"),
        pytest.param("8 916 123 45 6", "8 916 123 45 6", "phone-impossible", id="digit lost behind 8"),
    ],
)
def test_short_run(cell: str, raw: str, code: str) -> None:
    found = read_short_runs(_as_arrow(cell), "RU")
    assert (found.raw.to_pylist(), found.code.to_pylist(), found.number.to_pylist()) == ([raw], [code], [""])


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("9.00-18.00", id="hours"),
        pytest.param("1.10.2024", id="date"),
        pytest.param("008 123 456", id="prefix of abroad"),
        pytest.param("810 123 4567", id="8 and 10 lead abroad"),
        pytest.param("+375 29 123-45-67", id="another country"),
        pytest.param("4956244416", id="a whole number"),
        pytest.param("344-67-18, 19", id="two runs"),
        pytest.param("—", id="no digit"),
    ],
)
def test_what_is_no_short_run(cell: str) -> None:
    assert len(read_short_runs(_as_arrow(cell), "RU").owners) == 0


def test_equal_numbers_of_a_cell_are_written_once_in_their_order() -> None:
    cells = _as_arrow("нет", "89161234567, Иван 8 495 624-44-16; +7 916 123 45 67", "+79161234567")
    places, values, codes = write_columns(read_ordered_cells(cells, "RU"), cells, " / ", "national")
    assert places.tolist() == [1, 2]
    assert values.to_pylist() == ["8 (916) 123-45-67 / 8 (495) 624-44-16 (Иван)", "8 (916) 123-45-67"]
    assert codes.to_pylist() == ["phone-normalized"] * 2


def test_nothing_to_write() -> None:
    cells = _as_arrow("нет", "")
    places, values, codes = write_columns(read_ordered_cells(cells, "RU"), cells, ", ", "e164")
    assert (places.tolist(), values.to_pylist(), codes.to_pylist()) == ([], [], [])


def test_usual_odd_cells_need_no_reading_one_by_one() -> None:
    cells = [
        "8 916 123-45-67 доб. 15",
        "8 916 123-45-67 (касса)",
        "Мария 8 916 123-45-67; 89031234568",
        "8 916 123-45-67 пн-пт 9:00-18:00",
        "8 916 123-45-67 с 9 до 18",
        "344-67-18",
        "+7 916 123-45-6",
        "89161234567",
    ]
    odd = look_at(pd.Series(cells, dtype="str"), "RU", None).read()
    assert odd.cells == []
    assert [read.owners.tolist() for read in odd.columns] == [[5, 6], [0, 1, 2, 2, 3, 4]]


@given(digits=st.from_regex(r"7\d{7,16}", fullmatch=True), region=st.sampled_from(sorted(SHARED_PLAN)))
@settings(deadline=None, max_examples=300)
def test_numbers_behind_seven_are_refused_as_the_library_does(digits: str, region: str) -> None:
    try:
        parsed = phonenumbers.parse("+" + digits, region)
    except phonenumbers.NumberParseException:
        expected = ""
    else:
        is_valid = phonenumbers.is_valid_number(parsed)
        expected = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if is_valid else ""
    assert read_number("+" + digits, region) == (expected if len(digits) <= 15 else "")
