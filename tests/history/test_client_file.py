"""The file of client ids: whole or not at all, private, and safe with two runs at one time."""

import errno
import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from crmclean.core.errors import FileError, LockedError
from crmclean.history.client_file import CLIENTS_NAME, load_clients, save_clients
from crmclean.history.clients import AssignedIds, assign_ids
from crmclean.history.database import Database
from crmclean.history.known_clients import IDENTITY, KnownClients
from crmclean.history.location import DATABASE_NAME

DAY = date(2026, 3, 1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / DATABASE_NAME)
    yield opened
    opened.close()


def assign(known: KnownClients, *clusters: str) -> AssignedIds:
    """Return the ids of records 1, 2, … of the given clusters."""
    numbers = np.arange(1, len(clusters) + 1)
    columns = {name: np.zeros(len(clusters), dtype=dtype) for name, dtype in IDENTITY.items()}
    columns |= {"key": numbers.astype(np.uint64), "origin": numbers.astype(np.uint64) + np.uint64(100)}
    records = pd.DataFrame({"cluster": list(clusters), **columns})
    return assign_ids(records, known)


def test_nothing_is_known_before_the_first_run(tmp_path: Path) -> None:
    assert load_clients(tmp_path).same_as(KnownClients.none())
    assert load_clients(tmp_path / "none").same_as(KnownClients.none())


def test_comes_back_as_it_was_saved(database: Database, tmp_path: Path) -> None:
    save_clients(database, assign(KnownClients.none(), "a", "b", "c"), 1, DAY)
    first = load_clients(tmp_path)
    merged = assign(first, "a", "a", "c")
    save_clients(database, merged, 2, DAY)
    second = load_clients(tmp_path)
    assert (first.saved_by, second.saved_by) == (1, 2)
    assert assign(second, "a", "a", "c").ids.tolist() == merged.ids.tolist()
    assert second.merged()[["merged_id", "surviving_id"]].to_numpy().tolist() == merged.merged.to_numpy().tolist()
    assert second.merged()["day"].tolist() == ["2026-03-01"]
    assert dict(second.records.dtypes.astype(str)) == dict(first.records.dtypes.astype(str))


def test_file_is_of_the_owner_alone_and_others_can_read_its_days(database: Database, tmp_path: Path) -> None:
    save_clients(database, assign(KnownClients.none(), "a"), 1, DAY)
    path = tmp_path / CLIENTS_NAME
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pa.parquet.read_table(path).column("born_day").to_pylist() == [DAY]
    assert not (tmp_path / f"{CLIENTS_NAME}.new").exists()


def test_run_that_learned_nothing_leaves_the_file_alone(database: Database, tmp_path: Path) -> None:
    save_clients(database, assign(KnownClients.none(), "a", "b"), 1, DAY)
    before = (tmp_path / CLIENTS_NAME).read_bytes()
    save_clients(database, assign(load_clients(tmp_path), "a", "b"), 2, DAY)
    assert (tmp_path / CLIENTS_NAME).read_bytes() == before


def test_same_clients_are_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        opened = Database(tmp_path / name / DATABASE_NAME)
        save_clients(opened, assign(KnownClients.none(), "a", "b", "b"), 1, DAY)
        opened.close()
        written.append((tmp_path / name / CLIENTS_NAME).read_bytes())
    assert written[0] == written[1]


def test_two_runs_at_one_time_that_agree_are_both_kept(database: Database, tmp_path: Path) -> None:
    one, other = assign(KnownClients.none(), "a", "b"), assign(KnownClients.none(), "a", "b", "c")
    save_clients(database, one, 1, DAY)
    save_clients(database, other, 2, DAY)
    known = load_clients(tmp_path)
    assert len(known.records) == 3
    assert known.records["born_run"].tolist().count(1) == 2


def test_run_whose_ids_another_has_changed_meanwhile_is_refused(database: Database, tmp_path: Path) -> None:
    save_clients(database, assign(KnownClients.none(), "a", "b"), 1, DAY)
    known = load_clients(tmp_path)
    late = assign(known, "a", "b")
    save_clients(database, assign(known, "a", "a"), 2, DAY)
    before = (tmp_path / CLIENTS_NAME).read_bytes()
    with pytest.raises(LockedError, match="at the same time"):
        save_clients(database, late, 3, DAY)
    assert (tmp_path / CLIENTS_NAME).read_bytes() == before


def test_what_a_killed_run_left_is_no_hindrance(database: Database, tmp_path: Path) -> None:
    (tmp_path / f"{CLIENTS_NAME}.new").write_bytes(b"half a file")
    save_clients(database, assign(KnownClients.none(), "a"), 1, DAY)
    assert len(load_clients(tmp_path).records) == 1
    assert not (tmp_path / f"{CLIENTS_NAME}.new").exists()


def test_full_disk_leaves_the_file_as_it_was(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_clients(database, assign(KnownClients.none(), "a"), 1, DAY)
    before = (tmp_path / CLIENTS_NAME).read_bytes()
    late = assign(load_clients(tmp_path), "a", "b")

    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FileError, match="cannot be kept"):
        save_clients(database, late, 2, DAY)
    assert (tmp_path / CLIENTS_NAME).read_bytes() == before
    assert not (tmp_path / f"{CLIENTS_NAME}.new").exists()


def _table(version: str) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"client": pa.array([1], pa.uint64())}).replace_schema_metadata({"crmclean.version": version})
    pa.parquet.write_table(table, sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b"PAR1" + b"\0" * 50 + b"PAR1", "damaged", id="garbage"),
        pytest.param(_table("0"), "damaged", id="no-version"),
        pytest.param(_table("one"), "damaged", id="version-is-no-number"),
        pytest.param(_table("1"), "damaged", id="columns-missing"),
        pytest.param(_table("99"), "newer crmclean", id="newer"),
    ],
)
def test_damaged_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / CLIENTS_NAME).write_bytes(content)
    with pytest.raises(FileError, match=message):
        load_clients(tmp_path)


def test_cut_file_is_damaged(database: Database, tmp_path: Path) -> None:
    save_clients(database, assign(KnownClients.none(), "a"), 1, DAY)
    path = tmp_path / CLIENTS_NAME
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileError, match="damaged"):
        load_clients(tmp_path)
