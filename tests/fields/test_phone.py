"""Phones: the classes of the field catalogue, agreement with phonenumbers, and what must always hold."""

import random
import re

import pandas as pd
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.phone import normalize_phones, split_phones
from crmclean.fields.phone_cell import read_cell


def _split(cell: str, region: str = "RU") -> list[tuple[str, str, str]]:
    frame = split_phones(pd.Series([cell], dtype="str"), region)
    return list(zip(frame["number"].tolist(), frame["extension"].tolist(), frame["code"].tolist(), strict=True))


def _normalize(cell: str, region: str = "RU") -> tuple[str, str]:
    frame = normalize_phones(pd.Series([cell], dtype="str"), region)
    return frame["value"].iloc[0], frame["code"].iloc[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("8-495-624-44-16", "+74956244416", id="trunk 8"),
        pytest.param("900-555-14-28", "+79005551428", id="bare ten digits"),
        pytest.param("8-495233-85-44", "+74952338544", id="dash missing"),
        pytest.param("(49664) 9-1245", "+74966491245", id="five-digit code"),
        pytest.param("(8-341-62) 4-16-55", "+73416241655", id="code in pieces"),
        pytest.param("/495/ 310-25-12", "+74953102512", id="slashes"),
        pytest.param("+7/499/125-35-17", "+74991253517", id="slashes and +7"),
        pytest.param("8 (800) 333-333-0", "+78003333330", id="toll free"),
        pytest.param("495) 249-91-08", "+74952499108", id="bracket not opened"),
        pytest.param("(495 708-66-88", "+74957086688", id="bracket not closed"),
        pytest.param("(495) 629–44–35", "+74956294435", id="long dashes"),
        pytest.param("(499)\u00a0748-07-30", "+74997480730", id="no-break space"),
        pytest.param("  8 916 123 45 67        ", "+79161234567", id="padded"),
        pytest.param("8.916.123.45.67", "+79161234567", id="dots"),
        pytest.param("'+77025551947", "+77025551947", id="apostrophe"),
        pytest.param("79161234567.0", "+79161234567", id="spreadsheet .0"),
        pytest.param('="89161234567"', "+79161234567", id="spreadsheet formula"),
        pytest.param("+8 916 123-45-67", "+79161234567", id="plus before the trunk 8"),
        pytest.param("+7 8 916 123 45 67", "+79161234567", id="+7 and trunk 8"),
        pytest.param("87025551947", "+77025551947", id="Kazakhstan"),
        pytest.param("+996 555 123456", "+996555123456", id="Kyrgyzstan"),
        pytest.param("375291234567", "+375291234567", id="Belarus without plus"),
        pytest.param("тел.: 8 916 123 45 67", "+79161234567", id="label"),
    ],
)
def test_one_number_is_written_in_e164(cell: str, value: str) -> None:
    assert _normalize(cell) == (value, "phone-normalized")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("(499) 735-41-20 (499) 735-77-10", "+74997354120, +74997357710", id="space"),
        pytest.param("495) 257-0332(495) 251-2937", "+74952570332, +74952512937", id="nothing between"),
        pytest.param("89161234567\n89031234568", "+79161234567, +79031234568", id="newline"),
        pytest.param("89161234567; 89031234568;", "+79161234567, +79031234568", id="semicolons"),
        pytest.param("(495) 688 10 05, 106 05 06", "+74956881005, +74951060506", id="code given once"),
        pytest.param("(4967) 72 19 94, 72 14 31", "+74967721994, +74967721431", id="code of four given once"),
        pytest.param("8-495-607-42-68/607-04-36", "+74956074268, +74956070436", id="slash"),
        pytest.param("(499) 727-18-72/73", "+74997271872, +74997271873", id="tail after slash"),
        pytest.param("8-900-555-90-18(19)", "+79005559018, +79005559019", id="tail in brackets"),
        pytest.param("(499)203-53-46,(499) 203-53-46", "+74992035346", id="twice the same"),
        pytest.param("8(495) 123-45-68 доб. 2926", "+74951234568 доб. 2926", id="extension"),
        pytest.param("8 495 1234568 (доб. 0792)", "+74951234568 доб. 0792", id="extension in brackets"),
        pytest.param("84951234568 доб. 101, 105, 106", "+74951234568 доб. 101, 105, 106", id="extensions"),
        pytest.param("84951234568 доб.: 41-85, 42-30", "+74951234568 доб. 4185, 4230", id="extensions with dashes"),
        pytest.param("84951234568 оп 240", "+74951234568 доб. 240", id="operator"),
        pytest.param("+74951234568 ext 12", "+74951234568 доб. 12", id="ext"),
        pytest.param("89005554098 (кабинет косметолога)", "+79005554098 (кабинет косметолога)", id="note"),
        pytest.param(
            "8 495 123-45-68 (единый номер - пн-вс 10:00-22:00)",
            "+74951234568 (единый номер - пн-вс 10:00-22:00)",
            id="hours",
        ),
        pytest.param("касса: 8 495 1234568", "+74951234568 (касса)", id="word in front"),
    ],
)
def test_several_numbers_extensions_and_notes(cell: str, value: str) -> None:
    assert _normalize(cell) == (value, "phone-normalized")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("(4950 657-60-59", "phone-impossible", id="0 typed for a bracket"),
        pytest.param("9495) 329-70-11", "phone-impossible", id="9 typed for a bracket"),
        pytest.param("(495) 436-27-165", "phone-impossible", id="a digit too many"),
        pytest.param("330-36511", "phone-impossible", id="eight digits"),
        pytest.param("8-343-123-456", "phone-impossible", id="a digit lost behind the trunk 8"),
        pytest.param("8 (916) 123-45-6", "phone-impossible", id="a digit lost"),
        pytest.param("4-16-55 (34162)", "phone-impossible", id="code behind the number"),
        pytest.param("(495) 495-40-63 доб.50-408-900-555-85-59", "phone-impossible", id="extension glued to a number"),
        pytest.param("112", "phone-service", id="service"),
        pytest.param("8 916 ***-**-67", "phone-impossible", id="masked"),
        pytest.param("344-67-18", "phone-no-area-code", id="seven digits"),
        pytest.param("477-3339; 32 39", "phone-no-area-code", id="seven digits and a tail"),
        pytest.param("8 916 123 45 67, 745-43-21", "phone-no-area-code", id="a mobile lends no code"),
        pytest.param("9,16E+10", "phone-damaged", id="exponent"),
        pytest.param("9.16123E+10", "phone-damaged", id="exponent with a point"),
        pytest.param("ivanov@example.ru", "phone-not-a-phone", id="e-mail"),
        pytest.param("8 916 123 45 67 ivanov@example.ru", "phone-not-a-phone", id="phone and e-mail"),
        pytest.param("архив", "phone-not-a-phone", id="word"),
        pytest.param("нет данных", "phone-filler", id="empty words"),
        pytest.param("#Н/Д", "phone-filler", id="empty of a spreadsheet"),
        pytest.param("—", "phone-filler", id="dash"),
        pytest.param("0000000", "phone-filler", id="zeros"),
        pytest.param("1234567", "phone-filler", id="keyboard run"),
        pytest.param("+7 999 999-99-99", "phone-filler", id="valid filler"),
        pytest.param("8 000 000 00 00", "phone-filler", id="zeros behind the trunk 8"),
    ],
)
def test_doubt_is_flagged_and_left(cell: str, code: str) -> None:
    assert _normalize(cell) == (cell, code)


@pytest.mark.parametrize("cell", ["", "   ", "+79161234567", "+79161234567 доб. 15 (касса)"])
def test_what_needs_nothing_is_left(cell: str) -> None:
    assert _normalize(cell) == (cell, "")


def test_words_between_two_numbers_stay_in_their_place() -> None:
    cell = "8 916 1234567 Иван 8 903 1234568"
    assert _normalize(cell) == ("+79161234567 Иван +79031234568", "phone-normalized")
    assert _split(cell) == [("+79161234567", "", ""), ("+79031234568", "", "")]


def test_valid_filler_keeps_its_number() -> None:
    assert _split("8 (999) 999-99-99") == [("+79999999999", "", "phone-filler")]


def test_region_decides_how_a_national_number_is_read() -> None:
    assert _split("029 123-45-67", "BY") == [("+375291234567", "", "")]


def test_positions_point_at_cells_whatever_the_index() -> None:
    frame = split_phones(pd.Series(["", "89161234567, 89031234568", "89161234567"], index=[7, 7, 1], dtype="str"))
    assert frame["position"].tolist() == [1, 1, 2]
    assert frame["number"].tolist() == ["+79161234567", "+79031234568", "+79161234567"]
    assert str(frame["position"].dtype) == "int64"
    assert str(frame["number"].dtype) == "str"


def test_no_cells_give_no_rows() -> None:
    none = pd.Series([], dtype="str")
    assert split_phones(none).columns.tolist() == ["position", "number", "extension", "raw", "code"]
    assert len(split_phones(none)) == len(normalize_phones(none)) == 0


def test_fast_and_slow_path_agree_with_phonenumbers_on_20000_spellings() -> None:
    chance = random.Random(20260101)
    forms = (
        "{0}{1}{2}{3}{4}",
        "{0}({1}){2}-{3}-{4}",
        "{0} ({1}) {2} {3} {4}",
        "{0}-{1}-{2}-{3}-{4}",
        "{0} {1} {2}{3}{4}",
    )
    cells: list[str] = []
    expected: list[str] = []
    while len(cells) < 20_000:
        national = chance.choice("934578") + "".join(chance.choices("0123456789", k=9))
        prefix = chance.choice(("8", "+7", "7"))
        form = chance.choice(forms)
        cell = form.format(prefix, national[:3], national[3:6], national[6:8], national[8:])
        number = phonenumbers.parse(cell, "RU")
        is_valid = phonenumbers.is_valid_number(number)
        cells.append(cell)
        expected.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_valid else "")
    frame = split_phones(pd.Series(cells, dtype="str"))
    assert len(frame) == len(cells)
    assert [pair for pair in zip(cells, frame["number"].tolist(), expected, strict=True) if pair[1] != pair[2]] == []
    one_by_one = ["".join(part.number for part in read_cell(cell, "RU").parts) for cell in cells]
    assert one_by_one == expected
    assert sum(number != "" for number in expected) > 5_000


_PHONE_TEXT = st.text(alphabet="0123456789+-() ,;/.\n'доб№e@Eканет#=\"", max_size=40) | st.text(max_size=30)


@given(st.lists(_PHONE_TEXT, max_size=5))
@settings(deadline=None, max_examples=200)
def test_normalizing_twice_changes_nothing_more(cells: list[str]) -> None:
    once = normalize_phones(pd.Series(cells, dtype="str"))
    twice = normalize_phones(once["value"])
    assert twice["value"].tolist() == once["value"].tolist()


@given(_PHONE_TEXT)
@settings(deadline=None, max_examples=300)
def test_no_digit_is_lost(cell: str) -> None:
    value, _ = _normalize(cell)
    if value == cell:
        return
    written = re.sub(r"\D", "", value)
    for part in read_cell(cell, "RU").parts:
        kept = "".join(re.findall(r"[0-9]", part.raw))
        assert part.number[-min(len(kept), 2) :] in written
        assert part.number[1:] in written
        assert re.sub(r"\D", "", part.extension) in written
        assert all(re.sub(r"\D", "", note) in written for note in part.notes)
