"""``crmclean segment``: which segment each client belongs to, and what is to be done next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import READING, WRITING, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_, _
from crmclean.core.segment_settings import SegmentSettings

if TYPE_CHECKING:
    from crmclean.cli.running import Workbooks
    from crmclean.reporting.summary import RunSummary

WORD: Final = "segments"
"""Stands in the name of a result that is written beside the input."""

BESIDE: Final = {"tasks": "tasks.csv", "report": "segments.html"}


@dataclass(frozen=True)
class SegmentFiles:
    """What `segment` can write beside the data, or show instead."""

    tags: str = option("", N_("Write one line per record and segment: action, date, owner."), metavar=N_("FILE.csv"))
    tasks: str = option("", N_("Write the tasks, in the form that the CRM imports."), metavar=N_("FILE.csv"))
    ics: str = option("", N_("Write the tasks for a calendar."), metavar=N_("FILE.ics"))
    remind: bool = option(False, N_("Let the calendar remind of each task on its eve."))
    explain: str = option(
        "",
        N_("Say why this record is in its segment, and why the earlier rules did not take it. Nothing is written."),
        metavar=N_("ID"),
    )


def run(call: Call) -> ExitCode:
    """Sort the clients of one base into segments."""
    files = call.options(SegmentFiles)
    if files.explain:
        from crmclean.cli.explaining_segment import explain_segment

        return explain_segment(call, files.explain)
    from crmclean.cli.running import Job, run_job
    from crmclean.segmenting.chosen_rules import check_any
    from crmclean.segmenting.segment import segment

    settings = call.settings(SegmentSettings)
    check_any(settings)
    job = Job(
        WORD,
        "segments",
        settings,
        {"tags": files.tags, "tasks": files.tasks, "calendar": files.ics},
        BESIDE,
        workbooks=render_lists(settings, files.remind),
    )
    return run_job(call, job, lambda table: segment(table, settings))


def render_lists(settings: SegmentSettings, remind: bool = False) -> "Workbooks":
    """Return what makes the task list for the CRM and that for a calendar."""
    from crmclean.reporting.calendar import render_calendar
    from crmclean.reporting.task_list import render_tasks
    from crmclean.segmenting.working_time import read_now, read_working_time, write_clock

    working = read_working_time(settings)

    def tasks(summary: "RunSummary") -> bytes:
        return render_tasks(summary.table("tasks"), summary.before.origin.system, write_clock(working.closes))

    def calendar(summary: "RunSummary") -> bytes:
        return render_calendar(summary.table("tasks"), _("Tasks"), read_now(settings.as_of, working), remind)

    return {"tasks": tasks, "calendar": calendar}


SEGMENT: Final = Command(
    "segment",
    N_("Sort clients into segments by rules: next action, date and owner of each. Nothing is deleted."),
    (*WRITING, SegmentFiles, SegmentSettings, *READING),
    run,
    PARTS,
)
