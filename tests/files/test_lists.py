"""Lists with agreed headings, in whatever a user saves them as."""

import gzip
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from crmclean.core.errors import FileError
from crmclean.files.lists import read_list

NAMES = ("row", "id", "cluster_id")
EXPECTED = pd.DataFrame({"id": ["007", "8", "9"], "cluster_id": ["a", "", "я"]}, dtype="str")


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("clusters.csv", data)
    return buffer.getvalue()


def workbook(*rows: tuple[str | int | None, ...]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(buffer)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    EXPECTED.to_parquet(buffer)
    return buffer.getvalue()


PLAIN = "id,cluster_id\n007,a\n8,\n9,я\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.encode(), id="UTF-8, commas"),
        pytest.param(PLAIN.encode("utf-8-sig"), id="with BOM"),
        pytest.param(PLAIN.replace(",", ";").replace("\n", "\r\n").encode("cp1251"), id="as a Russian Excel saves it"),
        pytest.param(PLAIN.replace(",", "\t").encode("utf-16"), id="as Excel saves Unicode text"),
        pytest.param(b"Cluster_ID , ID \na,007\n,8\n\xd1\x8f,9\n", id="other case, order and spaces"),
        pytest.param('"id","note","cluster_id"\n"007","x, y\nz","a"\n8,,\n9,,"я"\n'.encode(), id="other columns"),
        pytest.param((PLAIN + ",\n").encode(), id="an empty line at the end"),
        pytest.param("id,cluster_id,role\n007,a\n8\n9,я,merged\n".encode(), id="short lines"),
        pytest.param(gzip.compress(PLAIN.encode()), id="gzip"),
        pytest.param(zipped(PLAIN.encode()), id="zip"),
        pytest.param(workbook(("id", "cluster_id"), ("007", "a"), (8, None), (9, "я")), id="workbook"),
        pytest.param(
            workbook(("Clusters",), ("id", "cluster_id"), ("007", "a"), (8, None), (9, "я")), id="with a title"
        ),
        pytest.param(parquet(), id="Parquet"),
    ],
)
def test_a_list_is_read_as_it_was_saved(data: bytes) -> None:
    listing = read_list(data, "clusters", NAMES)
    assert listing.path == "clusters"
    pd.testing.assert_frame_equal(listing.frame, EXPECTED)


def test_lines_that_look_like_no_client_are_lines() -> None:
    # In a base, 1, 2, 3 under the heading would be the numbers of its columns, and «Итого» a total.
    frame = read_list("row,id,cluster_id\n1,2,3\n2,Итого,\nrow,id,cluster_id\n".encode(), "x", NAMES).frame
    assert frame["id"].tolist() == ["2", "Итого", "id"]


def test_a_list_with_none_of_the_columns_has_none() -> None:
    frame = read_list(b"a,b\n1,2\n", "x", NAMES).frame
    assert frame.columns.tolist() == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "x is empty.", id="no byte"),
        pytest.param(b" \n\n", "x is empty.", id="blank lines"),
        pytest.param(b"id,cluster_id,ID\n1,2,3\n", "x has two columns “id”.", id="a heading twice"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileError) as error:
        read_list(data, "x", NAMES)
    assert error.value.message == message
    assert error.value.hint
