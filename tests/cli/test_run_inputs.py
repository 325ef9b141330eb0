"""Which files a run reads."""

import os
from pathlib import Path

import pytest

from crmclean.cli.run_inputs import inputs_of, newest_evidence
from crmclean.core.errors import ExitCode, FileError
from crmclean.core.run_settings import RunSettings

FILES = ("site/2.csv", "site/10.csv", "site/.hidden.csv", "site/~$10.xlsx", "crm/a.csv", "crm/b.xlsx", "one.csv")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Files in folders, each changed a minute after the one before it, `site/2.csv` last of all."""
    for number, name in enumerate((*FILES[1:], FILES[0])):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
        os.utime(path, (1_700_000_000 + 60 * number,) * 2)
    (tmp_path / "site" / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("names", "newest", "expected"),
    [
        pytest.param(("one.csv",), False, [("one.csv", "one.csv")], id="a name"),
        pytest.param(
            ("site/*.csv",), False, [("site/2.csv", "site/2.csv"), ("site/10.csv", "site/10.csv")], id="a pattern"
        ),
        pytest.param(("site/*.csv",), True, [("site/2.csv", "site")], id="the newest of a pattern"),
        pytest.param(("site",), True, [("site/2.csv", "site")], id="the newest of a folder"),
        pytest.param(("site/",), True, [("site/2.csv", "site")], id="a folder with its slash"),
        pytest.param(
            ("site", "crm/*"), True, [("site/2.csv", "site"), ("crm/b.xlsx", "crm")], id="the newest of each system"
        ),
        pytest.param(
            ("crm",),
            False,
            [("crm/a.csv", "crm/a.csv"), ("crm/b.xlsx", "crm/b.xlsx")],
            id="a folder without hidden ones",
        ),
        pytest.param(("one.csv", "one.*"), False, [("one.csv", "one.csv")], id="a file once"),
    ],
)
def test_files_and_their_sources(
    base: Path, names: tuple[str, ...], newest: bool, expected: list[tuple[str, str]]
) -> None:
    found = inputs_of(RunSettings(input=names, newest=newest), base)
    paths = [Path(item.path).relative_to(base).as_posix() for item in found]
    sources = [item.source for item in found]
    assert paths == [path for path, _source in expected]
    # Where one folder gives several files, their names tell them apart.
    assert sources == [source if len(expected) < 2 or newest else Path(source).name for _path, source in expected]


def test_a_system_whose_export_is_missing_stops_the_run(base: Path) -> None:
    with pytest.raises(FileError) as caught:
        inputs_of(RunSettings(input=("crm", "shop/*.csv"), newest=True), base)
    assert "No file fits shop/*.csv" in caught.value.message
    assert caught.value.exit_code == ExitCode.FILE


def test_evidence_is_the_newest_that_fits(base: Path) -> None:
    assert Path(newest_evidence("crm/*", base)).name == "b.xlsx"
    assert newest_evidence("", base) == ""
