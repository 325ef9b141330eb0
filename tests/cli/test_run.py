"""`run` from a config to the results of the day."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from crmclean.core.errors import ExitCode
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings
from crmclean.files.reading import read_bytes, read_table
from crmclean.history.run_lock import one_run_at_a_time
from crmclean.workflows.dedup import dedup
from crmclean.workflows.normalize import normalize
from tests.cli.conftest import Call, files_below

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DAY = "2026-11-22"
CONFIG = """
[run]
input = "exports/*.csv"
newest = true
steps = ["normalize", "dedup", "dead", "audit"]
log = "crmclean.log"
"""


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A config with an export of Bitrix24; return the config."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contacts.csv").write_bytes((SAMPLES / "bitrix24_contacts.csv").read_bytes())
    path = tmp_path / "nightly.toml"
    path.write_text(CONFIG, "utf-8")
    return path


def add(config: Path, text: str) -> None:
    """Add lines to the end of a config."""
    config.write_text(config.read_text("utf-8") + text, "utf-8")


def results(tmp_path: Path, folder: str = DAY) -> dict[str, bytes]:
    """Return the content of every result of a day but the report."""
    paths = sorted((tmp_path / "clean" / folder).iterdir())
    return {path.name: path.read_bytes() for path in paths if not path.name.startswith("report")}


def test_the_results_of_the_day_stand_in_its_folder(call: Call, night: Path, tmp_path: Path) -> None:
    answer = call("run", night, "--as-of", DAY)
    assert answer.code == ExitCode.DONE
    assert answer.out == ""
    assert "The run of a config" in answer.err
    assert {path.name for path in (tmp_path / "clean" / DAY).iterdir()} == {
        f"clients-{DAY}.csv",
        f"report-{DAY}.html",
        f"review-{DAY}.xlsx",
        f"changes-{DAY}.csv",
        f"clusters-{DAY}.csv",
        f"merge-map-{DAY}.csv",
        f"journal-{DAY}.csv",
        f"dead-tags-{DAY}.csv",
        f"audit-sample-{DAY}.xlsx",
    }
    assert sorted(path.name for path in (tmp_path / "clean").iterdir()) == [".crmclean", DAY, "latest"]


def test_the_steps_do_what_the_library_does(call: Call, night: Path, tmp_path: Path) -> None:
    assert call("run", night, "--as-of", DAY, "--only", "dedup,normalize").code == ExitCode.DONE
    source = tmp_path / "exports" / "contacts.csv"
    table = read_table(read_bytes(str(source)), str(source), ReadSettings()).table
    normalized = normalize(table, NormalizeSettings()).table
    expected = dedup(normalized, DedupSettings()).table.frame
    path = tmp_path / "clean" / DAY / f"clients-{DAY}.csv"
    found = read_table(read_bytes(str(path)), str(path), ReadSettings()).table.frame
    pd.testing.assert_frame_equal(found, expected)


def test_the_same_export_again_changes_nothing(call: Call, night: Path, tmp_path: Path) -> None:
    assert call("run", night, "--as-of", DAY).code == ExitCode.DONE
    before = {path: path.read_bytes() for path in (tmp_path / "clean" / DAY).iterdir()}
    answer = call("run", night, "--as-of", DAY)
    assert answer.code == ExitCode.DONE
    assert "Nothing has changed" in answer.err
    assert {path: path.read_bytes() for path in (tmp_path / "clean" / DAY).iterdir()} == before
    assert sorted(path.name for path in (tmp_path / "clean").iterdir()) == [".crmclean", DAY, "latest"]


def test_two_folders_and_two_states_get_the_same_bytes(call: Call, night: Path, tmp_path: Path) -> None:
    assert call("run", night, "--as-of", DAY).code == ExitCode.DONE
    first = results(tmp_path)
    (tmp_path / "clean").rename(tmp_path / "elsewhere")
    assert call("run", night, "--as-of", DAY).code == ExitCode.DONE
    assert results(tmp_path) == first


def test_another_export_of_the_same_day_gets_a_folder_of_its_own(call: Call, night: Path, tmp_path: Path) -> None:
    assert call("run", night, "--as-of", DAY).code == ExitCode.DONE
    first = results(tmp_path)
    export = tmp_path / "exports" / "contacts.csv"
    export.write_bytes(b"".join(export.read_bytes().splitlines(keepends=True)[:200]))
    assert call("run", night, "--as-of", DAY).code == ExitCode.DONE
    assert results(tmp_path) == first
    assert len(results(tmp_path, f"{DAY}.2")) == len(first)
    assert os.readlink(tmp_path / "clean" / "latest") == f"{DAY}.2"


def test_paths_are_taken_from_the_folder_of_the_config(
    call: Call, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "home"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert call("run", night, "--as-of", DAY, "--quiet").code == ExitCode.DONE
    assert (tmp_path / "clean" / DAY / f"clients-{DAY}.csv").is_file()
    assert files_below(elsewhere) == set()


def test_the_newest_export_is_read(call: Call, night: Path, tmp_path: Path) -> None:
    older = tmp_path / "exports" / "z.csv"
    older.write_bytes(b"ID;\xff\xfe broken")
    os.utime(older, (1_000_000_000, 1_000_000_000))
    answer = call("run", night, "--as-of", DAY, "--json", "--quiet")
    assert answer.code == ExitCode.DONE
    assert [Path(item["path"]).name for item in answer.json["inputs"]] == ["contacts.csv"]


def test_quiet_says_nothing(call: Call, night: Path) -> None:
    answer = call("run", night, "--as-of", DAY, "--quiet")
    assert (answer.code, answer.out, answer.err) == (ExitCode.DONE, "", "")


def test_json_is_one_line_with_the_figures_of_all_steps(call: Call, night: Path) -> None:
    figures = call("run", night, "--as-of", DAY, "--quiet", "--json").json
    assert {"run", "command", "rows_in", "rows_out", "merged", "doubtful", "outputs", "seconds"} <= set(figures)
    assert (figures["command"], figures["rows_in"]) == ("run", 300)
    assert figures["rows_out"] == 300 - figures["merged"]
    assert 0 < figures["figures"]["quality"] < 100
    assert "dead" in figures["figures"]


def test_dry_run_writes_nothing(call: Call, night: Path, tmp_path: Path) -> None:
    before = files_below(tmp_path)
    answer = call("run", night, "--as-of", DAY, "--dry-run")
    assert answer.code == ExitCode.DONE
    assert "Dry run" in answer.err
    assert files_below(tmp_path) == before


def test_the_log_gets_a_line_for_every_run(call: Call, night: Path, tmp_path: Path) -> None:
    call("run", night, "--as-of", DAY, "--quiet")
    (tmp_path / "exports" / "contacts.csv").unlink()
    call("run", night, "--as-of", DAY, "--quiet")
    first, second = (tmp_path / "crmclean.log").read_text("utf-8").splitlines()
    assert " nightly.toml done run=1 exit=0 " in first
    assert " rows_in=300 " in first
    assert f" output={tmp_path / 'clean' / DAY}" in first
    assert " nightly.toml failed exit=3 " in second
    assert "No file fits exports/*.csv" in second


def test_the_log_as_json_lines_names_nobody(call: Call, night: Path, tmp_path: Path) -> None:
    add(night, 'log_format = "json"\n')
    call("run", night, "--as-of", DAY, "--quiet")
    text = (tmp_path / "crmclean.log").read_text("utf-8")
    (line,) = text.splitlines()
    entry = json.loads(line)
    assert (entry["result"], entry["run"], entry["exit_code"], entry["rows_in"]) == ("done", "1", 0, 300)
    source = tmp_path / "exports" / "contacts.csv"
    frame = read_table(read_bytes(str(source)), str(source), ReadSettings()).table.frame
    for surname in set(frame["Фамилия"]) - {""}:
        assert surname not in text


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        pytest.param("[run]\nsteps = ['dedup']\n", ExitCode.USAGE, "says nothing of what to read", id="no input"),
        pytest.param("[run]\ninput = 'x/*.csv'\n", ExitCode.FILE, "No file fits x/*.csv", id="nothing fits"),
        pytest.param(
            "[run]\ninput = 'exports/*'\nsteps = ['dedupe']\n",
            ExitCode.USAGE,
            "nightly.toml:3: “steps” must be one of",
            id="no such step",
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\nsteps = ['dedup', 'dead', 'dedup']\n",
            ExitCode.USAGE,
            "nightly.toml:3: “steps” names dedup twice.",
            id="a step twice",
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\nname = 'base'\n",
            ExitCode.USAGE,
            "nightly.toml:3: “name” must hold {name}",
            id="files would have one name",
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\n[notify]\nemail_to = ['head']\nsmtp = 'mail'\n",
            ExitCode.USAGE,
            "nightly.toml:5: “smtp” must be HOST:PORT",
            id="two mistakes in the notice",
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\nsteps = ['cadence']\n", ExitCode.USAGE, "cadence: ", id="a step cannot work"
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\ncalls = 'calls/*.csv'\n",
            ExitCode.FILE,
            "No file fits calls/*.csv",
            id="no results of calls",
        ),
        pytest.param(
            "[run]\ninput = 'exports/*'\noutput = 'exports/contacts.csv'\n",
            ExitCode.FILE,
            "is no folder",
            id="the output is a file",
        ),
    ],
)
def test_what_stops_a_run_is_said_and_leaves_nothing(
    call: Call, night: Path, tmp_path: Path, text: str, code: ExitCode, message: str
) -> None:
    night.write_text(text, "utf-8")
    answer = call("run", night, "--as-of", DAY, "--quiet")
    assert answer.code == code
    assert message in answer.err
    assert {path for path in files_below(tmp_path) if "history" not in path and not path.endswith("run.lock")} == {
        "exports/contacts.csv",
        "nightly.toml",
    }


def test_a_config_that_is_not_there(call: Call) -> None:
    answer = call("run", "nothing.toml")
    assert answer.code == ExitCode.FILE
    assert "nothing.toml: there is no such file." in answer.err


def test_only_a_step_that_the_config_does_not_have(call: Call, night: Path) -> None:
    answer = call("run", night, "--only", "deals")
    assert answer.code == ExitCode.USAGE
    assert "--only deals: the config has no such step." in answer.err
    assert "normalize, dedup, dead, audit" in answer.err


def test_a_second_run_is_refused(call: Call, night: Path, tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path / "clean" / ".crmclean"):
        answer = call("run", night, "--as-of", DAY, "--quiet")
    assert answer.code == ExitCode.LOCKED
    assert "Another run works with the history" in answer.err
    assert not (tmp_path / "clean" / DAY).exists()
    assert " locked exit=4 " in (tmp_path / "crmclean.log").read_text("utf-8")


def notices(tmp_path: Path) -> str:
    """Return a config table that writes notices to a file."""
    script = tmp_path / "notify.py"
    script.write_text("import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())", "utf-8")
    command = json.dumps([sys.executable, str(script), str(tmp_path / "notice.txt")])
    return f"\n[notify]\ncommand = {command}\n"


@pytest.mark.parametrize(
    ("setting", "code", "notice"),
    [
        pytest.param(
            "quality_under = 99\n", ExitCode.THRESHOLD_MISSED, "crossed a threshold\n\nThe quality is", id="99"
        ),
        pytest.param("quality_under = 1\n", ExitCode.DONE, "", id="silence where all is well"),
        pytest.param('quality_under = 1\non = ["success"]\n', ExitCode.DONE, "nightly.toml is done", id="always told"),
        pytest.param("merged_over = 0.1\n", ExitCode.THRESHOLD_MISSED, "40% of the records were merged", id="merged"),
    ],
)
def test_thresholds_are_told(
    call: Call, night: Path, tmp_path: Path, setting: str, code: ExitCode, notice: str
) -> None:
    add(night, notices(tmp_path) + setting)
    assert call("run", night, "--as-of", DAY, "--quiet").code == code
    path = tmp_path / "notice.txt"
    assert path.exists() == bool(notice)
    assert notice in (path.read_text("utf-8") if notice else "")
    assert (tmp_path / "clean" / DAY / f"clients-{DAY}.csv").is_file()


def test_half_an_export_is_told(call: Call, night: Path, tmp_path: Path) -> None:
    add(night, notices(tmp_path) + "rows_change = 0.3\n")
    assert call("run", night, "--as-of", "2026-11-21", "--quiet").code == ExitCode.DONE
    export = tmp_path / "exports" / "contacts.csv"
    export.write_bytes(b"".join(export.read_bytes().splitlines(keepends=True)[:101]))
    assert call("run", night, "--as-of", DAY, "--quiet").code == ExitCode.THRESHOLD_MISSED
    assert " records, the one before had 300." in (tmp_path / "notice.txt").read_text("utf-8")


def test_a_failure_is_told_even_where_the_config_is_wrong_elsewhere(call: Call, night: Path, tmp_path: Path) -> None:
    add(night, notices(tmp_path) + "\n[dedup]\nkeep = 'newst'\n")
    answer = call("run", night, "--quiet")
    assert answer.code == ExitCode.USAGE
    notice = (tmp_path / "notice.txt").read_text("utf-8")
    assert notice.startswith("crmclean: nightly.toml failed\n\n")
    assert "Did you mean “newest”?" in notice


def decide(review: Path, target: Path, word: str) -> set[tuple[str, str]]:
    """Decide every pair of a review workbook, as a person does, and save it under another name; return the pairs."""
    workbook = load_workbook(review)
    sheet = workbook.worksheets[0]
    pairs = [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 5).value]
    for row in pairs:
        sheet.cell(row, 4, word)
    workbook.save(target)
    return {(str(sheet.cell(row, 10).value), str(sheet.cell(row, 11).value)) for row in pairs}


def test_answers_of_people_are_used_and_never_asked_again(call: Call, night: Path, tmp_path: Path) -> None:
    text = night.read_text("utf-8").replace("[run]", '[run]\ndecisions = "decided/*.xlsx"')
    night.write_text(text, "utf-8")
    (tmp_path / "decided").mkdir()
    asked: set[tuple[str, str]] = set()
    for day in range(10, 20):
        figures = call("run", night, "--as-of", f"2026-11-{day}", "--quiet", "--json").json
        assert figures["figures"]["answers"] == len(asked)
        if "review" not in figures["outputs"]:
            break
        # What people say moves the weights, so that other pairs may become doubtful: those are new questions.
        again = decide(Path(figures["outputs"]["review"]), tmp_path / "decided" / f"{day}.xlsx", "different clients")
        assert len(again) == figures["doubtful"]
        assert not again & asked
        asked |= again
    else:
        pytest.fail("there are questions for ever")
    assert len(asked) > 10
    # The answers stay when the workbooks are gone.
    for path in (tmp_path / "decided").iterdir():
        path.unlink()
    assert call("run", night, "--as-of", DAY, "--quiet", "--json").json["doubtful"] == 0


def test_exports_of_two_systems_become_one_base(call: Call, tmp_path: Path) -> None:
    for system, name in (("bitrix", "bitrix24_contacts.csv"), ("amo", "amocrm_contacts.csv")):
        (tmp_path / system).mkdir()
        (tmp_path / system / f"{DAY}.csv").write_bytes((SAMPLES / name).read_bytes())
    config = tmp_path / "nightly.toml"
    config.write_text('[run]\ninput = ["bitrix", "amo"]\nnewest = true\nsteps = ["import", "dedup"]\n', "utf-8")
    figures = call("run", config, "--as-of", DAY, "--quiet", "--json").json
    assert (figures["rows_in"], figures["rows_out"]) == (600, 600 - figures["merged"])
    assert [item["rows"] for item in figures["inputs"]] == [300, 300]
    base = pd.read_csv(tmp_path / "clean" / DAY / f"clients-{DAY}.csv", sep=";", dtype="str")
    assert set(base["crmclean_source"]) >= {"bitrix", "amo"}
    before = results(tmp_path)
    assert call("run", config, "--as-of", DAY, "--quiet").code == ExitCode.DONE
    assert results(tmp_path) == before
    assert not (tmp_path / "clean" / f"{DAY}.2").exists()


def test_import_has_to_be_the_first_step(call: Call, night: Path) -> None:
    night.write_text("[run]\ninput = 'exports'\nsteps = ['dedup', 'import']\n", "utf-8")
    answer = call("run", night)
    assert answer.code == ExitCode.USAGE
    assert "nightly.toml:3: “import” brings the files together" in answer.err


ARCHIVING = """
[[archive.rule]]
when = "city = 'Махачкала'"
reason = "не наш город"
"""


def archiving(night: Path) -> None:
    """Let a night archive the clients of one city."""
    text = night.read_text("utf-8").replace('steps = ["normalize", "dedup", "dead", "audit"]', 'steps = ["archive"]')
    night.write_text(text + ARCHIVING, "utf-8")


def test_the_archive_goes_from_night_to_night(call: Call, night: Path, tmp_path: Path) -> None:
    archiving(night)
    first = call("run", night, "--as-of", "2026-11-20", "--quiet", "--json").json["figures"]
    assert first["archived"] == first["in_archive"] == 300 - first["rows_out"] > 0
    # Files are called otherwise from now on, and half of the export is gone from the CRM.
    text = night.read_text("utf-8").replace("[run]", '[run]\nname = "{date} {name}"')
    night.write_text(text, "utf-8")
    export = tmp_path / "exports" / "contacts.csv"
    lines = export.read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join(lines[:120]))
    second = call("run", night, "--as-of", "2026-11-21", "--quiet", "--json").json["figures"]
    assert (second["archived"], second["in_archive"]) == (0, first["in_archive"])
    (archive,) = (tmp_path / "clean" / "2026-11-21").glob("*archive*")
    dates = pd.read_csv(archive, sep=";", dtype="str")["crmclean_archived_at"]
    assert set(dates) == {"2026-11-20"}


def test_a_night_done_again_begins_where_it_began(call: Call, night: Path, tmp_path: Path) -> None:
    archiving(night)
    assert call("run", night, "--as-of", DAY, "--quiet").code == ExitCode.DONE
    before = results(tmp_path)
    figures = call("run", night, "--as-of", DAY, "--quiet", "--json").json["figures"]
    assert figures["archived"] > 0
    assert results(tmp_path) == before
    assert not (tmp_path / "clean" / f"{DAY}.2").exists()


def test_a_missed_threshold_of_audit_is_told_in_words(call: Call, night: Path, tmp_path: Path) -> None:
    add(night, notices(tmp_path) + "\n[audit]\nfail_under = 99\n")
    assert call("run", night, "--as-of", DAY, "--quiet").code == ExitCode.THRESHOLD_MISSED
    assert "below the threshold of 99: exit code 1." in (tmp_path / "notice.txt").read_text("utf-8")


def test_a_single_merge_of_a_run_is_not_taken_back(call: Call, night: Path, tmp_path: Path) -> None:
    call("run", night, "--as-of", DAY, "--quiet")
    answer = call("undo", "last", "--cluster", "1", "--state", tmp_path / "clean" / ".crmclean")
    assert answer.code == ExitCode.USAGE
    assert "no single merge of it can be taken back" in answer.err


def test_the_language_of_the_config_wins_over_that_of_the_system(call: Call, night: Path, tmp_path: Path) -> None:
    text = night.read_text("utf-8").replace("[run]", '[run]\nlang = "ru"')
    night.write_text(text, "utf-8")
    assert call("run", night, "--as-of", DAY, "--quiet").code == ExitCode.DONE
    assert 'lang="ru"' in (tmp_path / "clean" / DAY / f"report-{DAY}.html").read_text("utf-8")


def test_terminated_it_leaves_nothing_and_says_so_in_the_log(
    start: "Callable[..., subprocess.Popen[bytes]]", night: Path, tmp_path: Path
) -> None:
    process = start("run", night, "--as-of", DAY, "--quiet")
    log = tmp_path / "crmclean.log"
    lock = tmp_path / "clean" / ".crmclean" / "run.lock"
    while not lock.exists():
        assert process.poll() is None
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    assert " stopped exit=143 " in log.read_text("utf-8")
    assert not (tmp_path / "clean" / DAY).exists()
