"""Archives: one table inside is read as if it lay there by itself; anything else is refused in one clear line."""

import gzip
import io
import zipfile

import openpyxl
import pytest

from crmclean.core.errors import FileError, UsageError
from crmclean.core.settings import ReadSettings
from crmclean.files import archives
from crmclean.files.reading import read_table

CSV = "ФИО;Телефон\nИванов;007\n".encode("cp1251")


def zip_of(*members: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return written.getvalue()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["ФИО", "Телефон"])
    book.worksheets[0].append(["Иванов", "007"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cells(data: bytes) -> list[list[str]]:
    return read_table(data, "base", ReadSettings()).table.frame.to_numpy().tolist()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(gzip.compress(CSV), id="gzip-csv"),
        pytest.param(gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]), id="gzip-of-two-pieces"),
        pytest.param(gzip.compress(xlsx()), id="gzip-xlsx"),
        pytest.param(zip_of(("base.csv", CSV)), id="zip-csv"),
        pytest.param(zip_of(("выгрузка/", b""), ("выгрузка/base.csv", CSV)), id="zip-folder"),
        pytest.param(zip_of(("base.csv", CSV), ("__MACOSX/._base.csv", b"x"), (".DS_Store", b"x")), id="zip-of-a-mac"),
        pytest.param(zip_of(("base.xlsx", xlsx())), id="zip-xlsx"),
        pytest.param(zip_of(("b.jsonl", '{"ФИО": "Иванов", "Телефон": "007"}'.encode())), id="zip-jsonl"),
        pytest.param(xlsx(), id="xlsx-itself"),
    ],
)
def test_one_table_inside(data: bytes) -> None:
    assert cells(data) == [["Иванов", "007"]]


def test_several_tables_are_listed() -> None:
    with pytest.raises(UsageError, match=r"2 files: 'contacts\.csv', 'leads\.csv'"):
        cells(zip_of(("contacts.csv", CSV), ("leads.csv", CSV)))


def test_names_of_an_old_archiver_are_readable() -> None:
    data = zip_of(("xxxx.csv", CSV), ("yyyy.csv", CSV))
    with pytest.raises(UsageError, match=r"'база\.csv'"):
        cells(data.replace(b"xxxx", "база".encode("cp866")))


def encrypted() -> bytes:
    data = bytearray(zip_of(("base.csv", CSV)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(zip_of(("../../etc/base.csv", CSV)), "outside its folder", id="up"),
        pytest.param(zip_of(("/base.csv", CSV)), "outside its folder", id="absolute"),
        pytest.param(zip_of(("a\\..\\..\\base.csv", CSV)), "outside its folder", id="backslashes"),
        pytest.param(zip_of(("C:/base.csv", CSV)), "outside its folder", id="drive"),
        pytest.param(encrypted(), "password", id="encrypted"),
        pytest.param(zip_of(), "without a file", id="nothing"),
        pytest.param(zip_of(("inner.zip", zip_of(("base.csv", CSV)))), "inside an archive", id="zip-in-zip"),
        pytest.param(gzip.compress(gzip.compress(CSV)), "inside an archive", id="gzip-in-gzip"),
        pytest.param(gzip.compress(b""), "empty", id="gzip-of-nothing"),
        pytest.param(zip_of(("base.csv", b"")), "empty", id="zip-of-an-empty-file"),
        pytest.param(gzip.compress(CSV)[:-10], "damaged", id="gzip-cut-off"),
        pytest.param(gzip.compress(CSV)[:12] + b"\xff\xff\xff", "damaged", id="gzip-rubbish"),
        pytest.param(zip_of(("base.csv", CSV))[:-30], "damaged", id="zip-cut-off"),
    ],
)
def test_archive_that_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(FileError, match=said):
        cells(data)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zip_of(("base.csv", data))], ids=["gzip", "zip"])
def test_what_unpacks_too_far_is_refused(pack: "object", monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(pack)
    monkeypatch.setattr(archives, "RATIO_COUNTS_FROM", 2_000_000)
    with pytest.raises(FileError, match="unpacks to far more"):
        cells(pack(b"0;" * 2_000_000))
    monkeypatch.setattr(archives, "MAX_RATIO", 10_000)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 3_000_000)
    with pytest.raises(FileError, match="unpacks to far more"):
        cells(pack(b"0;" * 2_000_000))
