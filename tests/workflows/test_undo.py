"""Taking back: the right bytes, to the right place, and never over somebody's work."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.step import Outcome
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from crmclean.history.runs import Run
from crmclean.history.store import History
from crmclean.workflows.dedup import apply_clusters
from crmclean.workflows.undo import (
    Target,
    cluster_target,
    part_clusters,
    restore_targets,
    unchanged_outputs,
    undo_cluster,
    undo_run,
)

BASE = (
    "ID;Фамилия;Имя;Тел. 2\r\n"
    "11;Тестова;Анна;+79000000001\r\n"
    "12;Тестова;Анна;+79000000002\r\n"
    "13;Примеров;Пётр;+79000000003\r\n"
    "14;Примеров;Петр;+79000000004\r\n"
    "15;Образцова;Ольга;+79000000005\r\n"
).encode("cp1251")
CLEAN = b"what the run made of it"
READ = ReadSettings(encoding="cp1251", map=(("phone", "Тел. 2"),))


def _clusters() -> pd.DataFrame:
    """Rows 1 and 2 are one client, rows 3 and 4 another; row 5 may be the second of them."""
    return pd.DataFrame(
        {
            "row": pd.Series([1, 2, 3, 4, 5], dtype="int64"),
            "id": ["11", "12", "13", "14", "15"],
            "cluster_id": ["11", "11", "13", "13", "15"],
            "likely_id": ["11", "11", "13", "13", "13"],
            "company_id": ["c11", "c11", "", "", ""],
            "household_id": ["", "", "h13", "h13", "h13"],
            "role": ["survivor", "merged", "survivor", "merged", "review"],
            "probability": [0.99, 0.99, 0.98, 0.98, 0.7],
            "reason": ["same name and phone"] * 4 + ["same phone"],
        }
    )


def _review() -> pd.DataFrame:
    return pd.DataFrame({"pair": [1], "probability": [0.7], "row_a": [4], "row_b": [5], "reason": ["same phone"]})


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / ".crmclean") as opened:
        yield opened


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _record(
    history: History,
    source: str,
    written: Mapping[str, tuple[str, bytes]],
    tables: Mapping[str, pd.DataFrame] | None = None,
    data: bytes = BASE,
) -> Run:
    """Record a run and write its files, as a command does."""
    run = history.begin("dedup", {"read": READ, "dedup": DedupSettings(keep="fullest")}, {source: data}, source)
    for name, frame in (tables or {}).items():
        run.save_table(name, frame)
    run.finish({name: (path, _sha256(content)) for name, (path, content) in written.items()}, {}, 0.1)
    for path, content in written.values():
        if path != "-":
            Path(path).write_bytes(content)
    return run


def test_input_comes_back_byte_for_byte(tmp_path: Path, history: History) -> None:
    run = _record(history, str(tmp_path / "base.csv"), {})
    assert undo_run(run) == BASE


def test_input_goes_back_where_it_was_if_nothing_is_there(tmp_path: Path, history: History) -> None:
    source = str(tmp_path / "base.csv")
    assert restore_targets(_record(history, source, {})) == (Target(source),)


def test_input_replaces_what_the_run_itself_wrote_over_it(tmp_path: Path, history: History) -> None:
    source = str(tmp_path / "base.csv")
    run = _record(history, source, {"data": (source, CLEAN)})
    assert restore_targets(run) == (Target(source, replaces=True),)


def test_input_that_is_still_there_leaves_nothing_to_do(tmp_path: Path, history: History) -> None:
    source = tmp_path / "base.csv"
    source.write_bytes(BASE)
    run = _record(history, str(source), {"data": (str(tmp_path / "clean.csv"), CLEAN)})
    assert restore_targets(run) == (Target(str(source), done=True),)


def test_file_that_somebody_changed_since_is_refused(tmp_path: Path, history: History) -> None:
    source = tmp_path / "base.csv"
    run = _record(history, str(source), {"data": (str(source), CLEAN)})
    source.write_bytes(CLEAN + b"\nwork of a morning")
    with pytest.raises(FileError) as caught:
        restore_targets(run)
    assert caught.value.exit_code == ExitCode.FILE
    assert str(source) in caught.value.message
    assert "crmclean undo 1 -o FILE" in caught.value.hint
    assert restore_targets(run, force=True) == (Target(str(source), replaces=True),)


def test_file_that_a_later_run_wrote_names_that_run(tmp_path: Path, history: History) -> None:
    source = str(tmp_path / "base.csv")
    first = _record(history, source, {"data": (source, CLEAN)})
    second = _record(history, source, {"data": (source, b"cleaned twice")}, data=CLEAN)
    with pytest.raises(FileError, match="written by run 2: take that back first"):
        restore_targets(first)
    assert restore_targets(second) == (Target(source, replaces=True),)


def test_input_from_stdin_needs_a_place(tmp_path: Path, history: History) -> None:
    run = _record(history, "-", {"data": ("-", CLEAN)})
    with pytest.raises(UsageError, match=r"crmclean undo 1 -o FILE"):
        restore_targets(run)
    output = str(tmp_path / "restored.csv")
    assert restore_targets(run, output) == (Target(output),)
    assert restore_targets(run, "-") == (Target("-"),)


def test_named_file_that_is_there_is_refused_without_force(tmp_path: Path, history: History) -> None:
    output = tmp_path / "other.csv"
    output.write_bytes(b"mine")
    run = _record(history, str(tmp_path / "base.csv"), {})
    with pytest.raises(FileError, match="--force"):
        restore_targets(run, str(output))
    assert restore_targets(run, str(output), force=True) == (Target(str(output), replaces=True),)
    output.write_bytes(BASE)
    assert restore_targets(run, str(output)) == (Target(str(output), done=True),)


def test_folder_in_the_place_of_the_input(tmp_path: Path, history: History) -> None:
    source = tmp_path / "base.csv"
    run = _record(history, str(source), {})
    source.mkdir()
    with pytest.raises(FileError, match="cannot be read"):
        restore_targets(run)


def test_outputs_left_behind_are_those_that_nobody_touched(tmp_path: Path, history: History) -> None:
    paths = {name: str(tmp_path / name) for name in ("data", "review", "report")}
    run = _record(history, "base.csv", {name: (path, name.encode()) for name, path in paths.items()})
    Path(paths["review"]).write_bytes(b"filled in")
    Path(paths["report"]).unlink()
    assert unchanged_outputs(run) == [paths["data"]]


def test_run_to_stdout_leaves_no_file(history: History) -> None:
    assert unchanged_outputs(_record(history, "-", {"data": ("-", CLEAN)})) == []


def test_parted_rows_stand_for_themselves_and_the_others_stay() -> None:
    clusters = _clusters()
    parted = part_clusters(clusters, frozenset({"11"}), _review())
    pd.testing.assert_frame_equal(clusters, _clusters())
    assert parted["cluster_id"].tolist() == ["11", "12", "13", "13", "15"]
    assert parted["likely_id"].tolist() == ["11", "12", "13", "13", "13"]
    assert parted["role"].tolist() == ["single", "single", "survivor", "merged", "review"]
    assert parted["company_id"].tolist() == ["c11", "c11", "", "", ""]
    pd.testing.assert_frame_equal(parted.iloc[2:], _clusters().iloc[2:])


def test_doubtful_pair_of_a_parted_row_stays_doubtful() -> None:
    parted = part_clusters(_clusters(), frozenset({"13"}), _review())
    assert parted["cluster_id"].tolist() == ["11", "11", "13", "14", "15"]
    # Row 5 was put to a person beside row 4, not beside row 3.
    assert parted["likely_id"].tolist() == ["11", "11", "13", "14", "14"]


def test_doubtful_pair_within_a_parted_cluster_is_answered() -> None:
    within = pd.DataFrame({"row_a": [3], "row_b": [4]})
    parted = part_clusters(_clusters(), frozenset({"13"}), within)
    assert parted["likely_id"].tolist() == ["11", "11", "13", "14", "15"]


def test_parted_rows_without_ids_are_called_by_their_row() -> None:
    clusters = _clusters().assign(id="", cluster_id=["1", "1", "3", "3", "5"], likely_id=["1", "1", "3", "3", "5"])
    parted = part_clusters(clusters, frozenset({"1"}))
    assert parted["cluster_id"].tolist() == ["1", "2", "3", "3", "5"]
    assert parted["likely_id"].tolist() == ["1", "2", "3", "3", "5"]


def _dedup_run(history: History, folder: Path) -> tuple[Run, bytes]:
    """A run whose result is what the clusters above make of the base."""
    table = read_table(BASE, "base.csv", READ).table
    outcome = apply_clusters(table, _clusters())
    data = render(outcome.table).data
    run = _record(
        history,
        str(folder / "base.csv"),
        {"data": (str(folder / "clean.csv"), data)},
        {"clusters": _clusters(), "review": _review()},
    )
    return run, data


def _ids(outcome: Outcome) -> list[str]:
    return outcome.table.coalesced("id").tolist()


def test_merge_taken_back_brings_its_rows_back_and_leaves_the_others_merged(tmp_path: Path, history: History) -> None:
    run, _data = _dedup_run(history, tmp_path)
    outcome = undo_cluster(run, "11")
    assert _ids(outcome) == ["11", "12", "13", "15"]
    original = read_table(BASE, "base.csv", READ).table
    pd.testing.assert_frame_equal(
        outcome.table.frame[original.frame.columns.tolist()].iloc[:2], original.frame.iloc[:2]
    )
    assert outcome.figures["merged"] == 1


def test_merge_taken_back_stays_so_when_the_next_one_is(tmp_path: Path, history: History) -> None:
    run, _data = _dedup_run(history, tmp_path)
    data = render(undo_cluster(run, "13").table).data
    target = cluster_target(run, data)
    assert target == Target(str(tmp_path / "clean.csv"), replaces=True)
    run.mark_cluster_undone("13", target.path, _sha256(data))
    Path(target.path).write_bytes(data)

    both = undo_cluster(history.last(), "11")
    assert _ids(both) == ["11", "12", "13", "14", "15"]
    assert both.figures["merged"] == 0
    assert cluster_target(run, render(both.table).data).replaces


def test_merge_taken_back_twice_leaves_nothing_to_do(tmp_path: Path, history: History) -> None:
    run, _data = _dedup_run(history, tmp_path)
    data = render(undo_cluster(run, "11").table).data
    run.mark_cluster_undone("11", str(tmp_path / "clean.csv"), _sha256(data))
    (tmp_path / "clean.csv").write_bytes(data)
    again = render(undo_cluster(run, "11").table).data
    assert again == data
    assert cluster_target(run, again) == Target(str(tmp_path / "clean.csv"), done=True)


def test_undo_that_died_before_its_file_was_in_place_can_be_done_again(tmp_path: Path, history: History) -> None:
    run, before = _dedup_run(history, tmp_path)
    data = render(undo_cluster(run, "11").table).data
    run.mark_cluster_undone("11", str(tmp_path / "clean.csv"), _sha256(data))
    assert (tmp_path / "clean.csv").read_bytes() == before
    assert cluster_target(run, render(undo_cluster(run, "11").table).data).replaces


def test_base_that_somebody_changed_since_is_refused(tmp_path: Path, history: History) -> None:
    run, _data = _dedup_run(history, tmp_path)
    (tmp_path / "clean.csv").write_bytes(b"edited by hand")
    data = render(undo_cluster(run, "11").table).data
    with pytest.raises(FileError, match="changed since run 1"):
        cluster_target(run, data)
    assert cluster_target(run, data, force=True).replaces
    other = str(tmp_path / "other.csv")
    assert cluster_target(run, data, other) == Target(other)


def test_base_on_stdout_needs_a_place(history: History) -> None:
    run = _record(history, "-", {"data": ("-", CLEAN)}, {"clusters": _clusters()})
    with pytest.raises(UsageError, match="-o FILE"):
        cluster_target(run, b"base")
    assert cluster_target(run, b"base", "-") == Target("-")


@pytest.mark.parametrize("cluster_id", ["15", "12", "99", ""])
def test_unknown_cluster_is_answered_with_some_that_exist(tmp_path: Path, history: History, cluster_id: str) -> None:
    run, _data = _dedup_run(history, tmp_path)
    with pytest.raises(UsageError) as caught:
        undo_cluster(run, cluster_id)
    assert caught.value.hint == "Clusters that it merged: 11, 13."


def test_run_that_merges_nobody_has_no_clusters(history: History) -> None:
    run = history.begin("normalize", {}, {"base.csv": BASE}, "base.csv")
    run.finish({}, {}, 0.1)
    with pytest.raises(UsageError, match=r"Run 1 \(normalize\) merged no records"):
        undo_cluster(run, "11")


def test_run_that_another_version_read_in_other_rows_is_refused(history: History) -> None:
    run = _record(history, "base.csv", {}, {"clusters": _clusters().iloc[:-1]})
    with pytest.raises(FileError, match="another version"):
        undo_cluster(run, "11")


def test_dropped_run_cannot_be_taken_back(history: History) -> None:
    run = _record(history, "base.csv", {}, {"clusters": _clusters()})
    history.drop_old(0)
    for take_back in (undo_run, lambda dropped: undo_cluster(dropped, "11")):
        with pytest.raises(FileError, match="its copy of the input was dropped"):
            take_back(run)


def test_setting_of_another_version_is_passed_over(tmp_path: Path, history: History) -> None:
    run = history.begin("dedup", {"read": {"encoding": "cp1251", "moon": "full"}}, {"base.csv": BASE}, "base.csv")
    run.save_table("clusters", _clusters())
    run.finish({}, {}, 0.1)
    assert _ids(undo_cluster(run, "11")) == ["11", "12", "13", "15"]
