"""Take a run back, or one merge of it: which bytes, and whether the place they belong to may be written."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from crmclean.core.errors import FileError, UsageError
from crmclean.core.i18n import _
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.files.reading import read_table
from crmclean.history.runs import DATA_OUTPUT, STREAM, Run
from crmclean.matching.clustering import components
from crmclean.workflows.dedup import apply_clusters

CLUSTERS_TABLE: Final = "clusters"
REVIEW_TABLE: Final = "review"
_LISTED_CLUSTERS: Final = 5


@dataclass(frozen=True)
class Target:
    """Where the bytes of an undo go.

    Attributes:
        path: an absolute path, what ``-o`` names, or ``-``.
        done: the file there holds these very bytes already: nothing is to be written.
        replaces: a file is there that may be replaced, because it is this run's own output or because of ``--force``.
    """

    path: str
    done: bool = False
    replaces: bool = False


def undo_run(run: Run) -> bytes:
    """Return the input of a run, byte for byte.

    Raises:
        FileError: the copy was dropped, is missing or is damaged.
    """
    return run.read_input()


def restore_target(run: Run, output: str = "", force: bool = False) -> Target:
    """Return where the input of a run is to be restored.

    Without ``output`` it goes back to where it was read from: if nothing is there now, or what this run wrote.

    Args:
        output: what ``-o`` names, ``""`` where it was not given.
        force: replace whatever is there.

    Raises:
        FileError: the file there was changed since by somebody else, or cannot be read.
        UsageError: the input came from stdin and ``output`` is empty.
    """
    if not output and run.source_path == STREAM:
        raise UsageError(
            _("Run {run} read its input from stdin.").format(run=run.id),
            _("Say where it is to go: crmclean undo {run} -o FILE.").format(run=run.id),
        )
    return _target_for(run, run.input_digest(), run.source_path, output, force)


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
    data = run.read_input()
    if not run.has_table(CLUSTERS_TABLE):
        raise UsageError(
            _("Run {run} ({command}) merged no records.").format(run=run.id, command=run.command),
            _("Take the whole run back: crmclean undo {run}.").format(run=run.id),
        )
    clusters = run.load_table(CLUSTERS_TABLE)
    _check_cluster(run, clusters, cluster_id)
    table = read_table(data, run.source_path, _read_settings(run.settings)).table
    if len(table) != len(clusters):
        raise FileError(
            _("Run {run} was made by another version of crmclean, which read its input as other rows.").format(
                run=run.id
            ),
            _("Take the whole run back: crmclean undo {run}.").format(run=run.id),
        )
    doubtful = run.load_table(REVIEW_TABLE) if run.has_table(REVIEW_TABLE) else None
    parted = part_clusters(clusters, run.undone_clusters | {cluster_id}, doubtful)
    return apply_clusters(table, parted)


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
        _("Give another file: crmclean undo {run} -o FILE.").format(run=run.id)
        if later is None
        else _("It was written by run {later}: take that back first, or give another file with -o FILE.").format(
            later=later
        ),
    )


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


def _read_settings(kept: Mapping[str, Any]) -> ReadSettings:
    values = kept.get("read", {})
    # A key of another version is passed over: its default is the nearest that this version knows.
    known = {item.name: _frozen(values[item.name]) for item in fields(ReadSettings) if item.name in values}
    return replace(ReadSettings(), **known)


def _frozen(value: Any) -> Any:
    """Return a JSON value with its lists as tuples, as settings have them."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
