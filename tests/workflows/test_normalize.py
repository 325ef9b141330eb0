import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.settings import FieldKind, NormalizeSettings
from crmclean.core.table import Column, Origin, Table
from crmclean.workflows.normalize import NORMALIZERS, normalize

ROW = {
    "Телефон": ("phone", "8 (916) 111-22-33; 9262223344", "+79161112233, +79262223344"),
    "Факс": ("fax", "8-495-624-44-16", "+74956244416"),
    "E-mail": ("email", " Anna@Example.RU", "Anna@example.ru"),
    "Фамилия": ("last_name", "ПЕТРОВА", "Петрова"),
    "Имя": ("first_name", "анна  ", "Анна"),
    "Отчество": ("middle_name", "сергеевна", "Сергеевна"),
    "ФИО": ("full_name", "петрова анна", "Петрова Анна"),
    "Компания": ("company", "Ромашка,ООО", "ООО «Ромашка»"),
    "ИНН": ("inn", "7707083893.0", "7707083893"),
    "Комментарий": ("comment", "  звонил  ", "  звонил  "),
    "Своё": ("", "8 916 111 22 33", "8 916 111 22 33"),
}


def table(cells: dict[str, list[str]], joiner: str = ", ") -> Table:
    frame = pd.DataFrame(cells, dtype="str")
    columns = tuple(Column(name, name, ROW[name][0]) for name in cells)
    return Table(frame, columns, Origin(multi_value_joiner=joiner))


@pytest.mark.parametrize("name", ROW)
def test_the_role_of_a_column_decides_what_is_done_to_it(name: str) -> None:
    _, before, after = ROW[name]

    outcome = normalize(table({name: [before, ""]}), NormalizeSettings())

    assert outcome.table.frame[name].tolist() == [after, ""]
    changed = [[1, name, before, after]] if before != after else []
    assert outcome.tables["changes"][["row", "column", "before", "after"]].values.tolist() == changed


def test_several_numbers_are_joined_as_the_system_does() -> None:
    outcome = normalize(table({"Телефон": ["89161112233 / 89262223344"]}, " ::: "), NormalizeSettings())

    assert outcome.table.frame["Телефон"].tolist() == ["+79161112233 ::: +79262223344"]


@pytest.mark.parametrize("kind", ["phone", "email", "name", "company", "inn"])
def test_only_the_kinds_that_were_named_are_touched(kind: FieldKind) -> None:
    source = table({name: [before] for name, (_, before, _) in ROW.items()})

    after = normalize(source, NormalizeSettings(only=(kind,))).table.frame

    for name, (role, before, expected) in ROW.items():
        touched = role in NORMALIZERS and NORMALIZERS[role][0] == kind
        assert after[name].tolist() == [expected if touched else before]


def test_what_cannot_be_known_stays_and_is_a_finding() -> None:
    source = table({"Телефон": ["9,16123E+10", "12-34", "+7 999 999-99-99"], "ИНН": ["7707083890", "", "0"]})

    outcome = normalize(source, NormalizeSettings())

    pd.testing.assert_frame_equal(outcome.table.frame[["ИНН"]], source.frame[["ИНН"]])
    assert outcome.table.frame["Телефон"].tolist()[:2] == ["9,16123E+10", "12-34"]
    found = outcome.findings[["row", "column", "code"]].values.tolist()
    assert [1, "Телефон", "phone-damaged"] in found
    assert [1, "ИНН", "inn-invalid"] in found
    assert [3, "Телефон", "phone-filler"] in found


CELLS = st.text(alphabet="8+7 (916)-,;/.доб'\"ООО«»Ромашка@example.ruИван0E", max_size=24)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ROW, CELLS)), min_size=1, max_size=5))
def test_twice_is_once_and_no_row_is_lost(rows: list[dict[str, str]]) -> None:
    source = table({name: [row[name] for row in rows] for name in ROW})

    once = normalize(source, NormalizeSettings())
    twice = normalize(once.table, NormalizeSettings())

    pd.testing.assert_frame_equal(twice.table.frame, once.table.frame)
    assert len(twice.tables["changes"]) == 0
    assert len(once.table) == len(rows)
    assert once.table.headers == source.headers
