"""Bad calls: the right exit code, and a line that says what is wrong and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from crmclean.core.step import Outcome
from tests.cli.conftest import EXPORT, Call, files_below


@pytest.mark.parametrize(
    ("arguments", "code", "fragment"),
    [
        pytest.param(("dedup", "missing.csv"), ExitCode.FILE, "missing.csv", id="missing file"),
        pytest.param(("dedup", "."), ExitCode.FILE, "folder", id="folder"),
        pytest.param(("dedup", "empty.csv"), ExitCode.FILE, "empty.csv", id="empty file"),
        pytest.param(("dedup", "unknown.csv"), ExitCode.USAGE, "--map", id="nothing recognised"),
        pytest.param(("dedup", "contacts.csv", "--fnord"), ExitCode.USAGE, "--fnord", id="unknown option"),
        pytest.param(("dedup", "contacts.csv", "--forse"), ExitCode.USAGE, "“--force”", id="misspelt option"),
        pytest.param(("dedupe", "contacts.csv"), ExitCode.USAGE, "“dedup”", id="misspelt command"),
        pytest.param(("contacts.csv",), ExitCode.USAGE, "dedup", id="file without a command"),
        pytest.param(("dedup",), ExitCode.USAGE, "FILE is missing", id="no file"),
        pytest.param(("dedup", "contacts.csv", "unknown.csv"), ExitCode.USAGE, "unknown.csv: ", id="two layouts"),
        pytest.param(("undo", "last", "b.csv"), ExitCode.USAGE, "unexpected: b.csv", id="too many arguments"),
        pytest.param(("dedup", "contacts.csv", "-o"), ExitCode.USAGE, "-o needs a value", id="no value"),
        pytest.param(("dedup", "contacts.csv", "--json=1"), ExitCode.USAGE, "takes no value", id="value for a flag"),
        pytest.param(("dedup", "contacts.csv", "--map", "fone=Телефон"), ExitCode.USAGE, "phone", id="unknown role"),
        pytest.param(("dedup", "contacts.csv", "--map", "phone"), ExitCode.USAGE, "ROLE=HEADER", id="half a map"),
        pytest.param(("dedup", "contacts.csv", "--keep", "newst"), ExitCode.USAGE, "“newest”", id="bad --keep"),
        pytest.param(("dedup", "contacts.csv", "--merge-at", "2"), ExitCode.USAGE, "--merge-at", id="bad --merge-at"),
        pytest.param(
            ("dedup", "contacts.csv", "--merge-at", "0.3"), ExitCode.USAGE, "--review-at (0.5)", id="contradiction"
        ),
        pytest.param(("normalize", "contacts.csv", "--only", "fax"), ExitCode.USAGE, "--only", id="bad --only"),
        pytest.param(("dedup", "contacts.csv", "--format", "doc"), ExitCode.USAGE, "xlsx", id="bad --format"),
        pytest.param(("dedup", "contacts.csv", "--lang", "de"), ExitCode.USAGE, "ru", id="unknown language"),
        pytest.param(("dedup", "contacts.csv", "-o", "there.csv"), ExitCode.FILE, "--force", id="output exists"),
        pytest.param(
            ("dedup", "contacts.csv", "-o", "contacts.csv"), ExitCode.FILE, "--force", id="output is the input"
        ),
        pytest.param(("dedup", "contacts.csv", "-o", "no/x.csv"), ExitCode.FILE, "folder", id="no such folder"),
        pytest.param(("dedup", "contacts.csv", "-o", "-", "--json"), ExitCode.USAGE, "-o FILE", id="two on stdout"),
        pytest.param(("dedup", "contacts.csv", "--report", "-"), ExitCode.USAGE, "--report", id="report to stdout"),
        pytest.param(("dedup", "contacts.csv", "--report", "x.pdf"), ExitCode.USAGE, ".html", id="report as PDF"),
        pytest.param(("dedup", "contacts.csv", "--review", "x.csv"), ExitCode.USAGE, ".xlsx", id="review as CSV"),
        pytest.param(
            ("dedup", "contacts.csv", "-o", "x.csv", "--clusters", "x.csv"),
            ExitCode.USAGE,
            "x.csv",
            id="one name twice",
        ),
        pytest.param(("dedup", "contacts.csv", "--config", "no.toml"), ExitCode.FILE, "no.toml", id="missing config"),
        pytest.param(("dedup", "contacts.csv", "--encoding", "cp9"), ExitCode.USAGE, "cp9", id="unknown encoding"),
        pytest.param(("undo", "last"), ExitCode.FILE, "--state", id="no history"),
    ],
)
def test_bad_calls(call: Call, tmp_path: Path, arguments: tuple[str, ...], code: ExitCode, fragment: str) -> None:
    (tmp_path / "contacts.csv").write_text(EXPORT, encoding="utf-8", newline="")
    (tmp_path / "unknown.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (tmp_path / "there.csv").write_text("mine\n", encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    answer = call(*arguments)
    assert answer.code == code
    assert answer.out == ""
    assert answer.err.startswith("crmclean: ")
    assert fragment in answer.err
    assert "Traceback" not in answer.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_two_mistakes_of_a_config_at_once(call: Call, export: Path, tmp_path: Path) -> None:
    (tmp_path / "nightly.toml").write_text('[dedup]\nmerge_att = 0.9\nkeep = "best"\n', encoding="utf-8")
    answer = call("dedup", export, "--config", "nightly.toml")
    assert answer.code == ExitCode.USAGE
    assert "nightly.toml:2: " in answer.err
    assert "nightly.toml:3: " in answer.err


def test_header_only_is_a_table_without_rows(call: Call, tmp_path: Path) -> None:
    heading = EXPORT.splitlines(keepends=True)[0].encode("cp1251")
    (tmp_path / "none.csv").write_bytes(heading)
    answer = call("dedup", "none.csv", "-o", "out.csv", "--json")
    assert answer.code == ExitCode.DONE
    assert (answer.json["rows_in"], answer.json["rows_out"]) == (0, 0)


Failure = Callable[..., Outcome]


def fail_with(error: BaseException) -> Failure:
    """Return a step that ends in an error."""

    def fail(*arguments: object) -> Outcome:
        raise error

    return fail


def test_ctrl_c_leaves_nothing(call: Call, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmclean.workflows.dedup.dedup", fail_with(KeyboardInterrupt()))
    answer = call("dedup", export, "--report", export.parent / "r.html")
    assert answer.code == ExitCode.INTERRUPTED
    assert answer.err == "crmclean: interrupted.\n"
    assert files_below(export.parent) == {"contacts.csv"}


def test_a_bug_is_one_line_and_a_file_without_customer_data(
    call: Call, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        raise KeyError("Котова Анна")
    except KeyError as cause:
        error = ValueError("could not convert '+7 900 123-45-67'")
        error.__cause__ = cause
    monkeypatch.setattr("crmclean.workflows.normalize.normalize", fail_with(error))
    answer = call("normalize", export)
    assert answer.code == ExitCode.BUG
    assert answer.err.count("\n") == 1
    (report,) = tmp_path.glob("crmclean-crash-*.txt")
    assert str(report) in answer.err
    text = report.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "test_errors.py" in text
    for secret in ("Котова", "900", "Анна", "contacts"):
        assert secret not in text + answer.err
    assert report.stat().st_mode & 0o077 == 0
    assert files_below(export.parent) == {"contacts.csv"}


def test_crash_file_goes_to_the_state_folder(
    call: Call, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setenv("CRMCLEAN_STATE", str(state))
    monkeypatch.setattr("crmclean.workflows.normalize.normalize", fail_with(ZeroDivisionError()))
    assert call("normalize", export).code == ExitCode.BUG
    assert len(list(state.glob("crmclean-crash-*.txt"))) == 1


def test_too_little_memory(call: Call, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmclean.workflows.normalize.normalize", fail_with(MemoryError()))
    answer = call("normalize", export)
    assert answer.code == ExitCode.BUG
    assert "memory" in answer.err
    assert answer.err.count("\n") == 1
