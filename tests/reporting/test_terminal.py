"""The report on the terminal at many widths, without colour, and on consoles that know few letters."""

from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from rich.cells import cell_len
from rich.console import Console

from crmclean.reporting.summary import RunSummary
from crmclean.reporting.terminal import console_for_stderr, print_report


def show(summary: RunSummary, width: int = 100, verbose: bool = False) -> str:
    """Return the report as plain text."""
    console = Console(file=StringIO(), width=width, record=True, highlight=False)
    print_report(summary, console, verbose)
    return console.export_text()


@pytest.mark.parametrize("name", ["dedup_summary", "normalize_summary", "inspect_summary", "hostile_summary"])
@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_no_line_is_wider_than_the_screen(name: str, width: int, request: pytest.FixtureRequest) -> None:
    lines = show(request.getfixturevalue(name), width).splitlines()
    assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize(
    "expected",
    [
        "contacts.csv",
        "Bitrix24",
        "Phone ",
        "Рабочий телефон",
        "71.4%",
        "3 → 1  Ромашкин Пётр, ООО «Василёк»",
        "e-mail, last name, first name (initial)",
        "Phone of many people",
        "data/contacts.clean.csv",
        "crmclean undo 12",
        "run 12 · 3.2 s",
        "Two columns were called Phone.",
    ],
)
def test_merge_report_says(dedup_summary: RunSummary, width: int, expected: str) -> None:
    assert expected in show(dedup_summary, width)


def test_phones_are_partly_hidden(dedup_summary: RunSummary) -> None:
    text = show(dedup_summary)
    assert "+7 900 ***-**-22" in text
    assert "79000001122" not in text


def test_changes_keep_their_way_of_writing_but_not_their_digits(normalize_summary: RunSummary) -> None:
    assert "8(900)*****22 → +7900*****22" in show(normalize_summary)


def test_doubtful_pairs_are_counted(dedup_summary: RunSummary) -> None:
    assert "1 pair may be one client" in show(dedup_summary)


def test_verbose_adds_details(dedup_summary: RunSummary) -> None:
    assert "Pairs compared" not in show(dedup_summary)
    assert "Pairs compared" in show(dedup_summary, verbose=True)
    assert "passed through: Комментарий" in show(dedup_summary, verbose=True)


def test_inspect_report_lists_columns_and_lines_left_out(inspect_summary: RunSummary) -> None:
    text = show(inspect_summary)
    assert "r*****@e******.r*" in text
    assert "Итого: 7" in text
    assert "Quality, of 100" in text


def test_measures_that_are_not_known_are_left_out(inspect_summary: RunSummary) -> None:
    figures = {**inspect_summary.outcome.figures, "validity": float("nan")}
    text = show(replace(inspect_summary, outcome=replace(inspect_summary.outcome, figures=figures)))
    assert "Valid values" not in text
    assert "Completeness" in text


def test_empty_columns_of_an_inspection_take_one_line(inspect_summary: RunSummary) -> None:
    columns = inspect_summary.table("columns").assign(filled=[1.0] * 6 + [0.0, 0.0])
    outcome = replace(inspect_summary.outcome, tables={"columns": columns})
    assert "Empty: Город, Комментарий" in show(replace(inspect_summary, outcome=outcome))


def test_normalize_does_not_speak_of_merges(normalize_summary: RunSummary) -> None:
    text = show(normalize_summary)
    assert "Changed cells" in text
    assert "Records left" not in text


def test_unknown_command_gets_the_standard_report(normalize_summary: RunSummary) -> None:
    text = show(replace(normalize_summary, command="protect"))
    assert text.startswith("protect  standard input")
    assert "Impossible e-mail" in text


def test_cells_drive_neither_terminal_nor_markup(hostile_summary: RunSummary) -> None:
    stream = StringIO()
    print_report(hostile_summary, Console(file=stream, width=120, no_color=True))
    assert "\x1b" not in stream.getvalue()
    assert "[bold]=1+1" not in stream.getvalue() or "[31m[bold]=1+1" in stream.getvalue()


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "ascii"])
def test_console_of_few_letters_gets_what_it_can_show(dedup_summary: RunSummary, encoding: str) -> None:
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding, errors="strict")
    print_report(dedup_summary, Console(file=stream, width=100))
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert "71.4%" in text
    if encoding == "cp866":
        assert '3 -> 1  Ромашкин Пётр, ООО "Василёк"' in text


def test_stderr_console_obeys_quiet_and_no_color(capsys: pytest.CaptureFixture[str]) -> None:
    console_for_stderr(no_color=True, quiet=True).print("hidden")
    console_for_stderr(no_color=True, quiet=False).print("shown", style="red")
    captured = capsys.readouterr()
    assert captured.err == "shown\n"
    assert captured.out == ""


def test_report_can_be_saved_as_a_picture(dedup_summary: RunSummary) -> None:
    console = Console(file=StringIO(), width=100, record=True)
    print_report(dedup_summary, console)
    assert "Ромашкин" in console.export_svg(title="crmclean")
