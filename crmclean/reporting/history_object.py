"""Earlier runs as one object for scripts: the keys that every ``--json`` of the program has, and the runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crmclean.history.past_runs import RunFacts, Since, Trend

IDS_SHOWN: Final = 1000

_COMMON: Final = ("rows_in", "rows_out", "merged", "doubtful", "dead", "quality")


def history_object(
    runs: Sequence[RunFacts], total: int, trend: Trend | None, since: Since | None, folder: Path, seconds: float
) -> dict[str, object]:
    """Return the list of runs, the way of a figure, and what changed since a run, in types that JSON has.

    Args:
        runs: those that are listed, oldest first.
        total: how many there are.
        since: ``None`` where that was not asked.
        folder: of the history.
        seconds: how long it took to find all that.
    """
    return {
        "run": "",
        "command": "history",
        "rows_in": 0,
        "rows_out": 0,
        "merged": 0,
        "doubtful": 0,
        "outputs": {},
        "seconds": round(seconds, 3),
        "state": str(folder),
        "total": total,
        "runs": [_run_object(run) for run in runs],
        "trend": None if trend is None else _trend_object(trend),
        "since": None if since is None else _since_object(since),
    }


def _run_object(run: RunFacts) -> dict[str, object]:
    """Return one run; a figure that it does not have is null."""
    return {
        "run": str(run.number),
        "command": run.command,
        "source": run.source,
        "started_at": run.started_at.astimezone().isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        **{name: _plain(run.figures.get(name)) for name in _COMMON},
        "undone": run.undone,
        "merges_undone": run.merges_undone,
        "dropped": run.dropped,
        "figures": _plain_figures(run.figures),
    }


def _trend_object(trend: Trend) -> dict[str, object]:
    values = trend.values
    return {
        "figure": trend.figure,
        "command": trend.points[-1].command,
        "source": trend.points[-1].source,
        "runs": [str(run.number) for run in trend.points],
        "values": [_plain(value) for value in values],
        "first": _plain(values[0]),
        "last": _plain(values[-1]),
        "change": _plain(values[-1] - values[0]),
    }


def _since_object(since: Since) -> dict[str, object]:
    records = since.records
    merged = since.merged
    return {
        "then": str(since.then.number),
        "now": str(since.now.number),
        "figures": {
            figure.name: {
                "then": _plain(figure.then),
                "now": _plain(figure.now),
                "difference": _plain(figure.difference),
            }
            for figure in since.figures
        },
        "records": None
        if records is None
        else {
            "by": records.by,
            "new": records.new,
            "gone": records.gone,
            "changed": records.changed,
            "ids": {kind: list(ids[:IDS_SHOWN]) for kind, ids in records.ids.items()},
        },
        "reason": since.reason,
        "merged": None if merged is None else {"number": len(merged), "ids": list(merged[:IDS_SHOWN])},
    }


def _plain_figures(figures: Mapping[str, float]) -> dict[str, object]:
    return {name: _plain(value) for name, value in figures.items()}


def _plain(value: float | None) -> int | float | None:
    """Return a number as a script expects it: a whole one without decimals."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(value, 6)
