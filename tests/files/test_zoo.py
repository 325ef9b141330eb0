"""Every file of the zoo is read to exactly its table; written untouched, a delimited file keeps its bytes."""

import pytest

from crmclean.core.settings import ReadSettings
from crmclean.files.reading import Reading, read_table
from crmclean.files.writing import render
from tests.files.zoo import Specimen, make_zoo

ZOO = make_zoo()
SETTLED_CODES = ("heading-content-differ", "heading-missing")


def read(data: bytes) -> Reading:
    return read_table(data, "base", ReadSettings())


def rows(reading: Reading) -> list[list[str]]:
    return [list(row) for row in reading.table.frame.itertuples(index=False, name=None)]


def test_the_zoo_is_large_and_its_names_differ() -> None:
    assert len({specimen.name for specimen in ZOO}) == len(ZOO) >= 60


@pytest.mark.parametrize("specimen", [pytest.param(specimen, id=specimen.name) for specimen in ZOO])
def test_file_is_read_exactly(specimen: Specimen) -> None:
    reading = read(specimen.data)
    findings = reading.findings[~reading.findings["code"].isin(SETTLED_CODES)]
    assert reading.table.headers == list(specimen.headers)
    assert rows(reading) == [list(row) for row in specimen.cells]
    assert reading.table.origin.aside == specimen.aside
    assert tuple(zip(findings["row"].tolist(), findings["code"].tolist(), strict=True)) == specimen.codes
    assert {line for _place, line in specimen.aside if line} <= {text for _line, text in reading.skipped}


@pytest.mark.parametrize("specimen", [pytest.param(specimen, id=specimen.name) for specimen in ZOO])
def test_untouched_file_is_written_back(specimen: Specimen) -> None:
    reading = read(specimen.data)
    rendered = render(reading.table)
    assert rendered.notes == ()
    if specimen.same_bytes:
        assert rendered.data == specimen.data
    else:
        again = read(rendered.data)
        assert again.table.headers == reading.table.headers
        assert rows(again) == rows(reading)
        assert again.table.origin.aside == reading.table.origin.aside
