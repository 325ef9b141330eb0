"""Pieces of a text: wherever it is cut, the rows are those that Python's csv reads, or none are returned."""

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crmclean.files import pieces
from crmclean.files.encoding import NotInEncodingError
from crmclean.files.pieces import RegularRows, read_in_pieces

WIDTH = 3
UNQUOTED = st.text("аb 1", max_size=4)
QUOTED = st.lists(st.sampled_from(["а", "b", " ", "\r\n", "\n", ";", '""']), max_size=6).map(
    lambda parts: '"' + "".join(parts) + '"'
)
ROWS = st.lists(st.lists(UNQUOTED | QUOTED, min_size=WIDTH, max_size=WIDTH), max_size=12)


def read(text: str, codec: str = "utf-8", width: int = WIDTH) -> RegularRows | None:
    return read_in_pieces(memoryview(text.encode(codec)), codec, ";", width)


def cells(found: RegularRows) -> list[list[str]]:
    return [list(row.values()) for row in found.cells.to_pylist()]


@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n"]), size=st.integers(1, 60), last=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_are_those_of_the_csv_module(
    monkeypatch: pytest.MonkeyPatch, rows: list[list[str]], end: str, size: int, last: bool
) -> None:
    monkeypatch.setattr(pieces, "PIECE", size)
    text = end.join(";".join(row) for row in rows) + (end if last and rows else "")
    found = read(text)
    assert found is not None
    assert cells(found) == [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") if row]
    assert not found.may_have_blank_lines


@given(text=st.text('аb;"\n\r', max_size=60), size=st.integers(1, 30))
@example(text='a;b;c\n"a;b;c\na;b;c\n', size=6)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_any_text_is_read_rightly_or_left_to_more_care(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setattr(pieces, "PIECE", size)
    found = read(text)
    if found is not None:
        expected = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") if row]
        assert cells(found) == expected
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        several = any("\n" in cell for row in expected for cell in row)
        assert found.may_have_blank_lines or "" not in lines[:-1] or several


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        pytest.param("1;2;3\n4;5;6\n", False, id="none"),
        pytest.param("1;2;3\n\n4;5;6\n", True, id="between"),
        pytest.param("1;2;3\r\n\r\n4;5;6\r\n", True, id="between-crlf"),
        pytest.param("\n1;2;3\n", True, id="first"),
        pytest.param("1;2;3\n\n", True, id="last"),
        pytest.param('1;2;"3\n\n4"\n', False, id="inside-a-cell"),
        pytest.param("1;2;3\n\n4;5;6\r7;8;9\n", True, id="made-up-for-by-a-lone-return"),
    ],
)
@pytest.mark.parametrize("size", [4, 1000], ids=["small-pieces", "one-piece"])
def test_blank_lines_are_seen(monkeypatch: pytest.MonkeyPatch, text: str, size: int, blank: bool) -> None:
    monkeypatch.setattr(pieces, "PIECE", size)
    found = read(text)
    assert found is not None
    assert found.may_have_blank_lines is blank


@pytest.mark.parametrize(
    ("text", "swallows"),
    [
        ("1;2;3\n" * 9, False),
        ('1;2;"3\n4;5;6\n"\n', False),
        ('1;2;"' + "3\n4;5;6\n" * 5 + '"\n', True),
        ('1;2;"""' + "3\n4;5;6\n" * 5 + '"""\n', True),
        ('1;2;";;;;;;;;;"\n', False),
    ],
    ids=["no-quotes", "a-comment", "rows", "rows-and-doubled-quotes", "one-line"],
)
def test_swallowed_rows_are_suspected(text: str, swallows: bool) -> None:
    found = read(text)
    assert found is not None
    assert found.may_swallow_rows is swallows


@pytest.mark.parametrize(
    "text",
    ["1;2\n", "1;2;3;4\n", '1;2;3"\n', '1;"2;3\n4;5;6\n', "1;2;3\r4;5;6\r"],
    ids=["short", "long", "bare-quote", "open-quote", "returns-only"],
)
def test_irregular_text_is_left_to_more_care(text: str) -> None:
    assert read("1;2;3\n" * 50 + text if "\r" not in text else text) is None


def test_code_page_becomes_text() -> None:
    found = read("Щука;№ 5;«Ё»\n", "cp1251")
    assert found is not None
    assert cells(found) == [["Щука", "№ 5", "«Ё»"]]


@pytest.mark.parametrize(("data", "codec"), [(b"a;\xff;c\n", "utf-8"), (b"a;\x98;c\n", "cp1251")])
def test_a_byte_that_is_no_letter_is_told(data: bytes, codec: str) -> None:
    with pytest.raises(NotInEncodingError):
        read_in_pieces(memoryview(data), codec, ";", WIDTH)
