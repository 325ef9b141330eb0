"""One run of a config from the newest export to the results of the day: the order of work.

The results appear together or not at all (``files.dated_folder``), the run is in the history before they do, and
whatever stops the work is said in the log and to those whom the config names (``run_watch``).

This module imports the libraries that do the work: the command imports it when it runs, not before.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from crmclean.cli.answers import Answers, gather_answers
from crmclean.cli.audit import judge_threshold, misses_threshold
from crmclean.cli.call import Call
from crmclean.cli.language import speak
from crmclean.cli.memory import prepare_memory
from crmclean.cli.recording import recording
from crmclean.cli.run import RunOptions
from crmclean.cli.run_files import RUN_FILES, StepPage, last_archive
from crmclean.cli.run_inputs import inputs_of, matching, newest_evidence
from crmclean.cli.run_plan import RunPlan, make_plan
from crmclean.cli.run_sources import read_sources
from crmclean.cli.run_watch import RunWatch
from crmclean.cli.running import read_evidence, read_parts, with_reading
from crmclean.cli.screen import Screen
from crmclean.cli.second_core import second_core
from crmclean.cli.targets import STREAM, check_format, extension_for
from crmclean.config import settings_from
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import FileFormat, Table
from crmclean.files.dated_folder import DatedFolder, dated_folders
from crmclean.files.outputs import Content
from crmclean.files.reading import Reading
from crmclean.files.writing import render, written_format
from crmclean.history.client_file import load_clients, save_clients
from crmclean.history.copies import pack_input
from crmclean.history.database import Database
from crmclean.history.decisions import keep_carried
from crmclean.history.run_lock import one_run_at_a_time
from crmclean.reporting.html import render_html
from crmclean.reporting.input_files import InputFile, note_other_sheets
from crmclean.reporting.summary import RunSummary
from crmclean.workflows.dedup import Deduplicated
from crmclean.workflows.earlier_nights import NIGHTLY_COMMAND, figures_before, paths_before, was_made_from
from crmclean.workflows.import_base import Source
from crmclean.workflows.run import StepResult, join_outcomes, run_steps, settings_of
from crmclean.workflows.run_steps import RUN_STEPS, Evidence
from crmclean.workflows.thresholds import crossed_thresholds

DATA: Final = "clients"
"""What the clean base is called among the files of a run."""

REPORT: Final = "report"
ARCHIVE: Final = "archive"


def run_config(call: Call, options: RunOptions) -> ExitCode:
    """Do the steps of a config.

    Raises:
        CrmCleanError: nothing was written; the log and those whom the config names know it.
    """
    config = call.arguments[0]
    base = Path(os.path.abspath(config)).parent
    with RunWatch(config, base, quiet=options.dry_run) as watch:
        if config == STREAM:
            raise UsageError(
                _("A config is read from a file, not from stdin."), _("Name it: crmclean run crmclean.toml.")
            )
        call = replace(call, values={**call.values, "config": config})
        run = settings_from(call.config, RunSettings)
        if run.lang and not call.screen.lang:
            speak(run.lang)
        watch.use(run, settings_from(call.config, NotifySettings))
        plan = make_plan(call, options, base)
        with nullcontext() if plan.dry_run else one_run_at_a_time(plan.state):
            inputs = tuple(inputs_of(plan.run, base))
            call = replace(plan.call, arguments=tuple(item.path for item in inputs))
            plan = replace(plan, call=call, inputs=inputs)
            with second_core(plan.call.arguments) as beside:
                return _Run(plan, watch).work(beside)


class _Run:
    """The work of one call."""

    def __init__(self, plan: RunPlan, watch: RunWatch) -> None:
        self._plan = plan
        self._watch = watch
        self._started = time.perf_counter()
        self._screen = Screen(plan.call.screen)

    def work(self, beside: Executor) -> ExitCode:
        """Read, do the steps, write, and tell."""
        prepare_memory()
        plan = self._plan
        with self._screen.busy(_("Reading…")) as stage, ThreadPoolExecutor(1) as packer:
            answers = gather_answers(plan.state, matching(plan.run.decisions, plan.base))
            data, reading, inputs, sources = self._read()
            evidence = self._gather(answers, data, sources, beside)
            packing = {} if plan.dry_run else {path: packer.submit(pack_input, read) for path, read in data.items()}
            del data
            stage(_("Working…"))
            results = run_steps(reading.table, plan.steps, plan.call.config, plan.today, evidence)
            stage(_("Writing…"))
            summary = self._summarise(results, reading, inputs, answers)
            if not plan.dry_run:
                packed = {path: future.result() for path, future in packing.items()}
                summary = self._record(summary, results, packed, answers, evidence.archived)
        return self._conclude(summary, results)

    def _read(self) -> tuple[Mapping[str, bytes], Reading, tuple[InputFile, ...], tuple[Source, ...]]:
        """Return what the inputs hold: the parts of one export as a table, or exports of several systems."""
        plan = self._plan
        settings = settings_from(plan.call.config, ReadSettings)
        if "import" in plan.steps:
            return read_sources(plan.inputs, settings)
        of_clients = any(RUN_STEPS[name].of_clients for name in plan.steps)
        return *read_parts(plan.call.arguments, settings, of_clients), ()

    def _gather(
        self, answers: Answers, data: Mapping[str, bytes], sources: tuple[Source, ...], beside: Executor
    ) -> Evidence:
        plan = self._plan
        calls = newest_evidence(plan.run.calls, plan.base)
        bounces = newest_evidence(plan.run.bounces, plan.base)
        return Evidence(
            answers.frame,
            load_clients(plan.state),
            read_evidence("calls", calls) if calls else None,
            read_evidence("bounces", bounces) if bounces else None,
            sources,
            self._last_archive(data) if "archive" in plan.steps else None,
            plan.run.restore,
            beside,
        )

    def _last_archive(self, data: Mapping[str, bytes]) -> Table | None:
        """Return the archive as it was before this night: done again, a night begins where it began the first time."""
        plan = self._plan
        newest = next(iter(dated_folders(plan.output)), None)
        passing = None
        if newest is not None and newest.name.startswith(f"{plan.today:%Y-%m-%d}"):
            digests = [hashlib.sha256(read).hexdigest() for read in data.values()]
            passing = newest if was_made_from(plan.state, newest, digests) else None
        return last_archive(plan.output, plan.run.name, paths_before(plan.state, ARCHIVE), passing)

    def _summarise(
        self, results: list[StepResult], reading: Reading, inputs: tuple[InputFile, ...], answers: Answers
    ) -> RunSummary:
        """Return the run as pages show it: what was merged is told of the table that was merged."""
        outcome = with_reading(join_outcomes(reading.table, results), reading)
        if not answers.frame.empty:
            outcome = replace(outcome, tables={**outcome.tables, "answers": answers.frame})
        notes = (*answers.warnings, *note_other_sheets(inputs))
        if self._plan.dry_run:
            notes = (*notes, _("Dry run: nothing was written."))
        return RunSummary(
            run="",
            command=NIGHTLY_COMMAND,
            source=self._plan.call.arguments[0],
            settings={result.name: asdict(result.settings) for result in results},
            seconds=time.perf_counter() - self._started,
            outputs={},
            before=results[0].outcome.table if "import" in self._plan.steps else reading.table,
            outcome=outcome,
            notes=notes,
            inputs=inputs,
        )

    def _record(
        self,
        summary: RunSummary,
        results: list[StepResult],
        packed: Mapping[str, Any],
        answers: Answers,
        archived: Table | None,
    ) -> RunSummary:
        """Write the results and the history of the run."""
        plan = self._plan
        merges = [item.outcome for item in results if isinstance(item.outcome, Deduplicated)]

        def remember(database: Database, run: int) -> None:
            for merge in merges:
                if merge.assigned is not None:
                    save_clients(database, merge.assigned, run, plan.today.date())

        format = check_format(plan.run.format) or written_format(summary.before.origin.format)
        kept = {
            "read": settings_from(plan.call.config, ReadSettings),
            **{result.name: result.settings for result in results},
            "output": {"format": format, "excel_safe": plan.run.excel_safe},
        }
        with DatedFolder(plan.output, f"{plan.today:%Y-%m-%d}") as folder:
            names = {}
            for name, ending, content in self._contents(summary, results, format, archived):
                names[name] = plan.run.name.format(name=name.replace("_", "-"), date=f"{plan.today:%Y-%m-%d}") + ending
                folder.write(names[name], content)
            answers.keep(plan.state)
            for merge in merges:
                if merge.carried is not None:
                    keep_carried(plan.state, merge.carried)
            with recording(plan.state, plan.call, kept, packed, remember) as record:
                target = folder.target(passing=frozenset({names[REPORT]}))
                digests = folder.digests
                written = {_output_name(name): (str(target / file), digests[file]) for name, file in names.items()}
                record.keep_tables(summary.outcome.tables)
                record.finish(written, summary.outcome.figures, summary.seconds)
                notes = summary.notes
                if target.exists():
                    text = _("Nothing has changed: the results in {folder} are the same, byte for byte.")
                    notes = (*notes, text.format(folder=target))
                folder.commit(target)
        outputs = {name: path for name, (path, digest) in written.items()}
        return replace(summary, run=record.run_id, outputs=outputs, notes=notes)

    def _contents(
        self, summary: RunSummary, results: list[StepResult], format: FileFormat, archived: Table | None
    ) -> Iterator[tuple[str, str, Content]]:
        """Yield the files of the run: name, ending, content."""
        source = summary.source
        extension = extension_for(source, format)
        yield DATA, extension, render(summary.outcome.table, format, self._plan.run.excel_safe).data
        for result in results:
            step = replace(
                summary,
                command=result.name,
                settings=asdict(result.settings),
                before=result.before,
                outcome=result.outcome,
            )
            page = StepPage(step, result.settings, format, archived)
            for file in RUN_FILES[result.name]:
                if file.is_wanted(page):
                    yield file.name(result.name), file.ending or extension, file.content(page)
        # The same input gives the same page: it says neither how long the run took nor which number it had.
        yield REPORT, ".html", render_html(replace(as_merged(summary, results), seconds=0.0))

    def _conclude(self, summary: RunSummary, results: list[StepResult]) -> ExitCode:
        """Show the run and judge it by the thresholds of the config."""
        plan, figures = self._plan, summary.outcome.figures
        crossed = crossed_thresholds(plan.notify, figures, figures_before(plan.state, summary.run))
        least = settings_of(plan.call.config, "audit").fail_under if "audit" in plan.steps else 0.0
        if misses_threshold(summary.outcome, least):
            crossed = (*crossed, *judge_threshold(summary.outcome, least))
        code = ExitCode.THRESHOLD_MISSED if crossed else ExitCode.DONE
        output = str(Path(next(iter(summary.outputs.values()))).parent) if summary.outputs else ""
        self._watch.tell(summary.run, figures, output, code, crossed)
        self._screen.show(replace(as_merged(summary, results), notes=(*summary.notes, *crossed)))
        return code


def as_merged(summary: RunSummary, results: list[StepResult]) -> RunSummary:
    """Return a summary whose tables are those of the step that merged: its rows are told by their numbers in these."""
    for result in results:
        if isinstance(result.outcome, Deduplicated):
            outcome = replace(summary.outcome, table=result.outcome.table)
            return replace(summary, before=result.before, outcome=outcome)
    return summary


def _output_name(name: str) -> str:
    """Return under which name an output stands in the history and the figures: the base is ``data`` everywhere."""
    return "data" if name == DATA else name
