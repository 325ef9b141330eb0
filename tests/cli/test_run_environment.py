"""`run` where cron, systemd and the like start it: no locale, no home, odd streams, strict rights."""

import os
import re
import shlex
import stat
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode
from tests.cli.conftest import EXPORT, files_below

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environment of cron and of a Unix shell")

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-22"
PATH_ALONE = {"PATH": "/usr/bin:/bin"}
CONFIG = """
[run]
input = "exports/*.csv"
steps = ["dedup"]
as_of = "2026-11-22"
lang = "ru"
log = "crmclean.log"
"""
RESULTS = {f"clients-{DAY}.csv", f"clusters-{DAY}.csv", f"journal-{DAY}.csv", f"merge-map-{DAY}.csv"}
"""What two rows of one client, and no doubtful pair, give beside the report."""

DONE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d crmclean\.toml done run=1 exit=0 seconds=\d+\.\d "
    r"rows_in=3 rows_out=2 merged=1 doubtful=0 output=(.+)\n"
)
NO_EXPORT = (
    "В папке {folder} нет файлов, подходящих под exports/*.csv.",
    "Проверьте «input» в настройках и то, была ли сделана выгрузка.",
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config with an export of three rows, in a folder whose name has a space and Russian letters."""
    return make_config(tmp_path / "база клиентов")


def make_config(folder: Path) -> Path:
    """Make the folder of a config with all that it needs; return the config."""
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "contacts.csv").write_bytes(EXPORT.encode("cp1251"))
    path = folder / "crmclean.toml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty folder in which the program is started."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def start(
    config: Path, *options: str, streams: str = "", cwd: Path | None = None, environ: Mapping[str, str] = PATH_ALONE
) -> "subprocess.CompletedProcess[bytes]":
    """Run a config as a process with this environment alone, its streams as a shell redirects them."""
    command = [sys.executable, "-m", "crmclean", "run", str(config), *options]
    return run_line(f"exec {shlex.join(command)} {streams}", cwd, environ)


def run_line(line: str, cwd: Path | None, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
    """Run a line in a shell; nothing of the environment of the tests but the place of the package gets there."""
    return subprocess.run(
        ["/bin/sh", "-c", line],
        env={**environ, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


def results(config: Path) -> dict[str, bytes]:
    """Return the content of every result but the report."""
    paths = (config.parent / "clean" / DAY).iterdir()
    return {path.name: path.read_bytes() for path in paths if not path.name.startswith("report")}


@pytest.fixture(scope="module")
def usual_results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results of a run with all its streams: two clients of three rows."""
    config = make_config(tmp_path_factory.mktemp("usual") / "base")
    assert start(config, "--quiet").returncode == ExitCode.DONE
    found = results(config)
    assert set(found) == RESULTS
    assert found[f"clients-{DAY}.csv"].decode("cp1251").count("\n") == 3
    return found


def modes(folder: Path) -> dict[str, int]:
    """Return the rights of everything in a folder, by name."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_path_alone_is_enough(config: Path, elsewhere: Path) -> None:
    done = start(config, "--quiet", cwd=elsewhere)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.DONE, b"", b"")
    assert set(results(config)) == RESULTS
    line = DONE.fullmatch((config.parent / "crmclean.log").read_text("utf-8"))
    assert line is not None
    assert line[1] == str(config.parent / "clean" / DAY)
    assert files_below(elsewhere) == set()


def test_a_config_is_found_from_its_own_folder_by_its_name(config: Path) -> None:
    done = start(Path(config.name), "--quiet", cwd=config.parent)
    assert (done.returncode, done.stderr) == (ExitCode.DONE, b"")
    assert set(results(config)) == RESULTS


@pytest.mark.parametrize(
    "locale",
    [
        pytest.param({}, id="none"),
        pytest.param({"LANG": "C"}, id="C"),
        pytest.param({"LC_ALL": "POSIX"}, id="POSIX"),
        pytest.param({"LANG": "ru_RU.UTF-8"}, id="ru, perhaps not installed"),
        pytest.param({"LC_ALL": "xx_XX.ISO-8859-5"}, id="of nowhere"),
    ],
)
def test_russian_is_utf_8_in_every_locale(config: Path, elsewhere: Path, locale: dict[str, str]) -> None:
    (config.parent / "exports" / "contacts.csv").unlink()
    done = start(config, "--quiet", cwd=elsewhere, environ={**PATH_ALONE, **locale})
    first, second = (text.format(folder=config.parent) for text in NO_EXPORT)
    assert done.returncode == ExitCode.FILE
    assert done.stdout == b""
    assert done.stderr.decode("utf-8") == f"crmclean: {first}\n{second}\n"
    (line,) = (config.parent / "crmclean.log").read_text("utf-8").splitlines()
    assert line.endswith(f"0: {first} {second}")
    assert " crmclean.toml failed exit=3 seconds=0." in line


def test_the_log_tells_the_time_of_the_zone(config: Path) -> None:
    assert start(config, "--quiet", environ={**PATH_ALONE, "TZ": "MSK-3"}).returncode == ExitCode.DONE
    assert (config.parent / "crmclean.log").read_text("utf-8")[19:25] == "+03:00"


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param("<&-", id="stdin closed"),
        pytest.param(">&-", id="stdout closed"),
        pytest.param("2>&-", id="stderr closed"),
        pytest.param("<&- >&- 2>&-", id="all closed"),
        pytest.param(">/dev/full", id="stdout full"),
        pytest.param("2>/dev/full", id="stderr full"),
        pytest.param(">/dev/full 2>&1", id="both full"),
    ],
)
def test_streams_that_are_no_use_do_no_harm(config: Path, usual_results: dict[str, bytes], streams: str) -> None:
    done = start(config, streams=streams)
    assert (done.returncode, done.stdout) == (ExitCode.DONE, b"")
    assert "Traceback" not in done.stderr.decode("utf-8")
    assert results(config) == usual_results


def test_figures_that_nobody_can_take_are_an_error_and_the_results_stand(config: Path) -> None:
    done = start(config, "--quiet", "--json", streams=">/dev/full")
    assert done.returncode == ExitCode.FILE
    assert "не удалось записать в стандартный вывод" in done.stderr.decode("utf-8")
    assert set(results(config)) == RESULTS


def test_a_reader_that_has_gone_is_no_failure(config: Path) -> None:
    command = shlex.join([sys.executable, "-m", "crmclean", "run", str(config), "--quiet", "--json"])
    done = run_line(f"{{ {command}; echo $? >&2; }} | true", None, PATH_ALONE)
    assert done.stderr == b"0\n"
    assert set(results(config)) == RESULTS


@pytest.mark.parametrize(("umask", "of_a_file", "of_a_folder"), [("077", 0o600, 0o700), ("022", 0o644, 0o755)])
def test_the_umask_decides_who_reads_the_results_and_nobody_else_reads_the_history(
    config: Path, umask: str, of_a_file: int, of_a_folder: int
) -> None:
    command = shlex.join([sys.executable, "-m", "crmclean", "run", str(config), "--quiet"])
    assert run_line(f"umask {umask}; {command}", None, PATH_ALONE).returncode == ExitCode.DONE
    clean = config.parent / "clean"
    assert set(modes(clean / DAY).values()) == {of_a_file}
    assert modes(clean)[DAY] == of_a_folder
    assert modes(clean)[".crmclean"] == 0o700
    assert modes(config.parent)["crmclean.log"] == of_a_file
    assert {mode & 0o077 for mode in modes(clean / ".crmclean").values()} == {0}


@pytest.fixture
def read_only(config: Path) -> Path:
    """A folder of the config in which nothing can be made."""
    config.parent.chmod(0o555)
    if os.access(config.parent, os.W_OK):
        config.parent.chmod(0o755)
        pytest.skip("rights do not hold for root")
    return config


def test_a_folder_that_cannot_be_written_is_named_once_and_for_the_log(read_only: Path, elsewhere: Path) -> None:
    done = start(read_only, "--quiet", cwd=elsewhere)
    read_only.parent.chmod(0o755)
    lines = done.stderr.decode("utf-8").splitlines()
    assert done.returncode == ExitCode.FILE
    assert any(str(read_only.parent / "clean") in line for line in lines)
    assert any(str(read_only.parent / "crmclean.log") in line for line in lines)
    assert files_below(read_only.parent) == {"crmclean.toml", "exports/contacts.csv"}
    assert files_below(elsewhere) == set()


def test_a_config_that_cannot_be_written_may_have_its_results_elsewhere(config: Path, elsewhere: Path) -> None:
    text = CONFIG.replace('"crmclean.log"', f'"{elsewhere}/crmclean.log"') + f'output = "{elsewhere}/clean"\n'
    config.write_text(text, "utf-8")
    config.chmod(0o444)
    config.parent.chmod(0o555)
    done = start(config, "--quiet")
    config.parent.chmod(0o755)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.DONE, b"", b"")
    assert {path.name for path in (elsewhere / "clean" / DAY).iterdir()} == {*RESULTS, f"report-{DAY}.html"}
    assert DONE.fullmatch((elsewhere / "crmclean.log").read_text("utf-8")) is not None
    assert files_below(config.parent) == {"crmclean.toml", "exports/contacts.csv"}


def documented(lang: str, page: str, kind: str) -> list[str]:
    """Return the blocks of one language of a page."""
    text = (ROOT / "docs" / lang / page).read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("scheduler", ["cron", "systemd"])
def test_the_documented_line_runs_the_documented_config(tmp_path: Path, lang: str, scheduler: str) -> None:
    (text,) = documented(lang, "run.md", "toml")
    assert tomllib.loads(text)["run"]["lang"] == lang
    (tmp_path / "crmclean.toml").write_text(text, "utf-8")
    (tmp_path / "exports").mkdir()
    export = tmp_path / "exports" / "contacts.csv"
    export.write_bytes((ROOT / "samples" / "bitrix24_contacts.csv").read_bytes())
    if scheduler == "cron":
        tab = documented(lang, "cron.md", "text")[0]
        line = re.findall(r"^15 3 \* \* \*  (.*)$", tab, re.MULTILINE)[0]
        environ = {**PATH_ALONE, "HOME": "/nonexistent", "LOGNAME": "crm", "SHELL": "/bin/sh"}
    else:
        unit = documented(lang, "cron.md", "ini")[0]
        line = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)[0]
        environ = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    program, config = "/srv/crm/venv/bin/crmclean ", "/srv/crm/crmclean.toml"
    assert line == f"{program}run {config} --quiet"
    line = line.replace(program, shlex.join([sys.executable, "-m", "crmclean", ""])[:-2])
    done = run_line(line.replace(config, shlex.quote(str(tmp_path / "crmclean.toml"))), Path("/"), environ)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.DONE, b"", b"")
    assert (tmp_path / "clean" / "latest").is_symlink()
    assert " done run=1 exit=0 " in (tmp_path / "crmclean.log").read_text("utf-8")
