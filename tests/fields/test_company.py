"""Companies: the classes of the field catalogue and what must always hold."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields import company_form
from crmclean.fields.company import (
    company_key,
    company_sound_key,
    is_placeholder_company,
    normalize_companies,
    parse_companies,
)


def _cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("cell", "name", "form", "display"),
    [
        pytest.param("ООО «Улыбка М» ", "Улыбка М", "ООО", "ООО «Улыбка М»", id="trailing space"),
        pytest.param("ООО ГЕОПРОМГРУПП", "ГЕОПРОМГРУПП", "ООО", "ООО «ГЕОПРОМГРУПП»", id="no quotes"),
        pytest.param("ОООV-сервис", "V-сервис", "ООО", "ООО «V-сервис»", id="form glued on"),
        pytest.param(
            'Общество с ограниченной ответственностью ООО"Питстоп"', "Питстоп", "ООО", "ООО «Питстоп»", id="form twice"
        ),
        pytest.param('ООО "Автоматторг""', "Автоматторг", "ООО", "ООО «Автоматторг»", id="quote too many"),
        pytest.param("ООО Салюc фарм", "Салюс фарм", "ООО", "ООО «Салюс фарм»", id="Latin c"),
        pytest.param("Ромашка, ООО", "Ромашка", "ООО", "ООО «Ромашка»", id="form behind a comma"),
        pytest.param('"Ромашка" ООО', "Ромашка", "ООО", "ООО «Ромашка»", id="form behind"),
        pytest.param("ооо ромашка", "ромашка", "ООО", "ООО «ромашка»", id="lower case: the words stay"),
        pytest.param('Акционерное общество "Альфа"', "Альфа", "АО", "АО «Альфа»", id="spelled out"),
        pytest.param("Romashka LLC", "Romashka", "LLC", "LLC «Romashka»", id="LLC"),
        pytest.param("ИП Иванов Иван Иванович", "Иванов Иван Иванович", "ИП", "ИП Иванов Иван Иванович", id="ИП"),
        pytest.param(
            "индивидуальный предприниматель Петров П.П.", "Петров П.П.", "ИП", "ИП Петров П.П.", id="ИП spelled out"
        ),
        pytest.param("УК Жилсервис", "УК Жилсервис", "", "УК Жилсервис", id="no legal form"),
        pytest.param(
            "Управление соцзащиты Можайского района, ЗАО",
            "Управление соцзащиты Можайского района, ЗАО",
            "",
            "Управление соцзащиты Можайского района, ЗАО",
            id="ЗАО is a district",
        ),
    ],
)
def test_company_is_parsed(cell: str, name: str, form: str, display: str) -> None:
    assert parse_companies(_cells(cell)).iloc[0].tolist() == [name, form, display]


@pytest.mark.parametrize(
    "cell",
    [
        "ООО «Ромашка»",
        "ООО «ДейлиФудс» (ООО «Наташа»)",
        "ООО «Мебельщик» (бывш.ООО «Фирма «Фараон»)",
        'ООО "Торговый дом "Ромашка"',
        "Л' амур Дю Вэн",
        "",
    ],
)
def test_company_is_left_as_it_is(cell: str) -> None:
    assert normalize_companies(_cells(cell)).iloc[0].tolist() == [cell, ""]


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(
            ('ООО "Ромашка"', "Ромашка ООО", "РОМАШКА", "АО «Ромашка»", "000 Ромашка"), id="form, case, quotes"
        ),
        pytest.param(("ООО «Мебельщик» (бывш.ООО «Фирма «Фараон»)", "Мебельщик"), id="former name"),
        pytest.param(("Колорит ХХI век", "КОЛОРИТ XXI ВЕК"), id="Roman number in Cyrillic"),
        pytest.param(("Рога & Копыта", "ООО «Рога и копыта»"), id="ampersand"),
        pytest.param(("Салюc фарм", "Салюс-Фарм"), id="look-alike and dash"),
        pytest.param(("Актёр", "Актер"), id="ё"),
    ],
)
def test_one_company_has_one_key(spellings: tuple[str, ...]) -> None:
    assert len(set(company_key(_cells(*spellings)).tolist())) == 1


def test_numbers_keep_companies_apart() -> None:
    assert company_key(_cells("Ромашка-1", "Ромашка-2")).nunique() == 2


def test_sound_key_joins_alphabets() -> None:
    assert company_sound_key(_cells("Химавтоматика", "Khimavtomatika")).nunique() == 1
    assert company_sound_key(_cells("ООО Питстоп", "Pitstop LLC")).nunique() == 1
    assert company_sound_key(_cells("Ромашка", "Рубашка")).nunique() == 2


def test_placeholders_are_no_companies() -> None:
    nobody = _cells("Новая компания", "нет", "-", "физлицо", "ООО", "АО", "без названия", "тест", "123")
    assert is_placeholder_company(nobody).all()
    assert set(company_key(nobody).tolist()) == {""}
    assert not is_placeholder_company(_cells("Ромашка", "1С", "Новая компания плюс", "Компания Север", "")).any()
    assert normalize_companies(_cells("нет")).iloc[0].tolist() == ["нет", "company-placeholder"]


_NAME = st.text(alphabet="ОАИПо «»\"'(),.Ромашка1xX-", max_size=30) | st.text(max_size=30)


@given(st.lists(_NAME, max_size=4))
@settings(deadline=None, max_examples=300)
def test_what_must_always_hold(cells: list[str]) -> None:
    series = pd.Series(cells, dtype="str")
    once = normalize_companies(series)["value"]
    assert normalize_companies(once)["value"].tolist() == once.tolist()
    letters = [sum(map(str.isalnum, text)) for text in once.tolist()]
    # A form said twice is the only thing that goes; a spelled-out form becomes short, which this alphabet cannot write.
    assert all(
        after >= before - 8 for before, after in zip([sum(map(str.isalnum, t)) for t in cells], letters, strict=True)
    )
    assert len(company_key(series)) == len(company_sound_key(series)) == len(cells)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in company_form._SPELLED_OUT])
def test_no_spelled_out_form_is_left_out_by_the_quick_look(pattern: str) -> None:
    assert any(stem in pattern for stem in company_form._SPELLED_STEMS)
