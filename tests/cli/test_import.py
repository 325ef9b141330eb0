"""`import`: files into a base, again and again, and back."""

from pathlib import Path

import openpyxl
import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.workflows.import_base import Source, import_base, origin_of_base
from tests.cli.conftest import EXPORT, Call, files_below

LEADS = "Full name,Phone,Budget note\nКотова Анна,+7 900 123-45-67,мало\nНовиков Иван,+7 900 555-44-33,\n"


@pytest.fixture
def leads(export: Path) -> Path:
    """A file of another system beside the export."""
    path = export.parent / "leads.csv"
    path.write_text(LEADS, encoding="utf-8", newline="")
    return path


def sources(path: Path) -> list[str]:
    """Return the source of every record of a base."""
    table = read_table(path.read_bytes(), str(path), ReadSettings()).table
    cells: list[str] = table.frame["crmclean_source"].tolist()
    return cells


def test_the_base_is_what_the_library_makes(call: Call, export: Path, leads: Path) -> None:
    answer = call("import", export, leads, "-o", "base.csv")
    assert answer.code == ExitCode.DONE, answer.err
    expected = import_base(
        None,
        [Source(path.name, read_table(path.read_bytes(), str(path), ReadSettings()).table) for path in (export, leads)],
        origin_of_base("base.csv", "csv"),
    )
    assert Path("base.csv").read_bytes() == render(expected.table).data
    assert Path("base.csv").read_bytes().startswith("\ufeffID;Фамилия;Имя;".encode())
    assert "contacts.csv: 3 new records." in answer.err
    assert "leads.csv: 2 new records." in answer.err
    assert answer.out == ""


def test_a_base_is_added_to_and_the_same_file_adds_nothing(call: Call, export: Path, leads: Path) -> None:
    call("import", export, "-o", "base.csv")
    first = Path("base.csv").read_bytes()
    assert call("import", leads, "-o", "base.csv").code == ExitCode.DONE
    assert sources(Path("base.csv")) == ["contacts.csv"] * 3 + ["leads.csv"] * 2
    both = Path("base.csv").read_bytes()

    again = call("import", export, leads, "-o", "base.csv", "--json")

    assert again.json["figures"]["added"] == 0
    assert again.json["figures"]["known"] == 5
    assert again.json["rows_in"] == 5
    assert again.json["rows_out"] == 5
    assert again.json["outputs"] == {}
    assert again.json["run"] == ""
    assert Path("base.csv").read_bytes() == both
    assert "leads.csv: is in the base already, nothing was added." in again.err
    assert call("undo", "2").code == ExitCode.DONE
    assert Path("base.csv").read_bytes() == first


def test_what_was_taken_back_can_be_brought_in_again(call: Call, export: Path, leads: Path) -> None:
    call("import", export, "-o", "base.csv")
    call("import", leads, "-o", "base.csv")
    both = Path("base.csv").read_bytes()
    call("undo", "last")
    assert call("import", leads, "-o", "base.csv").code == ExitCode.DONE
    assert Path("base.csv").read_bytes() == both


def test_the_history_knows_a_file_after_the_base_was_worked_on(call: Call, export: Path, leads: Path) -> None:
    call("import", export, leads, "-o", "base.csv")
    call("normalize", "base.csv", "-o", "base.csv", "--force")
    call("dedup", "base.csv", "-o", "clean.csv")
    Path("copy.csv").write_bytes(export.read_bytes())
    for base in ("base.csv", "clean.csv"):
        before = Path(base).read_bytes()
        answer = call("import", export, leads, "copy.csv", "-o", base, "--json")
        assert answer.json["figures"]["added"] == 0
        assert Path(base).read_bytes() == before


def test_an_older_base_that_was_brought_back_gets_its_records_again(call: Call, export: Path, leads: Path) -> None:
    call("import", export, "-o", "base.csv")
    first = Path("base.csv").read_bytes()
    call("import", leads, "-o", "base.csv")
    Path("base.csv").write_bytes(first)
    assert call("import", leads, "-o", "base.csv", "--json").json["figures"]["added"] == 2


@pytest.mark.parametrize("base", ["base.csv", "base.xlsx"])
def test_without_history_the_content_tells(call: Call, export: Path, leads: Path, base: str) -> None:
    call("import", export, leads, "-o", base, "--no-history")
    before = Path(base).read_bytes()
    answer = call("import", export, leads, "-o", base, "--no-history", "--json")
    assert answer.json["figures"]["added"] == 0
    assert Path(base).read_bytes() == before
    assert files_below(Path()) == {"base/contacts.csv", "base/leads.csv", base}


def test_a_workbook_as_base(call: Call, export: Path, leads: Path) -> None:
    call("import", export, "-o", "base.xlsx")
    call("import", leads, "-o", "base.xlsx")
    sheet = openpyxl.load_workbook("base.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("ID", "Фамилия", "Имя", "Отчество")
    assert rows[0][-3:] == ("crmclean_source", "crmclean_source_row", "crmclean_source_id")
    assert [row[-3] for row in rows[1:]] == ["contacts.csv"] * 3 + ["leads.csv"] * 2


def test_a_pattern_may_hold_the_base_itself(call: Call, export: Path, leads: Path) -> None:
    base = export.parent / "all.csv"
    for _time in range(2):
        assert call("import", export.parent / "*.csv", "-o", base).code == ExitCode.DONE
        assert sources(base) == ["contacts.csv"] * 3 + ["leads.csv"] * 2
    only = call("import", base, "-o", base)
    assert only.code == ExitCode.USAGE
    assert "is the base itself" in only.err


def test_the_source_can_be_named(call: Call, export: Path, leads: Path) -> None:
    call("import", export, "-o", "base.csv", "--source", "Битрикс Пермь")
    assert set(sources(Path("base.csv"))) == {"Битрикс Пермь"}
    assert call("import", export, leads, "-o", "base.csv", "--source", "x").code == ExitCode.USAGE


def test_a_changed_record_is_a_finding(call: Call, export: Path) -> None:
    call("import", export, "-o", "base.csv")
    export.write_bytes(EXPORT.replace("Тверь", "Ржев").encode("cp1251"))
    answer = call("import", export, "-o", "base.csv", "--json")
    assert answer.json["findings"] == {"import-differs": 1}
    assert answer.json["rows_out"] == 4


def test_stdout_and_dry_run(export: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from crmclean.cli.app import main

    assert main(["import", str(export), "-o", "base.csv", "--dry-run", "--quiet"]) == ExitCode.DONE
    assert not Path("base.csv").exists()
    assert main(["import", str(export), "-o", "-", "--quiet"]) == ExitCode.DONE
    assert capfdbinary.readouterr().out.startswith("\ufeffID;Фамилия;".encode())


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ([], ExitCode.USAGE, "-o BASE is missing"),
        (["-o", "base.doc"], ExitCode.USAGE, ".csv, .xlsx"),
        (["-o", "base/leads.csv"], ExitCode.FILE, "was not made by"),
        (["-o", "base.csv", "--report", "base/leads.html"], ExitCode.FILE, "exists already"),
    ],
    ids=["no base", "unknown format", "no base of import", "report is there"],
)
def test_what_cannot_be(call: Call, export: Path, leads: Path, output: list[str], code: int, words: str) -> None:
    report = leads.with_suffix(".html")
    report.write_text("mine")
    call("import", leads, "-o", "base.csv")
    before = Path("base.csv").read_bytes()
    answer = call("import", export, *output)
    assert answer.code == code
    assert words in answer.err
    assert Path("base.csv").read_bytes() == before
    assert leads.read_text(encoding="utf-8") == LEADS
    assert report.read_text() == "mine"


def test_one_file_that_cannot_be_read_leaves_the_base_as_it_is(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    assert call("import", export, "empty.csv", "-o", "new.csv").code == ExitCode.FILE
    assert not Path("new.csv").exists()
    assert files_below(tmp_path) == {"base/contacts.csv", "empty.csv"}


def test_a_report_is_written_and_read(call: Call, export: Path, leads: Path) -> None:
    answer = call("import", export, leads, "-o", "base.csv", "--report", "report.html", "--lang", "ru")
    assert answer.code == ExitCode.DONE, answer.err
    assert "contacts.csv" in Path("report.html").read_text(encoding="utf-8")
