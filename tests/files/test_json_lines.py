"""JSON Lines: every key a column, every number the digits that stand in the file."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import FileError
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Origin, Table
from crmclean.files.columns import recognise
from crmclean.files.reading import Reading, read_table
from crmclean.files.writing import format_for, render


def read(text: str) -> Reading:
    return read_table(text.encode(), "base.jsonl", ReadSettings())


def cells(reading: Reading) -> list[list[str]]:
    return reading.table.frame.to_numpy().tolist()


def test_keys_in_the_order_in_which_they_occur() -> None:
    reading = read('{"ФИО": "Иванов", "Телефон": "1"}\n\n{"ФИО": "Петров", "Город": "Москва"}\n{}\n')
    assert reading.table.headers == ["ФИО", "Телефон", "Город"]
    assert cells(reading) == [["Иванов", "1", ""], ["Петров", "", "Москва"], ["", "", ""]]
    assert [column.role for column in reading.table.columns] == ["full_name", "phone", "city"]
    assert reading.table.origin.format == "jsonl"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("7707083893", "7707083893"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0.30", "0.30"),
        ("1e5", "1e5"),
        ("null", ""),
        ("true", "true"),
        ('"007"', "007"),
        ('"строка\\nдва"', "строка\nдва"),
        ('["+79000000001", "+79000000002"]', "+79000000001, +79000000002"),
        ("[1, null, 2.50]", "1, 2.50"),
        ('{"city": "Москва"}', '{"city": "Москва"}'),
        ('[{"type": "work"}]', '[{"type": "work"}]'),
        ('"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
    ],
)
def test_values_as_a_person_sees_them(value: str, seen: str) -> None:
    assert cells(read(f'{{"ФИО": "Иванов", "Поле": {value}}}\n')) == [["Иванов", seen]]


def test_list_of_objects_is_read_too() -> None:
    assert cells(read('[\n {"ФИО": "Иванов"},\n {"ФИО": "Петров"}\n]\n')) == [["Иванов"], ["Петров"]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"ФИО": "Иванов"}\n{"ФИО": \n', 2),
        ('{"ФИО": "Иванов"}\n\n"Петров"\n', 3),
        ('{"ФИО": "Иванов"} {"ФИО": "Петров"}\n', 1),
        ('{"ФИО": ' + "[" * 100_000 + "\n", 1),
    ],
    ids=["cut-off", "no-object", "two-on-a-line", "too-deep"],
)
def test_broken_line_is_named(text: str, line: int) -> None:
    with pytest.raises(FileError, match=f"line {line} is no JSON object"):
        read(text)


def test_written_as_one_object_a_row() -> None:
    headers = ["ФИО", "Телефон", "Телефон"]
    columns = recognise(headers).columns
    frame = pd.DataFrame([['И"в\\а\n', "007", "\x01"]], columns=[column.name for column in columns], dtype="str")
    data = render(Table(frame, columns, Origin(encoding="cp1251")), "jsonl").data
    assert data.decode() == '{"ФИО": "И\\"в\\\\а\\n", "Телефон": "007", "Телефон [2]": "\\u0001"}\n'


@pytest.mark.parametrize("path", ["base.jsonl", "base.NDJSON"])
def test_format_by_extension(path: str) -> None:
    assert format_for(path) == "jsonl"


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), min_size=1, max_size=5))
def test_every_character_comes_back(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["ФИО", "Телефон"], dtype="str")
    data = render(Table(frame, recognise(["ФИО", "Телефон"]).columns, Origin()), "jsonl").data
    assert [tuple(json.loads(line).values()) for line in data.decode().split("\n")[:-1]] == rows
    assert cells(read(data.decode())) == [list(row) for row in rows]
