"""`crmclean.toml`: the right settings come out, and every mistake is named at once."""

from pathlib import Path
from typing import Any

import pytest

from crmclean.config import (
    SECTIONS,
    HistorySettings,
    default_config,
    load_config,
    override_settings,
    setting_names,
    settings_from,
)
from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings
from crmclean.core.steps import STEPS, setting_field

WHOLE = """
[read]
encoding = "cp1251"
map = {phone = ["Тел. 2", "Моб."], inn = "ИНН клиента"}

[normalize]
only = ["phone", "email"]

[dedup]
keep = "newest"  # the fresher record knows better
merge_at = 1
review_at = 0.25

[history]
keep = 5
"""


def write(folder: Path, text: str) -> str:
    (folder / "crmclean.toml").write_text(text, encoding="utf-8")
    return "crmclean.toml"


def test_whole_file(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, WHOLE), tmp_path)
    pairs = (("phone", "Тел. 2"), ("phone", "Моб."), ("inn", "ИНН клиента"))
    assert config["read"] == ReadSettings(encoding="cp1251", map=pairs)
    assert config["normalize"] == NormalizeSettings(only=("phone", "email"))
    assert config["dedup"] == DedupSettings(keep="newest", merge_at=1.0, review_at=0.25)
    assert config["history"] == HistorySettings(keep=5)


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, "[history]\nkeep = 1\n")
    assert load_config(None, tmp_path) == default_config()
    assert default_config()["history"] == HistorySettings(keep=30)


def test_statuses_at_the_top_are_those_of_every_table(tmp_path: Path) -> None:
    text = '[statuses]\nno-answer = ["НБТ", "НДВ"]\n[dead.statuses]\ngone = "НДВ"\n'
    config = load_config(write(tmp_path, text), tmp_path)
    shared = (("no-answer", "НБТ"), ("no-answer", "НДВ"))
    for name in ("deals", "cadence", "funnel", "audit", "segments", "archive"):
        assert config[name].statuses == shared
    # What a table says itself goes before: the first class that has a status is its class.
    assert config["dead"].statuses == (("gone", "НДВ"), *shared)


def test_byte_order_mark_of_notepad(tmp_path: Path) -> None:
    (tmp_path / "crmclean.toml").write_bytes(b"\xef\xbb\xbf[history]\r\nkeep = 7\r\n")
    assert load_config("crmclean.toml", tmp_path)["history"] == HistorySettings(keep=7)


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    text = '[dedup]\nkeep = "newst"\n\nmerge_att = 0.9\nmax_block = 1\n[dedupe]\nx = 1\n'
    with pytest.raises(UsageError) as caught:
        load_config(write(tmp_path, text), tmp_path)
    lines = caught.value.message.splitlines()
    assert [line.rsplit(": ")[0].split(": ")[0] for line in lines] == [
        "crmclean.toml:2",
        "crmclean.toml:4",
        "crmclean.toml:5",
        "crmclean.toml:6",
    ]
    assert "“newest”" in lines[0]
    assert "“merge_at”" in lines[1]
    assert "2 or more" in lines[2]
    assert "“dedup”" in lines[3]
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("text", "line", "fragment"),
    [
        pytest.param("[dedup\n", 1, "not TOML", id="no TOML"),
        pytest.param("\n\n[dedup]\nkeep = newest\n", 4, "not TOML", id="text without quotes"),
        pytest.param("[dedup]\nmerge_at = 1.5\n", 2, " 1 or less", id="above the limit"),
        pytest.param("[dedup]\nmerge_at = nan\n", 2, "or less", id="not a number at all"),
        pytest.param('[dedup]\nmerge_at = "0.9"\n', 2, "must be a number", id="number in quotes"),
        pytest.param("[dedup]\nmax_block = 2.5\n", 2, "whole number", id="fraction"),
        pytest.param("[history]\nkeep = true\n", 2, "whole number", id="truth is no number"),
        pytest.param("[read]\nsheet = 1\n", 2, "text in quotes", id="number for text"),
        pytest.param('[normalize]\nonly = "phone"\n', 2, "must be a list", id="text for a list"),
        pytest.param('[normalize]\nonly = ["phone", "emial"]\n', 2, "“email”", id="typo in a list"),
        pytest.param('[normalize]\narea_code = "08"\n', 2, "three to five digits", id="no area code"),
        pytest.param('[normalize]\nphone_style = "nationale"\n', 2, "“national”", id="typo in a choice"),
        pytest.param("dedup = 1\n", 1, "must be a table", id="value for a table"),
        pytest.param("dedup.merge_at = 2\n", 1, "or less", id="dotted key"),
        pytest.param("[dedup]\nmerge_at = 0.6\nreview_at = 0.8\n", 3, "must not be above", id="contradiction"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int, fragment: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_config(write(tmp_path, text), tmp_path)
    assert caught.value.message.startswith(f"crmclean.toml:{line}: ")
    assert fragment in caught.value.message


def test_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "crmclean.toml").write_bytes("[read]\nsheet = 'Лист1'\n".encode("cp1251"))
    with pytest.raises(UsageError, match=r"crmclean\.toml:2: .*UTF-8"):
        load_config("crmclean.toml", tmp_path)


@pytest.mark.parametrize("name", ["missing.toml", "."], ids=["missing", "folder"])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError) as caught:
        load_config(name, tmp_path)
    assert name in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"merge_at": "0.9"}, DedupSettings(merge_at=0.9), id="number as text"),
        pytest.param({"keep": "oldest"}, DedupSettings(keep="oldest"), id="choice"),
        pytest.param({}, DedupSettings(), id="nothing"),
    ],
)
def test_options_come_as_text(values: dict[str, Any], expected: DedupSettings) -> None:
    assert override_settings(DedupSettings(), values, strict=False) == (expected, [])


def test_every_setting_of_every_section_has_a_help_and_a_default() -> None:
    for model in SECTIONS.values():
        for name in setting_names(model):
            assert setting_field(model, name).metadata["help"].endswith(".")
            assert getattr(model(), name) == setting_field(model, name).default


def test_settings_are_found_by_their_type() -> None:
    config = default_config()
    assert settings_from(config, DedupSettings) is config["dedup"]
    assert set(STEPS) < set(SECTIONS)
