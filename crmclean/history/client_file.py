"""The file of the state folder that keeps the ids of clients: ``clients.parquet``.

It holds hashes, numbers and days, and no value of a base. A line is a known record, or an id that is no longer in use
(then ``ended_run`` is not 0). It is replaced whole inside a transaction of the history's database, so that of two runs
at one time neither overwrites what the other has just learned.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from crmclean.core.errors import FileError, LockedError
from crmclean.core.i18n import _
from crmclean.history.client_memory import known_after
from crmclean.history.clients import AssignedIds, assign_ids
from crmclean.history.database import Database, state_errors
from crmclean.history.known_clients import KNOWN_COLUMNS, RETIRED_COLUMNS, KnownClients
from crmclean.history.private_files import sync_folder, write_private_file

CLIENTS_NAME: Final = "clients.parquet"

_VERSION: Final = 1
_VERSION_KEY: Final = b"crmclean.version"
_RUN_KEY: Final = b"crmclean.run"

_RETIRED_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"client": "client", "into": "into", "run": "ended_run", "day": "ended_day"}
)
_FILE_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {**KNOWN_COLUMNS, **{_RETIRED_NAMES[name]: dtype for name, dtype in RETIRED_COLUMNS.items()}}
)
_DAYS: Final = frozenset({"born_day", "ended_day"})
_REPEATED: Final = ("surname", "given", "born_run", "born_day", "seen", "into", "ended_run", "ended_day")
"""Columns of few distinct values: the others are hashes, which no dictionary makes smaller."""


def load_clients(folder: Path) -> KnownClients:
    """Return what the state folder knows of the clients; nothing where no run has kept any.

    Raises:
        FileError: the file cannot be read, is damaged, or is of a newer crmclean.
    """
    path = folder / CLIENTS_NAME
    with state_errors(folder):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return KnownClients.none()
    try:
        table = pa.parquet.read_table(pa.BufferReader(data))
        known = table.schema.metadata or {}
        version, run = int(known.get(_VERSION_KEY, b"0")), int(known.get(_RUN_KEY, b"0"))
        if version == _VERSION:
            return _unpack(table, run)
    # Arrow says ``OSError`` of a damaged file as well.
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise _damage(path, type(error).__name__) from error
    if version > _VERSION:
        raise FileError(
            _("The history in {folder} was written by a newer crmclean.").format(folder=folder),
            _("Update crmclean, or give another folder with --state DIR."),
        )
    raise _damage(path, CLIENTS_NAME)


def save_clients(database: Database, assigned: AssignedIds, run: int, day: date) -> None:
    """Keep the ids that a run gave; call it before the run is finished, and outside of any transaction.

    Where another run has kept ids since ``assigned`` was made, they are given once more, knowing of them; that most
    often changes nothing.

    Args:
        database: that of the history; the file lies beside it.
        assigned: the ids.
        run: number of the run.
        day: today.

    Raises:
        FileError: the file cannot be read or written; it is then as it was.
        LockedError: another run has kept ids by which these would be others, or holds the history for too long.
    """
    folder = database.path.parent
    with database.transaction():
        kept = load_clients(folder)
        if kept.saved_by != assigned.base.saved_by:
            again = assign_ids(assigned.records, kept)
            if not again.ids.equals(assigned.ids):
                raise LockedError(
                    _("Another run has given out client ids in {folder} at the same time.").format(folder=folder),
                    _("Nothing was written; run the command again."),
                )
            assigned = again
        known = known_after(assigned, run, day)
        if not known.same_as(kept):
            _write(folder, known)


def _write(folder: Path, known: KnownClients) -> None:
    path = folder / CLIENTS_NAME
    staged = path.with_name(f"{CLIENTS_NAME}.new")
    with state_errors(folder):
        # Left by a run that was killed; no other is writing now.
        staged.unlink(missing_ok=True)
        try:
            with write_private_file(staged) as file:
                pa.parquet.write_table(
                    _pack(known),
                    file,
                    compression="zstd",
                    compression_level=1,
                    use_dictionary=list(_REPEATED),
                    write_statistics=False,
                )
            os.replace(staged, path)
        except BaseException:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            raise
        sync_folder(folder)


def _pack(known: KnownClients) -> pa.Table:
    retired = known.retired.rename(columns=dict(_RETIRED_NAMES))
    columns = {}
    for name, dtype in _FILE_TYPES.items():
        parts = [
            frame[name].to_numpy(dtype) if name in frame.columns else np.zeros(len(frame), dtype=dtype)
            for frame in (known.records, retired)
        ]
        values = pa.array(np.concatenate(parts))
        columns[name] = values.cast(pa.date32()) if name in _DAYS else values
    metadata = {_VERSION_KEY: str(_VERSION).encode(), _RUN_KEY: str(known.saved_by).encode()}
    return pa.table(columns).replace_schema_metadata(metadata)


def _unpack(table: pa.Table, run: int) -> KnownClients:
    columns = {}
    for name, dtype in _FILE_TYPES.items():
        column = table.column(name)
        if column.null_count:
            raise ValueError(name)
        column = column.cast(pa.int32()) if name in _DAYS else column
        columns[name] = column.to_numpy().astype(dtype, copy=False)
    # Records stand first.
    count = len(table) - int(np.count_nonzero(columns["ended_run"]))
    records = pd.DataFrame({name: columns[name][:count] for name in KNOWN_COLUMNS})
    retired = pd.DataFrame({name: columns[_RETIRED_NAMES[name]][count:] for name in RETIRED_COLUMNS})
    return KnownClients(records, retired, run)


def _damage(path: Path, reason: str) -> FileError:
    return FileError(
        _("The history in {folder} is damaged: {reason}.").format(folder=path.parent, reason=reason),
        _("Move {path} away, give another folder with --state DIR, or work without a history: --no-history.").format(
            path=path
        ),
    )
