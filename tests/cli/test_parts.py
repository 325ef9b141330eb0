"""One base in several files: `dedup` and `normalize` of the parts of an export, and the way back."""

import io
from pathlib import Path

import openpyxl
import pytest

from crmclean.cli.sources import files_to_read
from crmclean.core.errors import ExitCode
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.workflows.dedup import dedup
from crmclean.workflows.normalize import normalize
from tests.cli.conftest import EXPORT, Call, files_below

HEADING, *ROWS = EXPORT.splitlines(keepends=True)
FIRST = (HEADING + ROWS[0] + ROWS[2]).encode("cp1251")
SECOND = (HEADING + ROWS[1]).encode()
"""The second record of the client is in the second part, which has another encoding."""

WHOLE = (HEADING + ROWS[0] + ROWS[2] + ROWS[1]).encode("cp1251")


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Two parts of one export, in a folder of their own."""
    folder = tmp_path / "base"
    folder.mkdir()
    paths = [folder / "part2.csv", folder / "part10.csv"]
    for path, data in zip(paths, (FIRST, SECOND), strict=True):
        path.write_bytes(data)
    return paths


def whole() -> bytes:
    """Return what `dedup` makes of the same rows in one file."""
    table = read_table(WHOLE, "whole.csv", ReadSettings()).table
    return render(dedup(table, DedupSettings()).table).data


def test_duplicates_are_found_across_the_parts(call: Call, parts: list[Path]) -> None:
    answer = call("dedup", *parts, "-o", "out.csv", "--json")
    assert answer.code == ExitCode.DONE, answer.err
    assert Path("out.csv").read_bytes() == whole()
    value = answer.json
    assert (value["rows_in"], value["rows_out"], value["merged"]) == (3, 2, 1)
    assert value["source"] == str(parts[0])
    assert [(item["path"], item["rows"], item["first_row"], item["encoding"]) for item in value["inputs"]] == [
        (str(parts[0]), 2, 1, "cp1251"),
        (str(parts[1]), 1, 3, "utf-8"),
    ]


def test_one_file_is_one_input(call: Call, export: Path) -> None:
    (item,) = call("dedup", export, "-o", "out.csv", "--json").json["inputs"]
    assert (item["path"], item["rows"], item["first_row"], item["other_sheets"]) == (str(export), 3, 1, [])


def test_an_import_says_what_each_file_gave(call: Call, parts: list[Path]) -> None:
    value = call("import", *parts, "-o", "base.csv", "--json").json
    assert value["inputs"] == [{"path": str(parts[0]), "rows": 2}, {"path": str(parts[1]), "rows": 1}]


@pytest.mark.parametrize("command", ["dedup", "normalize"])
def test_a_pattern_is_expanded_in_the_order_of_its_numbers(call: Call, parts: list[Path], command: str) -> None:
    value = call(command, "base/part*.csv", "-o", "out.csv", "--json").json
    assert [item["path"] for item in value["inputs"]] == ["base/part2.csv", "base/part10.csv"]


def test_normalize_of_parts_is_that_of_the_whole(call: Call, parts: list[Path]) -> None:
    assert call("normalize", *parts, "-o", "out.csv").code == ExitCode.DONE
    table = read_table(WHOLE, "whole.csv", ReadSettings()).table
    assert Path("out.csv").read_bytes() == render(normalize(table, NormalizeSettings()).table).data


def test_rows_of_lists_count_over_the_whole(call: Call, parts: list[Path]) -> None:
    call("dedup", *parts, "-o", "out.csv", "--clusters", "c.csv")
    lines = Path("c.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[:2] for line in lines] == [["1", "1"], ["2", "3"], ["3", "2"]]
    clusters = [line.split(",")[2] for line in lines]
    assert clusters[0] == clusters[2] != clusters[1]


def test_the_report_says_which_rows_each_file_gave(call: Call, parts: list[Path]) -> None:
    answer = call("dedup", *parts, "-o", "out.csv", "--report", "r.html")
    said = " ".join(answer.err.split())
    assert "part2.csv and 1 more file" in said
    assert "part2.csv 2 records rows 1–2" in said
    assert "part10.csv 1 record row 3" in said
    page = Path("r.html").read_text("utf-8")
    assert "part10.csv" in page
    assert "row 3" in page


def test_results_beside_are_named_after_the_first(call: Call, parts: list[Path], tmp_path: Path) -> None:
    assert call("dedup", *parts, "--no-history").code == ExitCode.DONE
    assert files_below(tmp_path) == {
        "base/part2.csv",
        "base/part10.csv",
        "base/part2.clean.csv",
        "base/part2.report.html",
    }


def test_a_file_named_twice_counts_once(call: Call, parts: list[Path]) -> None:
    value = call("normalize", parts[0], "base/part*.csv", "base/../base/part2.csv", "-o", "out.csv", "--json").json
    assert value["rows_in"] == 3


def test_a_pattern_leaves_out_what_it_made_before(call: Call, parts: list[Path]) -> None:
    for arguments in (("-o", "base/part-all.csv"), ()):
        for _time in range(2):
            value = call("normalize", "base/part*.csv", *arguments, "--force", "--json").json
            assert value["rows_in"] == 3, "the result is no further part"
        Path("base/part-all.csv").unlink(missing_ok=True)


def test_a_pattern_for_the_result_alone_reads_it(tmp_path: Path) -> None:
    (tmp_path / "base.csv").touch()
    assert files_to_read(["*.csv"], "base.csv", "clean") == ["base.csv"]


def test_a_pattern_that_matches_nothing(call: Call) -> None:
    answer = call("dedup", "part*.csv")
    assert answer.code == ExitCode.FILE
    assert "part*.csv" in answer.err


def test_a_file_with_the_signs_of_a_pattern_in_its_name(call: Call, tmp_path: Path) -> None:
    (tmp_path / "base [1].csv").write_bytes(FIRST)
    assert call("normalize", "base [1].csv", "-o", "out.csv", "--json").json["rows_in"] == 2


def test_a_workbook_as_a_part(call: Call, parts: list[Path]) -> None:
    book = openpyxl.Workbook()
    for line in (HEADING, ROWS[1]):
        book.worksheets[0].append(line.strip().split(";"))
    book.save("base/part10.xlsx")
    assert call("dedup", parts[0], "base/part10.xlsx", "-o", "out.csv").code == ExitCode.DONE
    assert Path("out.csv").read_bytes() == whole()


def test_stdin_as_a_part(call: Call, parts: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SECOND)))
    answer = call("dedup", parts[0], "-", "-o", "out.csv")
    assert answer.code == ExitCode.DONE, answer.err
    assert Path("out.csv").read_bytes() == whole()
    assert "standard input" in answer.err
    parts[0].unlink()
    answer = call("undo", "last")
    assert answer.code == ExitCode.DONE
    assert parts[0].read_bytes() == FIRST
    assert "stdin" in answer.err
    Path("back").mkdir()
    assert call("undo", "last", "-o", "back").code == ExitCode.DONE
    assert {path.name: path.read_bytes() for path in Path("back").iterdir()} == {"part2.csv": FIRST, "stdin": SECOND}


def test_other_headings_stop_the_work(call: Call, parts: list[Path], tmp_path: Path) -> None:
    parts[1].write_bytes(SECOND.replace("Город".encode(), "Регион".encode()))
    before = files_below(tmp_path)
    answer = call("dedup", *parts)
    assert answer.code == ExitCode.USAGE
    for words in ("part2.csv", "part10.csv", "“Город”", "“Регион”", "crmclean import FILE… -o BASE"):
        assert words in answer.err
    assert files_below(tmp_path) == before


def test_the_users_role_is_for_all_parts(call: Call, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"p{number}.csv").write_text(f"ID;Имя;Связь\n{number};Анна;8 900 123-45-6{number}\n", "utf-8")
    assert call("normalize", "p*.csv", "--map", "phone=Связь", "-o", "out.csv").code == ExitCode.DONE
    assert [line.split(";")[2] for line in Path("out.csv").read_text("utf-8").splitlines()] == [
        "Связь",
        "+79001234561",
        "+79001234562",
    ]


class TestUndo:
    """The way back of a run on several files."""

    def test_what_is_missing_comes_back(self, call: Call, parts: list[Path]) -> None:
        call("dedup", "base/part*.csv", "-o", "out.csv")
        for path in parts:
            path.unlink()
        answer = call("undo", "last", "--json")
        assert answer.code == ExitCode.DONE, answer.err
        assert [path.read_bytes() for path in parts] == [FIRST, SECOND]
        assert [item["written"] for item in answer.json["files"]] == [True, True]
        assert "nothing was written" in call("undo", "last").err

    def test_the_command_works_from_another_folder(
        self, call: Call, parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call("dedup", "base/part2.csv", "base/part10.csv", "-o", "out.csv", "--state", "state")
        parts[1].unlink()
        monkeypatch.chdir(tmp_path / "base")
        assert call("undo", "last", "--state", tmp_path / "state").code == ExitCode.DONE
        assert parts[1].read_bytes() == SECOND

    def test_the_first_was_replaced(self, call: Call, parts: list[Path]) -> None:
        call("dedup", *parts, "-o", parts[0], "--force")
        assert parts[0].read_bytes() != FIRST
        answer = call("undo", "last", "--state", "base/.crmclean")
        assert answer.code == ExitCode.DONE
        assert [path.read_bytes() for path in parts] == [FIRST, SECOND]

    def test_a_part_that_was_edited_stops_it(self, call: Call, parts: list[Path]) -> None:
        call("dedup", *parts, "-o", "out.csv")
        parts[0].unlink()
        parts[1].write_bytes(b"edited by hand")
        answer = call("undo", "last")
        assert answer.code == ExitCode.FILE
        assert "part10.csv" in answer.err
        assert "-o FOLDER" in answer.err
        assert not parts[0].exists(), "all of it or nothing"

    def test_to_a_folder(self, call: Call, parts: list[Path], tmp_path: Path) -> None:
        twin = tmp_path / "part2.csv"
        twin.write_bytes(SECOND)
        call("dedup", parts[0], twin, "-o", "out.csv")
        (tmp_path / "back").mkdir()
        assert call("undo", "last", "-o", "back").code == ExitCode.DONE
        back = {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()}
        assert back == {"1-part2.csv": FIRST, "2-part2.csv": SECOND}

    @pytest.mark.parametrize("output", ["one.csv", "-"], ids=["file", "stdout"])
    def test_one_file_is_no_place_for_two(self, call: Call, parts: list[Path], output: str) -> None:
        call("dedup", *parts, "-o", "out.csv")
        answer = call("undo", "last", "-o", output)
        assert answer.code == ExitCode.USAGE
        assert "-o FOLDER" in answer.err

    def test_one_merge(self, call: Call, parts: list[Path]) -> None:
        call("dedup", *parts, "-o", "out.csv", "--clusters", "c.csv")
        merged = Path("c.csv").read_text("utf-8-sig").splitlines()[1].split(",")[2]
        assert call("undo", "last", "--cluster", merged).code == ExitCode.DONE
        lines = Path("out.csv").read_text("cp1251").splitlines()
        assert [line.split(";")[0] for line in lines] == ["ID", "1", "3", "2"]

    def test_an_import_gives_its_base_back_and_leaves_the_exports(self, call: Call, parts: list[Path]) -> None:
        call("import", parts[0], "-o", "base.csv")
        before = Path("base.csv").read_bytes()
        call("import", parts[1], "-o", "base.csv")
        parts[1].unlink()
        assert call("undo", "last").code == ExitCode.DONE
        assert Path("base.csv").read_bytes() == before
        assert not parts[1].exists()


def workbook_of_two(path: str) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Контакты"
    for line in EXPORT.splitlines():
        book.worksheets[0].append(line.split(";"))
    book.create_sheet("Сделки").append(["Название", "Сумма"])
    book.save(path)


class TestSheets:
    """A sheet that was taken for want of a choice is said, and that there are others."""

    @pytest.mark.parametrize("command", ["dedup", "normalize", "inspect"])
    def test_it_is_said(self, call: Call, command: str) -> None:
        workbook_of_two("base.xlsx")
        more = () if command == "inspect" else ("-o", "out.xlsx")
        answer = call(command, "base.xlsx", *more, "--report", "r.html")
        said = " ".join((answer.out + answer.err).split())
        assert "the sheet “Контакты” was read. There is another one: “Сделки”. Choose with --sheet." in said
        assert "“Сделки”" in Path("r.html").read_text("utf-8")
        (item,) = call(command, "base.xlsx", *more, "--force", "--json").json["inputs"]
        assert (item["sheet"], item["other_sheets"]) == ("Контакты", ["Сделки"])

    @pytest.mark.parametrize("command", ["dedup", "inspect"])
    def test_who_has_chosen_is_told_nothing(self, call: Call, command: str) -> None:
        workbook_of_two("base.xlsx")
        more = () if command == "inspect" else ("-o", "out.xlsx")
        answer = call(command, "base.xlsx", "--sheet", "Контакты", *more)
        assert "Сделки" not in answer.out + answer.err
