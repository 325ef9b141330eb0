"""Files without a heading row: what was taken for the heading goes back to the records."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.i18n import _
from crmclean.core.table import Origin
from crmclean.files.columns import has_no_heading


def keep_first_record(
    headers: Sequence[str],
    frame: pd.DataFrame,
    origin: Origin,
    findings: pd.DataFrame,
    map: Sequence[tuple[str, str]] = (),
) -> tuple[Sequence[str], pd.DataFrame, Origin, pd.DataFrame]:
    """Return headings, cells, origin and findings; where the headings are a record, as those of a headless file.

    Such a file gets the headings «Column 1», «Column 2» …, its first record becomes row 1, the rows of findings move
    with it, and ``Origin.header_row`` is 0. Any other file comes back as it is.
    """
    if not has_no_heading(headers, map):
        return headers, frame, origin, findings
    first = pd.DataFrame([list(headers)], columns=frame.columns, dtype="str")
    whole = pd.concat([first, frame], ignore_index=True)
    moved = findings.assign(row=findings["row"].where(findings["row"].eq(0), findings["row"] + 1))
    said = make_findings([0], "", ["heading-missing"], [""], [""])
    numbered = [_("Column {number}").format(number=number) for number in range(1, len(headers) + 1)]
    aside = tuple((place + 1, line) for place, line in origin.aside)
    return numbered, whole, replace(origin, header_row=0, aside=aside), join_findings([said, moved])
