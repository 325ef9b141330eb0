"""What is said of a run to those who were not there: a line in the log, and a notice; without data of clients."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from crmclean.core.i18n import N_, _
from crmclean.reporting.numbers import format_count, format_seconds
from crmclean.reporting.wording import FIGURES, word_for

Result = Literal["done", "threshold", "failed", "locked", "stopped"]

LOGGED: Final = ("rows_in", "rows_out", "merged", "doubtful", "dead", "archived", "restored", "quality")
"""Figures that stand in the log and the notice, where a run has them."""

_SUBJECTS: Final[Mapping[Result, str]] = {
    "done": N_("crmclean: {config} is done"),
    "threshold": N_("crmclean: {config} crossed a threshold"),
    "failed": N_("crmclean: {config} failed"),
    "locked": N_("crmclean: {config} did not start, another run is at work"),
    "stopped": N_("crmclean: {config} was stopped"),
}


@dataclass(frozen=True)
class RunEntry:
    """One run, as it is told.

    Attributes:
        time: when it ended, ISO 8601 with the offset of the local time.
        config: name of the config file.
        run: its number, ``""`` where it got none.
        exit_code: of the program.
        figures: counts by name.
        output: the folder of the results, ``""`` where nothing was written.
        messages: what crossed a threshold, or what stopped the run.
    """

    time: str
    config: str
    result: Result
    exit_code: int
    seconds: float
    run: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    output: str = ""
    messages: Sequence[str] = ()


def log_line(entry: RunEntry, format: Literal["text", "json"]) -> str:
    """Return the line of a run for the log, without a line end."""
    known = {name: entry.figures[name] for name in LOGGED if name in entry.figures}
    figures = {name: int(value) if float(value).is_integer() else round(value, 1) for name, value in known.items()}
    if format == "json":
        record = {
            "time": entry.time,
            "config": entry.config,
            "run": entry.run,
            "result": entry.result,
            "exit_code": entry.exit_code,
            "seconds": round(entry.seconds, 3),
            **figures,
            "output": entry.output,
            "messages": list(entry.messages),
        }
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
    parts = [
        entry.time,
        entry.config,
        entry.result,
        *([f"run={entry.run}"] if entry.run else []),
        f"exit={entry.exit_code}",
        f"seconds={entry.seconds:.1f}",
        *(f"{name}={value}" for name, value in figures.items()),
        *([f"output={entry.output}"] if entry.output else []),
    ]
    line = " ".join(parts)
    if entry.messages:
        line += ": " + " ".join(" ".join(message.split()) for message in entry.messages)
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def notice_subject(entry: RunEntry) -> str:
    """Return the subject of a notice."""
    return _(_SUBJECTS[entry.result]).format(config=entry.config)


def notice_text(entry: RunEntry) -> str:
    """Return the text of a notice, ending in a line end."""
    lines = [*entry.messages]
    known = [name for name in LOGGED if name in entry.figures]
    if known:
        lines += [""] if lines else []
        lines += [f"{word_for(FIGURES, name)}: {format_count(entry.figures[name])}" for name in known]
    facts = [entry.time]
    if entry.run:
        facts.append(_("run {run}").format(run=entry.run))
    facts.append(format_seconds(entry.seconds))
    lines += ["", " · ".join(facts)]
    if entry.output:
        lines.append(_("Results: {folder}").format(folder=entry.output))
    return "\n".join(lines).strip() + "\n"
