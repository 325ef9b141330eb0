"""Companies: the golden cases, the keys, and what must always hold."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.company import (
    company_key,
    company_sound_key,
    is_placeholder_company,
    normalize_companies,
    parse_companies,
    settle_companies,
)
from crmclean.fields.text import restore_cyrillic
from tests.fields.golden import GoldenCase, golden_parameters


def _cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize("case", golden_parameters("company"))
def test_company_is_normalized_where_it_is_certain(case: GoldenCase) -> None:
    result = normalize_companies(_cells(case.input)).iloc[0]
    assert (result["value"], set(result["code"].split())) == (case.value, set(case.codes.split())), case.why


def _load_pairs() -> list[object]:
    with (Path(__file__).parent / "golden" / "company_pairs.csv").open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(row["one"], row["other"], row["same"] == "yes", row["why"], id=f"{place}")
            for place, row in enumerate(csv.DictReader(file), 2)
        ]


@pytest.mark.parametrize(("one", "other", "same", "why"), _load_pairs())
def test_key_joins_one_company_and_no_two(one: str, other: str, same: bool, why: str) -> None:
    keys = company_key(_cells(one, other)).tolist()
    assert all(keys)
    assert (keys[0] == keys[1]) is same, why


@pytest.mark.parametrize(
    ("cell", "name", "form"),
    [
        pytest.param("ООО «Улыбка М» ", "Улыбка М", "ООО", id="trailing space"),
        pytest.param("Ромашка, ООО", "Ромашка", "ООО", id="form behind a comma"),
        pytest.param("Romashka LLC", "Romashka", "LLC", id="foreign form"),
        pytest.param("Przykład Sp. z o.o.", "Przykład", "Sp. z o.o", id="Polish form"),
        pytest.param("индивидуальный предприниматель Петров П.П.", "Петров П.П.", "ИП", id="spelled out"),
        pytest.param("ООО «ДейлиФудс» (ООО «Наташа»)", "«ДейлиФудс» (ООО «Наташа»)", "ООО", id="second name"),
        pytest.param("УК Жилсервис", "УК Жилсервис", "", id="no form"),
        pytest.param(
            "Управление соцзащиты Можайского района, ЗАО",
            "Управление соцзащиты Можайского района, ЗАО",
            "",
            id="ЗАО is a district",
        ),
    ],
)
def test_company_is_parsed(cell: str, name: str, form: str) -> None:
    assert parse_companies(_cells(cell)).iloc[0].tolist()[:2] == [name, form]


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        pytest.param("Ромашка", "ООО", ("Ромашка", "", "ООО", "", "ООО «Ромашка»"), id="each in its place"),
        pytest.param(
            '"Ромашка"',
            "общество с ограниченной ответственностью",
            ("«Ромашка»", "company-normalized", "ООО", "company-normalized", "ООО «Ромашка»"),
            id="spelled out",
        ),
        pytest.param(
            "ООО «Ромашка»", "ооо", ("ООО «Ромашка»", "", "ООО", "company-normalized", "ООО «Ромашка»"), id="in both"
        ),
        pytest.param(
            "АО «Ромашка»",
            "ООО",
            ("АО «Ромашка»", "company-form-differs", "ООО", "", "АО «Ромашка»"),
            id="the two disagree",
        ),
        pytest.param(
            "Иванов Иван Иванович", "ИП", ("Иванов Иван Иванович", "", "ИП", "", "ИП Иванов Иван Иванович"), id="person"
        ),
        pytest.param("Ромашка", "Юр. лицо", ("Ромашка", "", "Юр. лицо", "", "Ромашка"), id="no form: it stays"),
        pytest.param("", "ООО", ("", "", "ООО", "", ""), id="no name"),
    ],
)
def test_form_in_a_column_of_its_own(name: str, form: str, expected: tuple[str, ...]) -> None:
    settled = settle_companies(_cells(name), _cells(form)).iloc[0]
    assert tuple(settled[["value", "code", "form", "form_code", "display"]]) == expected


def test_sound_key_joins_alphabets() -> None:
    assert company_sound_key(_cells("Химавтоматика", "Khimavtomatika")).nunique() == 1
    assert company_sound_key(_cells("ООО Питстоп", "Pitstop LLC")).nunique() == 1
    assert company_sound_key(_cells("Ромашка", "Рубашка")).nunique() == 2


def test_placeholders_are_no_companies() -> None:
    nobody = _cells("Новая компания", "нет", "-", "физлицо", "ООО", "АО", "без названия", "тест", "123", "ООО «Тест»")
    assert is_placeholder_company(nobody).all()
    assert set(company_key(nobody).tolist()) == {""}
    assert not is_placeholder_company(_cells("Ромашка", "1С", "Новая компания плюс", "Компания Север", "")).any()


_WORDS = st.sampled_from(
    [
        "ООО", "АО", "ИП", "ЗАО", "LLC", "Ромашка", "ромашка", "Иванов", "Иван", "И.И.", "№ 5", "ХХI", "Салюc",
        "филиал", "бывш.", '"', "«", "»", "'", '""', ",", "(", ")", " ", "-", "&", "г.", "Самара",
        "Общество с ограниченной ответственностью",
    ]
)  # fmt: skip
_NAME = (
    st.lists(_WORDS, max_size=7).map(" ".join)
    | st.lists(_WORDS, max_size=7).map("".join)
    | st.text(alphabet="ОАИПо «»\"'(),.Ромашка1xX-", max_size=30)
    | st.text(max_size=30)
)
_FORM_WORDS = {"общество", "с", "ограниченной", "ответственностью"}


def _words(text: str) -> set[str]:
    """Return the words that must not get lost: all but those of a form, without look-alikes."""
    words = {restore_cyrillic(word).casefold() for word in re.findall(r"[^\W_]+", text)}
    return {word.translate(str.maketrans("хі", "xi")) for word in words} - _FORM_WORDS


@given(st.lists(_NAME, max_size=4))
@settings(deadline=None, max_examples=500)
@example(["ООО «ООО «Ромашка»»"])
def test_normalizing_twice_changes_nothing_and_a_change_has_a_code(cells: list[str]) -> None:
    once = normalize_companies(pd.Series(cells, dtype="str"))
    assert normalize_companies(once["value"])["value"].tolist() == once["value"].tolist()
    for before, value, code in zip(cells, once["value"].tolist(), once["code"].tolist(), strict=True):
        assert (before != value) == (bool(code) and CATALOGUE[code].severity == "change")
    series = pd.Series(cells, dtype="str")
    assert len(company_key(series)) == len(company_sound_key(series)) == len(parse_companies(series)) == len(cells)


@given(st.lists(_WORDS, max_size=7))
@settings(deadline=None, max_examples=500)
def test_no_word_is_lost(words: list[str]) -> None:
    before = " ".join(words)
    value = normalize_companies(_cells(before))["value"].item()
    assert _words(before) <= _words(value)
