"""Take a run back, or one merge of it: which bytes, and whether the place they belong to may be written."""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.settings import DedupSettings
from crmclean.core.step import Outcome
from crmclean.history.runs import Run
from crmclean.history.written_files import DATA_OUTPUT, STREAM
from crmclean.matching.clustering import components
from crmclean.workflows.client_ids import ID_COLUMN, part_client_ids
from crmclean.workflows.dedup import apply_clusters
from crmclean.workflows.earlier_imports import IMPORT_COMMAND
from crmclean.workflows.earlier_nights import NIGHTLY_COMMAND
from crmclean.workflows.kept_tables import read_kept_table

CLUSTERS_TABLE: Final = "clusters"
REVIEW_TABLE: Final = "review"
CLIENT_IDS_TABLE: Final = "client_ids"
_LISTED_CLUSTERS: Final = 5
_NAME_OF_STDIN: Final = "stdin"


@dataclass(frozen=True)
class Target:
    """Where the bytes of an undo go.

    Attributes:
        path: an absolute path, what ``-o`` names, or ``-``.
        done: the file there holds these very bytes already: nothing is to be written.
        replaces: a file is there that may be replaced, because it is this run's own output or because of ``--force``.
        position: which input of the run it is, from 1.
    """

    path: str
    done: bool = False
    replaces: bool = False
    position: int = 1


def undo_run(run: Run, position: int = 1) -> bytes:
    """Return an input of a run, byte for byte.

    Raises:
        FileError: the copy was dropped, is missing or is damaged.
    """
    return run.read_input(position)


def paths_to_restore(run: Run) -> list[str]:
    """Return where the inputs that an undo restores came from; of an import that is the base alone."""
    return list(run.input_paths[:1] if run.command == IMPORT_COMMAND else run.input_paths)


def restore_targets(run: Run, output: str = "", force: bool = False) -> tuple[Target, ...]:
    """Return where the inputs of a run are to be restored.

    Without ``output`` each goes back to where it was read from: if nothing is there now, or what this run wrote. What
    came from stdin is then left out where there are other inputs.

    Args:
        output: what ``-o`` names, ``""`` where it was not given; a folder where the run read several files.
        force: replace whatever is there.

    Raises:
        FileError: a file there was changed since by somebody else, or cannot be read.
        UsageError: the only input came from stdin and ``output`` is empty, or it is no folder for several inputs.
    """
    own = paths_to_restore(run)
    if not output and own == [STREAM]:
        raise UsageError(
            _("Run {run} read its input from stdin.").format(run=run.id),
            _("Say where it is to go: crmclean undo {run} -o FILE.").format(run=run.id),
        )
    places = _places_in_folder(run, own, output) if output and len(own) > 1 else [output] * len(own)
    return tuple(
        replace(_target_for(run, run.input_digest(position), path, place, force), position=position)
        for position, (path, place) in enumerate(zip(own, places, strict=True), 1)
        if place or path != STREAM
    )


def _places_in_folder(run: Run, paths: Sequence[str], folder: str) -> list[str]:
    """Return a path in a folder for each of several files, under its own name where no other has the same."""
    if not os.path.isdir(folder):
        raise UsageError(
            _("Run {run} read {number} files; one name is not enough for them.").format(run=run.id, number=len(paths)),
            _("Name a folder that exists: crmclean undo {run} -o FOLDER.").format(run=run.id),
        )
    names = [_NAME_OF_STDIN if path == STREAM else os.path.basename(path) for path in paths]
    times = Counter(name.casefold() for name in names)
    return [
        os.path.join(folder, name if times[name.casefold()] == 1 else f"{number}-{name}")
        for number, name in enumerate(names, 1)
    ]


def cluster_target(run: Run, data: bytes, output: str = "", force: bool = False) -> Target:
    """Return where the base goes from which one merge was taken back.

    Without ``output`` it replaces the cleaned base that the run wrote, if that was not changed since.

    Args:
        data: the base as it would be written.
        output: what ``-o`` names, ``""`` where it was not given.
        force: replace whatever is there.

    Raises:
        FileError: the file there was changed since by somebody else, or cannot be read.
        UsageError: the run wrote its base to stdout and ``output`` is empty.
    """
    written = run.outputs.get(DATA_OUTPUT)
    if not output and (written is None or written.path == STREAM):
        raise UsageError(
            _("Run {run} wrote no file that could be written again.").format(run=run.id),
            _("Say where it is to go: crmclean undo {run} --cluster ID -o FILE.").format(run=run.id),
        )
    path = "" if written is None else written.path
    return _target_for(run, hashlib.sha256(data).hexdigest(), path, output, force)


def unchanged_outputs(run: Run) -> list[str]:
    """Return the paths of the files that a run wrote and that still are as it wrote them.

    An undo leaves them where they are; this is to tell the user so.
    """
    return [file.path for file in run.outputs.values() if file.path != STREAM and _digest_of(file.path) == file.sha256]


def undo_cluster(run: Run, cluster_id: str) -> Outcome:
    """Do a run again with one of its merges taken back, and those that were taken back before.

    The input is read again from the copy in the history, with the settings of the run; nobody is matched anew. The
    caller says ``run.mark_cluster_undone`` when the new base is written.

    Raises:
        UsageError: the run merged nobody, or has no cluster of that id; the message names some that it has.
        FileError: what the history kept of the run was dropped, is missing or is damaged, or another version of
            crmclean reads other rows from it.
    """
    if run.command == NIGHTLY_COMMAND:
        raise UsageError(
            _("Run {run} did several steps; no single merge of it can be taken back.").format(run=run.id),
            _("Say that these are two clients with crmclean review, or in the review workbook, and run again."),
        )
    table = read_kept_table(run)
    if not run.has_table(CLUSTERS_TABLE):
        raise UsageError(
            _("Run {run} ({command}) merged no records.").format(run=run.id, command=run.command),
            _("Take the whole run back: crmclean undo {run}.").format(run=run.id),
        )
    clusters = run.load_table(CLUSTERS_TABLE)
    _check_cluster(run, clusters, cluster_id)
    if len(table) != len(clusters):
        raise FileError(
            _("Run {run} was made by another version of crmclean, which read its input as other rows.").format(
                run=run.id
            ),
            _("Take the whole run back: crmclean undo {run}.").format(run=run.id),
        )
    doubtful = run.load_table(REVIEW_TABLE) if run.has_table(REVIEW_TABLE) else None
    undone = run.undone_clusters | {cluster_id}
    parted = part_clusters(clusters, undone, doubtful)
    region = str(run.settings.get("dedup", {}).get("region", DedupSettings.region))
    outcome = apply_clusters(table, parted, region)
    if not run.has_table(CLIENT_IDS_TABLE):
        # A run from before there were ids of clients.
        return outcome
    ids = part_client_ids(run.load_table(CLIENT_IDS_TABLE), clusters, undone)
    staying = ids.take(np.flatnonzero(parted["role"].ne("merged"))).reset_index(drop=True)
    return replace(outcome, table=outcome.table.with_added({ID_COLUMN: staying}))


def part_clusters(clusters: pd.DataFrame, undone: frozenset[str], doubtful: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the clusters with every row of the ``undone`` ones standing for itself again.

    Companies and households stay: they link records and never merged them.

    Args:
        clusters: one line per input row, as ``dedup --clusters`` writes it; not changed.
        undone: ids of clusters.
        doubtful: the pairs that were put to a person, at least ``row_a`` and ``row_b``; those within a parted
            cluster are answered by the undo and no longer make its rows likely the same.
    """
    parted = clusters.copy()
    rows = clusters["cluster_id"].isin(undone)
    # A cluster is called by the ID of its survivor, or by its row where the IDs tell the rows not apart.
    label = clusters["id"]
    if not (label.ne("").all() and label.is_unique):
        label = clusters["row"].astype("str")
    parted.loc[rows, "cluster_id"] = label[rows]
    parted["likely_id"] = _likely(clusters, parted["cluster_id"], rows, doubtful)
    parted.loc[rows, "role"] = "single"
    parted.loc[rows, "probability"] = float("nan")
    parted.loc[rows, "reason"] = ""
    return parted


def _likely(
    before: pd.DataFrame, cluster_id: "pd.Series[str]", parted: "pd.Series[bool]", doubtful: pd.DataFrame | None
) -> "pd.Series[str]":
    """Return the ``likely_id`` of every row: that of before, but for the groups that have a parted row."""
    left, right = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if doubtful is not None:
        left, right = (doubtful[name].to_numpy(np.int64) - 1 for name in ("row_a", "row_b"))
        former = pd.factorize(before["cluster_id"])[0]
        open_ = former[left] != former[right]
        left, right = left[open_], right[open_]
    # Each row is tied to the first of its cluster, and doubtful pairs to each other.
    codes, _labels = pd.factorize(cluster_id)
    first = np.unique(codes, return_index=True)[1][codes]
    everyone = np.arange(len(before))
    group = components(len(before), np.concatenate([everyone, left]), np.concatenate([first, right]))
    of_group = np.unique(group, return_index=True)[1][group]
    fresh = cluster_id.iloc[of_group].set_axis(before.index)
    touched = before["likely_id"].isin(before.loc[parted, "likely_id"])
    return before["likely_id"].mask(touched, fresh)


def _check_cluster(run: Run, clusters: pd.DataFrame, cluster_id: str) -> None:
    merged = clusters.loc[clusters["role"] == "survivor", "cluster_id"]
    if not merged.eq(cluster_id).any():
        known = ", ".join(merged.head(_LISTED_CLUSTERS).tolist()) or _("none")
        raise UsageError(
            _("Run {run} merged no cluster {cluster}.").format(run=run.id, cluster=cluster_id),
            _("Clusters that it merged: {clusters}.").format(clusters=known),
        )


def _target_for(run: Run, digest: str, own_path: str, output: str, force: bool) -> Target:
    path = output or own_path
    found = "" if path == STREAM else _digest_of(path)
    if not found:
        return Target(path)
    if found == digest:
        return Target(path, done=True)
    # A file that -o names is no output of ours to replace: --force says that the user knows.
    if force or (not output and run.wrote(found)):
        return Target(path, replaces=True)
    if output:
        raise FileError(
            _("{path} is there already.").format(path=path), _("Name another file, or replace it with --force.")
        )
    later = run.later_run_that_wrote(found)
    raise FileError(
        _("{path} was changed since run {run}.").format(path=path, run=run.id),
        _retry_hint(run)
        if later is None
        else _("It was written by run {later}: take that back first, or give another file with -o FILE.").format(
            later=later
        ),
    )


def _retry_hint(run: Run) -> str:
    if len(paths_to_restore(run)) > 1:
        return _("Have the files put elsewhere: crmclean undo {run} -o FOLDER.").format(run=run.id)
    return _("Give another file: crmclean undo {run} -o FILE.").format(run=run.id)


def _digest_of(path: str) -> str:
    """Return the sha256 of a file in hex, ``""`` where there is none."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise FileError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or type(error).__name__),
            _("Give another file with -o FILE."),
        ) from error
