"""The committed samples are what the script makes, and hold what their README says."""

import csv
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from benchmarks.generator import LAYOUTS
from benchmarks.make_samples import SAMPLES, make_samples

NAMES = ("bitrix24_contacts.csv", "bitrix24_contacts.xls", "amocrm_contacts.csv", "amocrm_contacts.xlsx")


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples made anew."""
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


def rows_of(path: Path) -> list[list[str]]:
    """Return the cells of a sample, header included, read with another library than wrote it."""
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        return [[f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    if path.suffix == ".xls":
        page = etree.HTML(path.read_text("utf-8-sig"))
        return [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def truth_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of the truth beside a sample."""
    with path.with_name(f"{path.name}.truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", [*NAMES, "real_estate_leads.csv"])
def test_the_committed_file_is_what_the_script_makes(remade: Path, name: str) -> None:
    if name.endswith(".xlsx"):  # the bytes depend on the version of the library that compresses them
        assert rows_of(SAMPLES / name) == rows_of(remade / name)
    else:
        assert (SAMPLES / name).read_bytes() == (remade / name).read_bytes()
    truth = f"{name}.truth.csv"
    assert (SAMPLES / truth).read_bytes() == (remade / truth).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_is_about_these_rows(name: str) -> None:
    header, *rows = rows_of(SAMPLES / name)
    layout = LAYOUTS[name.split("_")[0]]
    assert tuple(header[: len(layout.header)]) == layout.header
    truth = truth_of(SAMPLES / name)
    assert len(rows) == 300
    assert [row[0] for row in rows] == [line["id"] for line in truth]
    assert [line["row"] for line in truth] == [str(number) for number in range(1, 301)]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_duplicates_traps_and_placeholders(name: str) -> None:
    classes = {line["class"] for line in truth_of(SAMPLES / name)}
    assert {"placeholder", "filler-contact", "typo", "diminutive", "new-phone-same-mail"} <= classes
    traps = {"b2b": {"colleague-reception", "branch"}, "b2c": {"spouse", "namesake"}}
    if name == "amocrm_contacts.csv":
        assert traps["b2b"] <= classes
    elif name == "bitrix24_contacts.xls":
        assert traps["b2c"] <= classes
    else:
        assert classes & traps["b2b"]
        assert classes & traps["b2c"]


def test_amocrm_holds_people_and_companies_with_apostrophes_before_phones() -> None:
    header, *rows = rows_of(SAMPLES / "amocrm_contacts.csv")
    assert {row[header.index("Тип")] for row in rows} == {"контакт", "компания"}
    phones = [row[header.index("Мобильный телефон")] for row in rows if row[header.index("Мобильный телефон")]]
    assert phones
    assert all(phone.startswith("'") for phone in phones)
    assert any("\n" in row[header.index("Примечание 1")] for row in rows)
    assert any("," in row[header.index("Теги")] for row in rows)
    assert any(row[header.index("Не звонить")] == "да" for row in rows)
