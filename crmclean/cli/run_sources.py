"""The exports of several systems that a run brings together in one base."""

from collections.abc import Sequence

import pandas as pd

from crmclean.cli.run_inputs import RunInput
from crmclean.cli.running import describe_input
from crmclean.core.finding import no_findings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import Reading, read_bytes, read_table
from crmclean.reporting.input_files import InputFile
from crmclean.workflows.import_base import Source


def read_sources(
    inputs: Sequence[RunInput], settings: ReadSettings
) -> tuple[dict[str, bytes], Reading, tuple[InputFile, ...], tuple[Source, ...]]:
    """Return the bytes of the files by path, a table of nobody to begin with, what each file gave, and the sources.

    Raises:
        CrmCleanError: a file cannot be read.
    """
    data: dict[str, bytes] = {}
    described, sources = [], []
    skipped: list[tuple[int, str]] = []
    for item in inputs:
        data[item.path] = read_bytes(item.path)
        reading = read_table(data[item.path], item.path, settings)
        described.append(describe_input(reading))
        sources.append(Source(item.source, reading.table, reading.findings))
        skipped += [(line, f"{item.source}: {text}") for line, text in reading.skipped]
    nobody = Reading(Table(pd.DataFrame(), ()), no_findings(), tuple(skipped))
    return data, nobody, tuple(described), tuple(sources)
