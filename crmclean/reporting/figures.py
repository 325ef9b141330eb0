"""The figures of a run as titles, texts and shares."""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import _
from crmclean.reporting.numbers import format_count, format_share
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import FIGURES, SHARES

_OF_ALL_ROWS: Final = frozenset({"rows_out", "merged"})
_HIDDEN: Final = MappingProxyType(
    {
        **dict.fromkeys(("normalize", "link", "dead", "deals", "cadence", "funnel", "audit", "segment"), _OF_ALL_ROWS),
        "import": _OF_ALL_ROWS | {"rows_in"},
    }
)
"""Figures that say nothing for a command, or say it under another name."""

_ONLY_IF_ANY: Final = frozenset({"answers", "clients_merged"})
"""Figures that tell nothing where there is nothing to count."""

_DETAILS: Final = frozenset({"pairs_compared"})


@dataclass(frozen=True)
class Figure:
    """One figure, ready to be shown.

    Attributes:
        text: the number in the user's language.
        share: of the whole, 0 to 1, where the figure is a part of something.
        share_text: the share in per cent, ``""`` where ``text`` says it already.
        detail: of interest only to who asks for more.
    """

    name: str
    title: str
    text: str
    value: float
    share: float | None
    share_text: str
    detail: bool


def list_figures(summary: RunSummary) -> list[Figure]:
    """Return the figures of a run that have a title and are known, in the order of ``FIGURES``."""
    known = {name: float(value) for name, value in summary.outcome.figures.items() if not math.isnan(value)}
    hidden = _HIDDEN.get(summary.command, frozenset())
    hidden = hidden | {name for name in _ONLY_IF_ANY if not known.get(name)}
    return [_describe(name, known[name], summary) for name in FIGURES if name in known and name not in hidden]


def _describe(name: str, value: float, summary: RunSummary) -> Figure:
    share: float | None = None
    text, share_text = format_count(value), ""
    if name in SHARES:
        share = value
        text = format_share(value)
    elif name == "quality":
        share = value / 100
        # 99.6 is not 100: the last defect must not be rounded away.
        text = format_count(math.floor(value))
    elif name in _OF_ALL_ROWS and summary.merged:
        share = value / summary.rows_in
        share_text = format_share(value, summary.rows_in)
    return Figure(name, _title(name, summary), text, value, share, share_text, name in _DETAILS)


def _title(name: str, summary: RunSummary) -> str:
    if name == "doubtful" and summary.command == "normalize":
        return _("Cells in doubt")
    if name == "rows_in" and len(summary.inputs) > 1:
        return _("Records in the files")
    return _(FIGURES[name])
