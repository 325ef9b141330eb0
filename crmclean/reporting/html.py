"""The report as one offline page: no script, no request, nothing but the page itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from crmclean.core.i18n import _, language, ngettext
from crmclean.reporting.figures import list_figures
from crmclean.reporting.html_sections import (
    describe_columns,
    describe_findings,
    describe_levels,
    describe_settings,
    split_rows,
)
from crmclean.reporting.input_files import name_of_file, name_of_source, number_rows, span_of_rows
from crmclean.reporting.links import Doubt, Merge, arrange_doubts, arrange_merges, rank_groups
from crmclean.reporting.numbers import format_count, format_seconds, format_share, format_weight
from crmclean.reporting.records import FieldLine
from crmclean.reporting.sections import show_sections
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import COMMANDS, SHARED_KINDS, count_records, describe_origin, output_title, word_for

if TYPE_CHECKING:
    from jinja2 import Environment

GROUPS_SHOWN: Final = 200
ROWS_SHOWN: Final = 200
CELL_SHOWN: Final = 240

_BYTES_FOR_MERGES: Final = 520_000
_BYTES_FOR_DOUBTS: Final = 360_000
_BYTES_PER_CELL: Final = 60
_BYTES_PER_BLOCK: Final = 900


@dataclass(frozen=True)
class Shown:
    """The part of a long list that the page has room for, and the length of the whole."""

    items: list[object]
    total: int

    @property
    def hidden(self) -> int:
        """How many are not on the page."""
        return self.total - len(self.items)


def render_html(summary: RunSummary) -> bytes:
    """Return the report of a run as one page in UTF-8, below a megabyte whatever the size of the run."""
    template = _environment().get_template("report.html.j2")
    return template.render(_describe_run(summary)).encode("utf-8", "replace")


def _describe_run(summary: RunSummary) -> Mapping[str, object]:
    skipped = summary.table("skipped")
    return {
        "lang": language(),
        "title": word_for(COMMANDS, summary.command),
        "summary": summary,
        "source": name_of_source(summary.source, summary.inputs),
        "origin": describe_origin(summary.before.origin),
        "records": count_records(len(summary.before)),
        "seconds": format_seconds(summary.seconds),
        "figures": list_figures(summary),
        "parts": split_rows(summary),
        "columns": describe_columns(summary),
        "merges": _show_merges(summary),
        "doubts": _show_doubts(summary),
        "shared": _show_shared(summary),
        "merged_clients": _show_rows(summary, "merged_clients"),
        "changes": _show_rows(summary, "changes"),
        "skipped": Shown(list(skipped.head(ROWS_SHOWN).to_dict("records")), len(skipped)),
        "findings": describe_findings(summary),
        "sections": show_sections(summary, ROWS_SHOWN),
        "levels": describe_levels(summary.table("levels")),
        "settings": describe_settings(summary.settings),
        "inputs": [
            (name_of_file(item.path), describe_origin(item.origin), item.rows, span_of_rows(item, first))
            for item, first in number_rows(summary.inputs)
        ],
        "outputs": [(output_title(name), path) for name, path in summary.outputs.items()],
    }


def _show_merges(summary: RunSummary) -> Shown:
    groups = rank_groups(summary.table("clusters"))
    merges = arrange_merges(summary, groups["cluster_id"].head(GROUPS_SHOWN).tolist())
    return Shown(_take_within(merges, _BYTES_FOR_MERGES), len(groups))


def _show_doubts(summary: RunSummary) -> Shown:
    doubts = arrange_doubts(summary, GROUPS_SHOWN)
    return Shown(_take_within(doubts, _BYTES_FOR_DOUBTS), len(summary.table("review")))


def _show_shared(summary: RunSummary) -> Shown:
    shared = summary.table("shared")
    if shared.empty:
        return Shown([], 0)
    most_used = shared.sort_values(["records", "kind", "value"], ascending=[False, True, True]).head(ROWS_SHOWN)
    entries: list[object] = [
        {**entry, "kind": word_for(SHARED_KINDS, str(entry["kind"]))} for entry in most_used.to_dict("records")
    ]
    return Shown(entries, len(shared))


def _show_rows(summary: RunSummary, name: str) -> Shown:
    frame = summary.table(name)
    return Shown(list(frame.head(ROWS_SHOWN).to_dict("records")), len(frame))


def _take_within(blocks: Sequence[Merge | Doubt], budget: int) -> list[object]:
    """Return the first blocks that stay within the bytes together; the very first in any case."""
    ends = accumulate(_estimate_bytes(block) for block in blocks)
    return [block for number, (block, end) in enumerate(zip(blocks, ends, strict=True)) if end <= budget or not number]


def _estimate_bytes(block: Merge | Doubt) -> int:
    pairs = sum(len(link.evidence) for link in block.links)
    return _BYTES_PER_BLOCK + 2 * _BYTES_PER_CELL * pairs + sum(_line_bytes(line) for line in block.lines)


def _line_bytes(line: FieldLine) -> int:
    # The column that shows the result costs as much as one more cell; Cyrillic takes two bytes a letter.
    texts = [line.title, *(cell.text for cell in line.cells), line.cells[0].text]
    return sum(_BYTES_PER_CELL + 2 * min(len(text), CELL_SHOWN) for text in texts)


def _shorten(text: str, most: int = CELL_SHOWN) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _format_prior(value: float) -> str:
    text = np.format_float_positional(value, precision=4, fractional=False, trim="-")
    return text.replace(".", ",") if language() == "ru" else text


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("crmclean.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({"_": _, "ngettext": ngettext})
    environment.filters.update(
        {
            "count": format_count,
            "share": format_share,
            "weight": format_weight,
            "prior": _format_prior,
            "shorten": _shorten,
        }
    )
    return environment
