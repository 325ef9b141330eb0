"""Parquet: values as a person sees them on the way in, strings on the way out."""

import datetime as dt
import decimal
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmclean.core.errors import FileError
from crmclean.core.settings import ReadSettings
from crmclean.files import parquet_files
from crmclean.files.reading import Reading, read_table
from crmclean.files.writing import render


def parquet(**columns: Any) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def read(data: bytes) -> Reading:
    return read_table(data, "base.parquet", ReadSettings())


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (pa.array([79161234567, None]), "79161234567"),
        (pa.array([2**63 - 1, None]), "9223372036854775807"),
        (pa.array([79161234567.0, None]), "79161234567"),
        (pa.array([0.1 + 0.2, None]), "0.3"),
        (pa.array([True, None]), "TRUE"),
        (pa.array(["007", None]), "007"),
        (pa.array(["NA", None]).dictionary_encode(), "NA"),
        (pa.array([dt.date(2024, 3, 5), None]), "05.03.2024"),
        (pa.array([dt.datetime(2024, 3, 5, 10, 15), None], pa.timestamp("ns")), "05.03.2024 10:15:00"),
        (pa.array([decimal.Decimal("1234.50"), None]), "1234.50"),
        (pa.array([["+7 900", "+7 901"], None]), "+7 900, +7 901"),
        (pa.array([{"город": "Москва"}, None]), '{"город": "Москва"}'),
        (pa.array(["Иванов".encode(), None]), "Иванов"),
        (pa.array([None, None]), ""),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else value,
)
def test_values_as_a_person_sees_them(values: pa.Array, seen: str) -> None:
    table = read(parquet(ФИО=["Иванов", "Петров"], Поле=values)).table
    assert table.frame.to_numpy().tolist() == [["Иванов", seen], ["Петров", ""]]


def test_duplicate_headings_survive_both_ways() -> None:
    table = read_table("ФИО;Товар;Товар\nИванов;007;NA\n".encode(), "base.csv", ReadSettings()).table
    data = render(table, "parquet").data
    assert pq.read_table(io.BytesIO(data)).column_names == ["ФИО", "Товар", "Товар [2]"]
    again = read(data).table
    assert again.headers == table.headers
    assert again.frame.equals(table.frame)
    assert render(again).data == data


def test_damaged_file() -> None:
    with pytest.raises(FileError, match="no Parquet"):
        read(parquet(ФИО=["Иванов"])[:-20])


def test_file_that_claims_more_than_a_base_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "MAX_ROWS", 10_000)
    with pytest.raises(FileError, match="claims 20000 rows"):
        read(parquet(ФИО=[""] * 20_000))
