"""The files that a run writes beside the clean base: of every step its lists and workbooks."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from crmclean.cli.segment import render_lists
from crmclean.core.settings import ReadSettings
from crmclean.core.table import FileFormat, Table
from crmclean.files.dated_folder import dated_folders
from crmclean.files.outputs import Content
from crmclean.files.reading import read_bytes, read_table
from crmclean.files.writing import render
from crmclean.hygiene.deals_files import render_list, title_columns
from crmclean.reporting.checklist import render_checklist
from crmclean.reporting.csv_tables import csv_pieces
from crmclean.reporting.review import render_review
from crmclean.reporting.summary import RunSummary
from crmclean.segmenting.archive import archive_table
from crmclean.workflows.run import table_name


@dataclass(frozen=True)
class StepPage:
    """What files of a step are made from.

    Attributes:
        summary: the step as if it were a run of its own.
        settings: with which it worked.
        format: of the clean base.
        archived: the archive before the run.
    """

    summary: RunSummary
    settings: Any
    format: FileFormat
    archived: Table | None = None


Renderer = Callable[[StepPage], Content]


@dataclass(frozen=True)
class RunFile:
    """One file of a step.

    Attributes:
        table: of the outcome; where it is empty, so that there is nothing to do with it, no file is written.
        ending: of the file name; ``""`` for that of the clean base.
        render: makes it; CSV by default.
        always: written even where the table is empty.
        title: what the file is called, by default as the table.
    """

    table: str
    ending: str = ".csv"
    render: Renderer | None = None
    always: bool = False
    title: str = ""

    def name(self, step: str) -> str:
        """Return what the file is called among those of the run."""
        title = self.title or self.table
        return title if title == step else table_name(step, title)

    def is_wanted(self, page: StepPage) -> bool:
        """Tell whether there is something to write."""
        return self.always or len(page.summary.table(self.table)) > 0

    def content(self, page: StepPage) -> Content:
        """Return what is written."""
        return csv_pieces(page.summary.table(self.table)) if self.render is None else self.render(page)


def _review(page: StepPage) -> bytes:
    return render_review(page.summary)


def _deal_changes(page: StepPage) -> bytes:
    return render_list(page.summary.table("deal_changes"), page.summary.before.origin, excel_safe=False)


def _decide(page: StepPage) -> bytes:
    return render_list(title_columns(page.summary.table("decide")), page.summary.before.origin, excel_safe=False)


def _checklist(page: StepPage) -> bytes:
    return render_checklist(page.summary)


def _tasks(page: StepPage) -> Content:
    return render_lists(page.settings)["tasks"](page.summary)


def _calendar(page: StepPage) -> Content:
    return render_lists(page.settings)["calendar"](page.summary)


def _archive(page: StepPage) -> bytes:
    return render(archive_table(page.summary.outcome, page.archived), page.format).data


RUN_FILES: Final[Mapping[str, tuple[RunFile, ...]]] = MappingProxyType(
    {
        "import": (RunFile("sources"),),
        "normalize": (RunFile("changes"), RunFile("suggestions")),
        "dedup": (
            RunFile("clusters", always=True),
            RunFile("merge_map"),
            RunFile("journal"),
            RunFile("review", ".xlsx", _review),
        ),
        "dead": (RunFile("tags", always=True),),
        "deals": (RunFile("deal_changes", render=_deal_changes), RunFile("decide", render=_decide)),
        "cadence": (RunFile("clients"),),
        "funnel": (RunFile("by_stage"), RunFile("by_source"), RunFile("by_manager")),
        "audit": (RunFile("sample", ".xlsx", _checklist),),
        "segment": (
            RunFile("tags", always=True),
            RunFile("tasks", render=_tasks),
            RunFile("tasks", ".ics", _calendar, title="calendar"),
        ),
        "archive": (RunFile("archive", "", _archive, always=True), RunFile("warm_up")),
    }
)
"""By step."""


def last_archive(output: Path, name: str, known: Collection[str], passing: Path | None) -> Table | None:
    """Return the archive as the last run left it; ``None`` where no run has made one.

    Args:
        output: the folder of the results.
        name: how files of a run are called.
        known: paths of archives that the history knows: files may have been called otherwise then.
        passing: a folder that does not count.

    Raises:
        FileError: it cannot be read.
    """
    pattern = re.escape(name).replace(r"\{name\}", "archive").replace(r"\{date\}", r"\d{4}-\d{2}-\d{2}") + r"\.\w+"
    for folder in dated_folders(output):
        for path in sorted(folder.iterdir()):
            if folder != passing and (str(path) in known or re.fullmatch(pattern, path.name)):
                data = read_bytes(str(path))
                # JSON Lines of nobody are no lines.
                return read_table(data, str(path), ReadSettings(), of_clients=False).table if data.strip() else None
    return None
