"""A run brings its input back byte for byte, or says that it cannot."""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.errors import FileError
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.history.copies import pack_input
from crmclean.history.store import History
from crmclean.history.written_files import WrittenFile

DATA = "Имя;Телефон\r\nАнна;+7 900 000-00-01\r\n".encode("cp1251")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@settings(max_examples=40)
@given(st.one_of(st.binary(max_size=2000), st.binary(min_size=1, max_size=9).map(lambda part: part * 300_000)))
def test_input_comes_back_byte_for_byte(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, History(Path(folder) / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": data}, "base.csv")
        run.finish({}, {}, 0.1)
        assert history.get(run.id).read_input() == data


def test_copy_of_the_input_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        first, second = (history.begin("dedup", {}, {"base.csv": DATA}, "base.csv") for _ in range(2))
        assert (first.folder / "input-1.zst").read_bytes() == (second.folder / "input-1.zst").read_bytes()
        packed = (first.folder / "input-1.zst").read_bytes()
        assert pa.CompressedInputStream(pa.BufferReader(packed), "zstd").read() == DATA


def test_copy_of_an_earlier_version_is_still_read(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
        run.finish({}, {}, 0.1)
        (run.folder / "input-1.zst").unlink()
        (run.folder / "input-1.gz").write_bytes(gzip.compress(DATA))
        assert run.read_input() == DATA


def test_several_inputs_come_back_in_their_order(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"b.csv": b"b", "a.csv": b"a"}, "b.csv")
        assert run.input_names == ("b.csv", "a.csv")
        assert [run.read_input(1), run.read_input(2)] == [b"b", b"a"]
        assert run.input_digest(2) == _sha256(b"a")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9]), id="cut off"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"rubbish"), id="rubbish"),
        pytest.param(lambda path: path.write_bytes(pack_input(DATA + b"\n").packed), id="another file"),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:20] + b"\x00\xff" + path.read_bytes()[22:]),
            id="bits turned",
        ),
    ],
)
def test_damaged_copy_is_refused(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
        run.finish({}, {}, 0.1)
        damage(run.folder / "input-1.zst")
        with pytest.raises(FileError, match=r"Run 1 cannot be taken back: .*input-1\.zst"):
            run.read_input()


def test_what_finish_was_told_is_there_in_another_process(tmp_path: Path) -> None:
    output = tmp_path / "clean.csv"
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, str(tmp_path / "base.csv"))
        run.finish({"data": (str(output), "ab" * 32)}, {"rows_in": 5, "merged": 2.0}, 1.25)
    with History(tmp_path / "state") as history:
        found = history.last()
        assert (found.number, found.id, found.command) == (1, "1", "dedup")
        assert found.source_path == str(tmp_path / "base.csv")
        assert found.outputs == {"data": WrittenFile(str(output), "ab" * 32)}
        assert found.figures == {"rows_in": 5.0, "merged": 2.0}
        assert found.seconds == 1.25
        assert found.finished_at is not None
        assert found.started_at <= found.finished_at
        assert found.undone_at is None
        assert not found.dropped


def test_paths_are_kept_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with History(Path("state")) as history:
        run = history.begin("dedup", {}, {"-": DATA}, "sub/../base.csv")
        run.finish({"data": ("clean.csv", "0"), "report": ("-", "1")}, {}, 0.1)
        assert run.source_path == str(tmp_path / "base.csv")
        assert run.outputs["data"].path == str(tmp_path / "clean.csv")
        assert run.outputs["report"].path == "-"


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_file_name_that_is_no_utf8_comes_back(tmp_path: Path) -> None:
    source = str(tmp_path / os.fsdecode("база.csv".encode("cp1251")))
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {"output": {"path": source}}, {source: DATA}, source)
        run.finish({"data": (source, "0")}, {}, 0.1)
    with History(tmp_path / "state") as history:
        found = history.last()
        assert found.source_path == source
        assert found.input_names == (source,)
        assert found.outputs["data"].path == source
        assert found.settings["output"] == {"path": source}


def test_figure_that_is_no_number_is_not_kept(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {}, "-")
        run.finish({}, {"rows_in": 0, "quality": float("nan")}, 0.1)
        assert run.figures == {"rows_in": 0.0}


def test_settings_come_back_as_plain_values(tmp_path: Path) -> None:
    read = ReadSettings(encoding="cp1251", map=(("phone", "Тел. 2"),))
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {"read": read, "dedup": DedupSettings(keep="oldest"), "lang": "ru"}, {}, "-")
        assert run.settings["read"] == {**asdict(read), "map": [["phone", "Тел. 2"]]}
        assert run.settings["dedup"]["keep"] == "oldest"
        assert run.settings["lang"] == "ru"


def test_tables_come_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"row": pd.Series([1], dtype="int64"), "id": pd.Series(["007"], dtype="str")})
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {}, "-")
        assert not run.has_table("clusters")
        run.save_table("clusters", frame)
        assert run.has_table("clusters")
        pd.testing.assert_frame_equal(run.load_table("clusters"), frame)


def test_abandoned_run_leaves_nothing_and_its_number_is_not_used_again(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": DATA}, "base.csv")
        run.abandon()
        assert not run.folder.exists()
        assert history.runs() == []
        assert history.begin("dedup", {}, {}, "-").number == 2


def test_block_that_fails_abandons_its_run(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        with pytest.raises(KeyboardInterrupt), history.begin("dedup", {}, {"base.csv": DATA}, "base.csv") as run:
            raise KeyboardInterrupt
        assert not run.folder.exists()
        with history.begin("dedup", {}, {"base.csv": DATA}, "base.csv") as run:
            run.finish({}, {}, 0.1)
        assert [run.number for run in history.runs()] == [2]


def test_run_taken_back_knows_when(tmp_path: Path) -> None:
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {}, "-")
        run.finish({}, {}, 0.1)
        run.mark_undone()
        undone_at = history.last().undone_at
        assert undone_at is not None
        assert undone_at >= run.started_at


def test_cluster_taken_back_is_remembered_and_both_contents_are_known(tmp_path: Path) -> None:
    path = str(tmp_path / "clean.csv")
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {}, "-")
        run.finish({"data": (path, "first")}, {}, 0.1)
        for _ in range(2):
            run.mark_cluster_undone("C7", path, "second")
        run.mark_cluster_undone("C8", "-", "to stdout")
        assert run.undone_clusters == {"C7", "C8"}
        assert run.outputs["data"] == WrittenFile(path, "second")
        assert [run.wrote(sha256) for sha256 in ("first", "second", "third")] == [True, True, False]


def test_database_holds_no_cell_of_the_base(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": pd.Series(["Анна Тестова"], dtype="str")})
    with History(tmp_path / "state") as history:
        run = history.begin("dedup", {}, {"base.csv": DATA + "Анна Тестова".encode()}, "base.csv")
        run.save_table("journal", frame)
        run.finish({}, {"merged": 1}, 0.1)
        files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
        assert [path.name for path in files if "Тестова".encode() in path.read_bytes()] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_nobody_else_may_read_anything(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with History(tmp_path / "state") as history:
            run = history.begin("dedup", {"read": ReadSettings()}, {"base.csv": DATA}, "base.csv")
            run.save_table("clusters", pd.DataFrame({"row": [1]}))
            modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
            run.finish({}, {}, 0.1)
    finally:
        os.umask(before)
    folders = ("state", "state/runs", "state/runs/000001")
    kept = ("clusters.parquet", "input-1.zst", "running", "settings.json")
    files = ("history.db", "history.db-shm", "history.db-wal", *(f"runs/000001/{name}" for name in kept))
    assert modes == dict.fromkeys(folders, 0o700) | {f"state/{name}": 0o600 for name in files}
