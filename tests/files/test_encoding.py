"""Encodings: BOM, strict UTF-8 over the whole file, Russian code pages, and what is no text at all."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import FileError, UsageError
from crmclean.files.encoding import decode_text, guess_code_page

TEXT = "ФИО;Телефон;Город\r\nИванов Иван;+7 900 000-00-01;Москва\r\nЩербакова Юлия;;Ёлкино\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "utf-16-le", "utf-16-be"])
def test_encoding_is_found_without_a_bom(encoding: str) -> None:
    found = decode_text(TEXT.encode(encoding), "base.csv")
    assert (found.encoding, found.bom) == (encoding, False)
    assert bytes(found.utf8).decode() == TEXT


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
    ids=["utf-8", "utf-16-le", "utf-16-be"],
)
def test_bom_decides(bom: bytes, encoding: str) -> None:
    found = decode_text(bom + TEXT.encode(encoding), "base.csv")
    assert (found.encoding, found.bom) == (encoding, True)
    assert bytes(found.utf8).decode() == TEXT


def test_one_cyrillic_name_after_a_megabyte_of_ascii_is_enough() -> None:
    data = b"name;phone\n" + b"Ivan;+79000000001\n" * 60_000 + "Щукин;1\n".encode("cp1251")
    assert decode_text(data, "base.csv").encoding == "cp1251"


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("text", ["Москва", "ИВАНОВ ПЁТР", "ООО «Ромашка»", "Наименование;ИНН/КПП;Телефон;Сумма"])
def test_code_page_of_a_few_words(text: str, encoding: str) -> None:
    data = text.encode(encoding, "ignore")
    assert data.decode(guess_code_page(data)) == data.decode(encoding)


def test_encoding_given_is_strict() -> None:
    with pytest.raises(FileError) as caught:
        decode_text(b"a;b\n" + "Ж".encode("cp1251") + b"\n", "base.csv", "utf-8")
    assert "byte 4 (line 2)" in caught.value.message
    assert "cp1251" in caught.value.hint


@pytest.mark.parametrize("name", ["windows-1251", "CP1251", "cp1251"])
def test_encoding_given_by_any_of_its_names(name: str) -> None:
    assert decode_text("Ж".encode("cp1251"), "base.csv", name).encoding == "cp1251"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig"])
def test_encoding_given_for_a_file_with_a_bom(name: str) -> None:
    found = decode_text(codecs.BOM_UTF8 + b"a", "base.csv", name)
    assert (bytes(found.utf8), found.bom, found.encoding) == (b"a", True, "utf-8")


@pytest.mark.parametrize("name", ["cp12511", "base64", "no such"])
def test_unknown_encoding_is_a_wrong_call(name: str) -> None:
    with pytest.raises(UsageError, match="cp1251"):
        decode_text(b"a", "base.csv", name)


def test_utf8_with_a_broken_byte_is_not_taken_for_a_code_page() -> None:
    data = TEXT.encode() + "Ж".encode()[:1]
    with pytest.raises(FileError, match="utf-8"):
        decode_text(data, "base.csv")


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4\n\0\1\2\3binary", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a;b\n1;\0\n", bytes(range(1, 9)) * 20],
    ids=["pdf", "png", "one-nul", "controls"],
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(FileError, match="binary"):
        decode_text(data, "base.csv")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=("Cc", "Cs"))))
def test_utf8_comes_through_unchanged(text: str) -> None:
    found = decode_text(text.encode(), "base.csv")
    assert bytes(found.utf8).decode() == text
