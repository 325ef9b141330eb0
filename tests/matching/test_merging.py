import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.settings import Keep
from crmclean.core.table import Column, Table
from crmclean.matching.merging import choose_survivors, merge_records

ROLES = {
    "ID": "id",
    "Имя": "first_name",
    "Рабочий телефон": "phone",
    "Мобильный телефон": "phone",
    "E-mail": "email",
    "Город": "city",
    "Теги": "tags",
    "Комментарий": "comment",
    "Не звонить": "opt_out",
    "Создан": "created_at",
    "Изменён": "modified_at",
    "Фамилия": "last_name",
    "Компания": "company",
    "Своё поле": "",
}


def table(rows: list[dict[str, str]]) -> Table:
    frame = pd.DataFrame(
        [{name: row.get(name, "") for name in ROLES} for row in rows], columns=list(ROLES), dtype="str"
    )
    return Table(frame, tuple(Column(name, name, role) for name, role in ROLES.items()))


def merge(rows: list[dict[str, str]], keep: Keep = "fullest") -> dict[str, str]:
    """Merge all rows into one and return its cells."""
    source = table(rows)
    survivor = choose_survivors(source, np.zeros(len(rows), dtype=np.int64), keep)
    merged = merge_records(source, survivor, pd.Series(["c"] * len(rows)))
    assert len(merged.table) == 1
    return dict(merged.table.frame.iloc[0])


OLD_POOR = {"ID": "1", "Имя": "Анна", "Создан": "01.02.2020 10:00:00"}
NEW_RICH = {"ID": "2", "Имя": "Аня", "Создан": "01.02.2024 10:00:00", "Город": "Казань", "E-mail": "a@example.ru"}
MIDDLE = {"ID": "3", "Имя": "Анна П.", "Создан": "2022-02-01"}


@pytest.mark.parametrize(
    ("keep", "survivor"),
    [
        pytest.param("fullest", "2", id="fullest"),
        pytest.param("oldest", "1", id="oldest by date of creation"),
        pytest.param("newest", "2", id="newest by date of creation"),
    ],
)
def test_which_record_survives(keep: Keep, survivor: str) -> None:
    source = table([OLD_POOR, NEW_RICH, MIDDLE])

    chosen = choose_survivors(source, np.zeros(3, dtype=np.int64), keep)

    assert source.frame["ID"].iloc[chosen].tolist() == [survivor] * 3


def test_of_equally_full_records_the_smallest_id_survives_whatever_the_order() -> None:
    rows = [{"ID": "10", "Имя": "Анна"}, {"ID": "9", "Имя": "Анна"}]

    assert merge(rows)["ID"] == merge(rows[::-1])["ID"] == "9"


def test_without_a_date_a_record_is_neither_oldest_nor_newest() -> None:
    rows = [{"ID": "1", "Имя": "Анна"}, {"ID": "2", "Имя": "Анна", "Создан": "01.02.2024"}]

    assert merge(rows, "oldest")["ID"] == merge(rows, "newest")["ID"] == "2"


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        pytest.param(
            "Мобильный телефон",
            ["+79001112233", "8 (900) 111-22-44"],
            "+79001112233, +79001112244",
            id="another number is added in the standard form",
        ),
        pytest.param("Мобильный телефон", ["8 900 111-22-33", "+79001112233"], "8 900 111-22-33", id="same number"),
        pytest.param("Мобильный телефон", ["", "8 900 111-22-33"], "+79001112233", id="number into an empty cell"),
        pytest.param("Мобильный телефон", ["+79001112233", "9,16E+10"], "+79001112233, 9,16E+10", id="damaged is kept"),
        pytest.param("E-mail", ["A@example.ru", "a@EXAMPLE.ru"], "A@example.ru", id="same mailbox"),
        pytest.param("E-mail", ["a@example.ru", "b@example.ru"], "a@example.ru, b@example.ru", id="second mailbox"),
        pytest.param("Теги", ["vip, опт", "Опт,дилер"], "vip, опт, дилер", id="tags are united without regard to case"),
        pytest.param("Комментарий", ["звонил", "ждёт КП"], "звонил\nждёт КП", id="comments are joined by a line"),
        pytest.param("Комментарий", ["звонил", "звонил"], "звонил", id="the same comment once"),
        pytest.param("Не звонить", ["нет", "да"], "да", id="strictest opt-out"),
        pytest.param("Не звонить", ["да", "нет"], "да", id="opt-out stays"),
        pytest.param("Создан", ["05.03.2024 10:15:00", "01.02.2020"], "01.02.2020", id="first created"),
        pytest.param("Изменён", ["05.03.2021", "06.03.2024"], "06.03.2024", id="last changed"),
        pytest.param("Город", ["Казань", "Москва"], "Казань", id="the survivor's value"),
        pytest.param("Своё поле", ["", "x"], "x", id="a filled cell over an empty one in an unknown column"),
    ],
)
def test_what_the_survivor_takes_over(column: str, cells: list[str], expected: str) -> None:
    rows = [{"ID": str(i), "Имя": "Анна" if i == 1 else "", column: cell} for i, cell in enumerate(cells, 1)]

    assert merge(rows)[column] == expected


def test_an_empty_cell_takes_the_newest_value_of_the_others() -> None:
    rows = [
        {"ID": "1", "Имя": "Анна", "E-mail": "a@example.ru", "Теги": "vip", "Изменён": "01.01.2020"},
        {"ID": "2", "Город": "Казань", "Изменён": "01.01.2021"},
        {"ID": "3", "Город": "Москва", "Изменён": "01.01.2023"},
    ]

    assert merge(rows)["Город"] == "Москва"


def test_a_number_that_stands_in_another_phone_column_is_not_added_again() -> None:
    rows = [
        {"ID": "1", "Имя": "Анна", "Мобильный телефон": "+79001112233"},
        {"ID": "2", "Рабочий телефон": "8 900 111 22 33"},
    ]

    assert merge(rows)["Рабочий телефон"] == ""


def test_a_new_number_goes_into_the_first_column_in_which_it_stands_and_only_there() -> None:
    rows = [
        {"ID": "1", "Имя": "Анна", "Город": "Казань", "Рабочий телефон": "+79001112233"},
        {"ID": "2", "Мобильный телефон": "8 900 111-22-44"},
        {"ID": "3", "Рабочий телефон": "+7 (900) 111-22-44", "Мобильный телефон": "+79001112255"},
    ]

    merged = merge(rows)

    assert merged["Рабочий телефон"] == "+79001112233, +79001112244"
    assert merged["Мобильный телефон"] == "+79001112255"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        pytest.param("BY", "+375291234567", id="read as of Belarus: the same number"),
        pytest.param("KZ", "+375291234567, 80291234567", id="no number of Kazakhstan: another text"),
    ],
)
def test_numbers_without_a_country_code_are_of_the_region(region: str, expected: str) -> None:
    rows = [{"ID": "1", "Имя": "Анна", "Мобильный телефон": "+375291234567"}, {"Мобильный телефон": "80291234567"}]
    source = table(rows)

    merged = merge_records(source, np.zeros(2, dtype=np.int64), pd.Series(["c", "c"]), region)

    assert merged.table.frame["Мобильный телефон"].tolist() == [expected]


def names(role: str, cells: list[str]) -> Table:
    frame = pd.DataFrame({"ID": [str(number) for number in range(len(cells))], "cell": cells}, dtype="str")
    return Table(frame, (Column("ID", "ID", "id"), Column("cell", "cell", role)))


@pytest.mark.parametrize(
    ("role", "cells", "expected"),
    [
        pytest.param("last_name", ["Саонова", *["Сафонова"] * 9], "Сафонова", id="a letter is missing"),
        pytest.param("last_name", ["Сафноова", "Сафонова", "САФОНОВА", "Сафонова"], "Сафонова", id="letters swapped"),
        pytest.param("last_name", ["Саонова", "Сафонова"], "Саонова", id="one other is no majority"),
        pytest.param("last_name", ["Саонова", "Саонова", "Сафонова", "Сафонова"], "Саонова", id="not alone"),
        pytest.param("last_name", ["Вороьев", "Воробьёв", "Воробьев"], "Воробьёв", id="ё and е are one"),
        pytest.param(
            "last_name", ["Сафонва", "Сафонова", "Сафонова", "Софонова", "Софонова"], "Сафонва", id="others disagree"
        ),
        pytest.param("last_name", ["Иванова", "Петрова", "Петрова"], "Иванова", id="another surname (marriage)"),
        pytest.param("last_name", ["Сафонова", "Safonova", "Safonova"], "Сафонова", id="another script"),
        pytest.param("last_name", ["Саонова", "Cафонова", "Cафонова"], "Саонова", id="a Latin C in the others"),
        pytest.param("last_name", ["Сафонова", "", ""], "Сафонова", id="empty cells agree on nothing"),
        pytest.param("last_name", ["Ким", "Кум", "Кум"], "Ким", id="in short names a letter is another name"),
        pytest.param("last_name", ["Саонова", " Сафонова ", " Сафонова "], "Сафонова", id="without the spaces"),
        pytest.param("first_name", ["Елизваета", "Елизавета", "Елизавета"], "Елизавета", id="given name with a typo"),
        pytest.param("first_name", ["Мария", "Марина", "Марина"], "Мария", id="two given names"),
        pytest.param("first_name", ["Иван", "И.", "И."], "Иван", id="never to an initial"),
        pytest.param("first_name", ["Елена", "Лена", "Лена"], "Елена", id="never to a short form"),
        pytest.param("first_name", ["И.", "Иван", "Иван"], "Иван", id="from an initial to the name"),
        pytest.param("first_name", ["Лена", "Елена", "Елена"], "Елена", id="from a short form to the full one"),
        pytest.param("middle_name", ["Есргеевич", "Сергеевич", "Сергеевич"], "Сергеевич", id="patronymic"),
        pytest.param(
            "full_name",
            ["Саонова Анна", "Сафонова Анна", "Сафонова Анна"],
            "Сафонова Анна",
            id="one word of a full name",
        ),
        pytest.param(
            "full_name",
            ["Саонова Анна Петровна", "Сафонова Анна", "Сафонова Анна"],
            "Саонова Анна Петровна",
            id="never to fewer words",
        ),
        pytest.param("company", ["ООО «Бйакал»", "ООО «Байкал»", 'ООО "Байкал"'], "ООО «Байкал»", id="company"),
        pytest.param("company", ["Школа 12", "Школа 13", "Школа 13"], "Школа 12", id="another number"),
        pytest.param("company", ["ООО «Бйакал»", "Байкал", "Байкал"], "ООО «Бйакал»", id="never without its form"),
        pytest.param("city", ["Казнь", "Казань", "Казань"], "Казнь", id="no name: the survivor's own"),
    ],
)
def test_spelling_that_stands_alone_gives_way_to_the_one_that_others_agree_on(
    role: str, cells: list[str], expected: str
) -> None:
    source = names(role, cells)

    merged = merge_records(source, np.zeros(len(cells), dtype=np.int64), pd.Series(["c"] * len(cells)))

    assert merged.table.frame["cell"].tolist() == [expected]
    changed = merged.journal[merged.journal["action"].eq("changed")]
    told = [] if expected == cells[0] else [[1, cells[0], expected]]
    assert changed[["row", "before", "after"]].values.tolist() == told


def test_a_cell_that_went_nowhere_is_dropped_even_where_the_survivor_took_another() -> None:
    source = table(
        [
            {"ID": "1", "Имя": "Анна", "E-mail": "a@example.ru"},
            {"ID": "2", "Город": "Казань", "Изменён": "01.01.2021"},
            {"ID": "3", "Город": "Москва", "Изменён": "01.01.2023"},
        ]
    )

    journal = merge_records(source, np.zeros(3, dtype=np.int64), pd.Series(["1"] * 3)).journal

    lines = journal[journal["column"].eq("Город")][["row", "before", "after", "action"]].values.tolist()
    assert lines == [
        [1, "", "Москва", "changed"],
        [2, "Казань", "Москва", "dropped"],
        [3, "Москва", "Москва", "united"],
    ]


def test_the_journal_tells_what_became_of_every_cell() -> None:
    source = table(
        [
            {"ID": "1", "Имя": "Анна", "Город": "Казань", "Мобильный телефон": "+79001112233"},
            {"ID": "2", "Имя": "Анна", "Город": "Москва", "Мобильный телефон": "+79001112244"},
        ]
    )

    journal = merge_records(source, np.zeros(2, dtype=np.int64), pd.Series(["1", "1"])).journal

    lines = journal[["row", "survivor_row", "column", "before", "after", "action"]].values.tolist()
    both = "+79001112233, +79001112244"
    assert lines == [
        [1, 1, "Мобильный телефон", "+79001112233", both, "changed"],
        [2, 1, "ID", "2", "1", "dropped"],
        [2, 1, "Имя", "Анна", "Анна", "kept"],
        [2, 1, "Мобильный телефон", "+79001112244", both, "united"],
        [2, 1, "Город", "Москва", "Казань", "dropped"],
    ]


CELLS = st.sampled_from(
    [
        "",
        "a",
        "+79001112233",
        "8 900 111-22-44, доб. 3",
        "x@example.ru",
        "да",
        "01.02.2020",
        " b ",
        "Саонова",
        "Сафонова",
    ]
)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(ROLES, CELLS)), min_size=1, max_size=7)


@given(ROWS, st.data())
def test_nothing_is_lost(rows: list[dict[str, str]], data: st.DataObject) -> None:
    source = table(rows)
    cluster = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))), dtype=np.int64)
    before = source.frame.copy()

    survivor = choose_survivors(source, cluster, "fullest")

    merged = merge_records(source, survivor, pd.Series(cluster.astype(str)))

    pd.testing.assert_frame_equal(source.frame, before)
    assert len(merged.table) == len(np.unique(cluster))
    away = np.flatnonzero(survivor != np.arange(len(rows)))
    told = {(line.row, line.column, line.before) for line in merged.journal.itertuples()}
    for position in away:
        for name in ROLES:
            cell = rows[position][name]
            assert not cell or (position + 1, name, cell) in told
    kept = np.flatnonzero(survivor == np.arange(len(rows)))
    for place, position in enumerate(kept):
        for name in ROLES:
            was, now = rows[position][name], merged.table.frame[name].iloc[place]
            assert was == now or (position + 1, name, was) in told
