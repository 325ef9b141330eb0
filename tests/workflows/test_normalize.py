from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.settings import DateStyle, FieldKind, NormalizeSettings
from crmclean.core.table import Column, Origin, Table
from crmclean.workflows.normalize import normalize

ROW = {
    "Телефон": ("phone", "8 (916) 111-22-33; 9262223344", "+79161112233, +79262223344"),
    "Факс": ("fax", "8-495-624-44-16", "+74956244416"),
    "E-mail": ("email", " Anna@Example.RU", "Anna@example.ru"),
    "Фамилия": ("last_name", "ПЕТРОВА", "Петрова"),
    "Имя": ("first_name", "анна  ", "Анна"),
    "Отчество": ("middle_name", "сергеевна", "Сергеевна"),
    "ФИО": ("full_name", "петрова анна", "Петрова Анна"),
    "Компания": ("company", "Ромашка,ООО", "ООО «Ромашка»"),
    "Форма": ("legal_form", "общество с ограниченной ответственностью", "ООО"),
    "ИНН": ("inn", "7707083893.0", "7707083893"),
    "КПП": ("kpp", "770 701 001", "770701001"),
    "ОГРН": ("ogrn", "1 027 700 132 195", "1027700132195"),
    "СНИЛС": ("snils", "11223344595", "112-233-445 95"),
    "Создан": ("created_at", "5 марта 2024 г.", "05.03.2024"),
    "Сумма": ("amount", "12 500 руб.", "12500 RUB"),
    "Теги": ("tags", "VIP ;опт; VIP", "VIP; опт"),
    "Город": ("city", "г.Москва", "Москва"),
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


KIND_OF_ROLE: dict[str, FieldKind] = {
    "phone": "phone",
    "fax": "phone",
    "email": "email",
    "last_name": "name",
    "first_name": "name",
    "middle_name": "name",
    "full_name": "name",
    "company": "company",
    "legal_form": "company",
    "inn": "inn",
    "kpp": "inn",
    "ogrn": "inn",
    "snils": "inn",
    "created_at": "date",
    "amount": "money",
    "opt_out": "yes-no",
    "tags": "tag",
    "city": "city",
}


@pytest.mark.parametrize("kind", sorted(set(KIND_OF_ROLE.values())))
def test_only_the_kinds_that_were_named_are_touched(kind: FieldKind) -> None:
    source = table({name: [before] for name, (_, before, _) in ROW.items()})

    after = normalize(source, NormalizeSettings(only=(kind,))).table.frame

    for name, (role, before, expected) in ROW.items():
        assert after[name].tolist() == [expected if KIND_OF_ROLE.get(role) == kind else before]


def test_what_cannot_be_known_stays_and_is_a_finding() -> None:
    source = table({"Телефон": ["9,16123E+10", "12-34", "+7 999 999-99-99"], "ИНН": ["7707083890", "", "0"]})

    outcome = normalize(source, NormalizeSettings())

    pd.testing.assert_frame_equal(outcome.table.frame[["ИНН"]], source.frame[["ИНН"]])
    assert outcome.table.frame["Телефон"].tolist()[:2] == ["9,16123E+10", "12-34"]
    found = outcome.findings[["row", "column", "code"]].values.tolist()
    assert [1, "Телефон", "phone-damaged"] in found
    assert [1, "ИНН", "inn-invalid"] in found
    assert [3, "Телефон", "phone-filler"] in found


def base(columns: dict[str, tuple[str, list[str]]], origin: Origin | None = None, kind: str = "") -> Table:
    """Return a table of headings, each with its role and cells."""
    frame = pd.DataFrame({name: cells for name, (_, cells) in columns.items()}, dtype="str")
    named = tuple(Column(name, name, role, kind) for name, (role, _) in columns.items())
    return Table(frame, named, origin or Origin())


def cells_after(source: Table, **settings: Any) -> dict[str, list[str]]:
    frame = normalize(source, NormalizeSettings(**settings)).table.frame
    return {str(name): frame[name].tolist() for name in frame}


@pytest.mark.parametrize(
    ("city", "area_code", "expected"),
    [
        pytest.param("г. Ярославль", "", "+74852721431", id="city-of-the-row"),
        pytest.param("г. Ярославль", "4932", "+74852721431", id="the-city-wins"),
        pytest.param("", "4932", "+74932721431", id="the-user-says-it"),
        pytest.param("Москва", "", "72-14-31", id="six-digits-do-not-fit"),
        pytest.param("", "", "72-14-31", id="unknown"),
    ],
)
def test_area_code_of_a_local_number(city: str, area_code: str, expected: str) -> None:
    source = base({"Телефон": ("phone", ["72-14-31"]), "Город": ("city", [city])})
    assert cells_after(source, area_code=area_code, only=("phone",))["Телефон"] == [expected]


@pytest.mark.parametrize(
    ("system", "expected"),
    [("", ["+79161234567", "+74951060506"]), ("amocrm", ["+79161234567, +74951060506", ""])],
    ids=["moves-where-no-system-is-known", "stays-joined-in-the-way-of-the-system"],
)
def test_a_second_number_in_a_cell(system: str, expected: list[str]) -> None:
    columns = {"Телефон": ("phone", ["89161234567; 84951060506"]), "Телефон 2": ("phone", [""])}
    after = cells_after(base(columns, Origin(system=system)))
    assert [cell for cells in after.values() for cell in cells] == expected


def test_swapped_names_go_to_their_columns_but_the_name_of_a_company_is_no_person() -> None:
    columns = {
        "Тип": ("record_type", ["контакт", "компания"]),
        "Фамилия": ("last_name", ["анна", ""]),
        "Имя": ("first_name", ["ПЕТРОВА", ""]),
        "Полное имя": ("full_name", ["", "Ромашка,ООО"]),
    }
    source = base(columns, Origin(entity="mixed"))
    outcome = normalize(source, NormalizeSettings(only=("name",)))
    assert outcome.table.frame.iloc[0].tolist()[1:] == ["Петрова", "Анна", ""]
    assert outcome.table.frame.iloc[1].tolist()[1:] == ["", "", "Ромашка,ООО"]
    assert set(outcome.findings["row"]) == {1}
    assert cells_after(source)["Полное имя"] == ["", "ООО «Ромашка»"]


def test_kpp_beside_the_inn_goes_to_its_column() -> None:
    columns = {"ИНН": ("inn", ["7707083893/770701001"]), "КПП": ("kpp", [""])}
    assert cells_after(base(columns)) == {"ИНН": ["7707083893"], "КПП": ["770701001"]}


@pytest.mark.parametrize(
    ("cells", "style", "expected"),
    [
        pytest.param(["2024-03-05 10:15", "06.03.2024 09:00"] * 2 + ["2024-03-07 08:00"], "column", None, id="iso"),
        pytest.param(
            ["05.03.2024", "2024-03-06", "7.3.24"], "column", ["05.03.2024", "06.03.2024", "07.03.2024"], id="dmy"
        ),
        pytest.param(["2024-03-05", "06.03.2024"], "dmy", ["05.03.2024", "06.03.2024"], id="asked-for-dmy"),
        pytest.param(["05.03.2024 10:15"], "iso", ["2024-03-05T10:15"], id="asked-for-iso"),
    ],
)
def test_dates_keep_the_style_of_their_column(cells: list[str], style: DateStyle, expected: list[str] | None) -> None:
    after = cells_after(base({"Создан": ("created_at", cells)}), date_style=style)["Создан"]
    assert after == (expected or ["2024-03-05 10:15", "2024-03-06 09:00"] * 2 + ["2024-03-07 08:00"])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["1 234,50", "99,90", "700"], ["1234,50", "99,90", "700"], id="comma"),
        pytest.param(["1 234.50 руб.", "99.90"], ["1234.50 RUB", "99.90"], id="point"),
    ],
)
def test_sums_keep_the_mark_of_their_column(cells: list[str], expected: list[str]) -> None:
    assert cells_after(base({"Сумма": ("amount", cells)}))["Сумма"] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["Y", "N", "Y"], ["Y", "N", "Y"]), (["Y", "да", "нет"], ["да", "да", "нет"])],
    ids=["one-spelling-stays", "mixed"],
)
def test_flags(cells: list[str], expected: list[str]) -> None:
    assert cells_after(base({"Не звонить": ("opt_out", cells)}))["Не звонить"] == expected


def test_a_heading_may_be_any_word() -> None:
    assert cells_after(base({"self": ("phone", ["89161234567"])})) == {"self": ["+79161234567"]}


def test_a_vocabulary_folds_the_variants_of_a_column_and_lists_the_doubtful() -> None:
    columns = {"Теги": ("tags", ["вип, Опт", "вип клиент"]), "Источник": ("source", ["2гис", "рекомендация"])}
    words = (("Теги", "VIP"), ("tags", "Опт"), ("Источник", "2ГИС"))
    outcome = normalize(base(columns), NormalizeSettings(vocabulary=words))
    assert outcome.table.frame.to_dict("list") == {
        "Теги": ["VIP, Опт", "вип клиент"],
        "Источник": ["2ГИС", "рекомендация"],
    }
    assert outcome.tables["suggestions"].iloc[:, :4].values.tolist() == [[2, "Теги", "вип клиент", "VIP"]]
    assert [2, "Источник", "tag-not-in-vocabulary"] in outcome.findings[["row", "column", "code"]].values.tolist()


def test_typo_in_a_mail_domain_is_suggested_and_corrected_on_request() -> None:
    source = base({"E-mail": ("email", ["anna@gmial.com"])})
    outcome = normalize(source, NormalizeSettings())
    assert outcome.table.frame["E-mail"].tolist() == ["anna@gmial.com"]
    assert outcome.tables["suggestions"].values.tolist() == [
        [1, "E-mail", "anna@gmial.com", "anna@gmail.com", "email-typo"]
    ]
    assert outcome.figures["suggested"] == 1
    assert cells_after(source, fix_typos=True)["E-mail"] == ["anna@gmail.com"]


def test_columns_that_are_added_on_request() -> None:
    columns = {"ФИО": ("full_name", ["петров иван сергеевич", ""]), "Телефон": ("phone", ["8 800 200 06 00", ""])}
    added = cells_after(base(columns), phone_details=True, split_names=True)
    assert added["crmclean_phone_kind"] == ["toll-free", ""]
    assert [added[f"crmclean_{name}"] for name in ("last_name", "first_name", "middle_name", "gender")] == [
        ["Петров", ""],
        ["Иван", ""],
        ["Сергеевич", ""],
        ["m", ""],
    ]


def test_one_cell_with_two_codes_is_one_change_and_two_findings() -> None:
    columns = {"Фамилия": ("last_name", ["анна"]), "Имя": ("first_name", ["Петрова"])}
    outcome = normalize(base(columns), NormalizeSettings())
    assert outcome.tables["changes"].values.tolist() == [
        [1, "Фамилия", "анна", "Петрова", "name-normalized name-swapped"],
        [1, "Имя", "Петрова", "Анна", "name-swapped"],
    ]
    assert outcome.findings["code"].tolist() == ["name-normalized", "name-swapped", "name-swapped"]


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
