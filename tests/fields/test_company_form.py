"""Legal forms: every one of the list is found where it counts, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.company_form import FORM_STEMS, find_form, is_form, standard_form, take_form
from crmclean.fields.company_form_list import load_form_rows

_ROWS = load_form_rows()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['form']}-{place}") for place, row in enumerate(_ROWS)])
def test_every_form_of_the_list_is_known(row: dict[str, str]) -> None:
    assert row["kind"] in ("firm", "person", "state", "institution", "foreign")
    assert row["place"] in ("any", "leading", "trailing", "quoted", "never")
    assert row["letters"] in ("any", "capital")
    assert is_form(row["form"])
    if row["place"] in ("any", "leading", "quoted"):
        assert take_form(f'{row["form"]} "Ромашка"') == (row["form"], '"Ромашка"')
    if row["place"] in ("any", "trailing"):
        assert take_form(f"Ромашка {row['form']}")[0] == row["form"]


@pytest.mark.parametrize("pattern", [row["spelled"] for row in _ROWS if row["spelled"]])
def test_no_spelled_out_form_is_left_out_by_the_quick_look(pattern: str) -> None:
    assert any(stem in pattern for stem in FORM_STEMS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ооо", "ООО", id="small"),
        pytest.param("OOO", "ООО", id="Latin letters"),
        pytest.param("О.О.О.", "ООО", id="dotted"),
        pytest.param("Общество с ограниченной ответственностью", "ООО", id="spelled out"),
        pytest.param("Индивидуальный предприниматель", "ИП", id="person"),
        pytest.param("l.l.c.", "LLC", id="foreign"),
        pytest.param("юр. лицо", "юр. лицо", id="no form stays"),
    ],
)
def test_standard_spelling(text: str, expected: str) -> None:
    assert standard_form(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AO Smith", "IP Telecom", "ПК Мастер", "Ремонт ПК", "Чукотский АО", "ООО-Сервис", "Какао", "ИПотека", "УП",
        "КХ Береке", "Воронежский ГАУ", "ЖК Берег", "Too Good", "Школа № 67 (ЗАО)",
    ],
)  # fmt: skip
def test_words_that_look_like_a_form_are_none(text: str) -> None:
    assert take_form(text) == ("", text)


@pytest.mark.parametrize("pattern", [row["spelled"] for row in load_form_rows() if row["spelled"]])
@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_every_spelling_of_a_spelled_out_form_is_found(pattern: str, data: st.DataObject) -> None:
    letters = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґabcdefghijklmnopqrstuvwxyz-( )"
    text = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=letters))
    assert is_form(text)
    assert find_form(f"{text} «Ромашка»").form
    assert find_form(f"Ёж {text}").form
