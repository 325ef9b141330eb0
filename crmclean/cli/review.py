"""``crmclean review``: decide the doubtful pairs on the terminal, or hand over what was decided in a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import PARTS, Command
from crmclean.cli.options import AnswersOptions, ConfigOptions, ScreenOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_
from crmclean.core.settings import DedupSettings, ReadSettings


@dataclass(frozen=True)
class ReviewOptions:
    """What to decide."""

    decisions: Sequence[str] = option(
        (),
        N_("Only take over the decisions of this review workbook. May be given several times."),
        metavar=N_("FILE.xlsx"),
    )
    limit: str = option("", N_("Ask about this many pairs at most."), metavar=N_("NUMBER"))


def run(call: Call) -> ExitCode:
    """Decide the doubtful pairs of one base."""
    from crmclean.cli.reviewing import review_pairs

    return review_pairs(call, call.options(ReviewOptions))


REVIEW: Final = Command(
    "review",
    N_("Decide the doubtful pairs one by one; every answer is kept and holds for later exports."),
    (ReviewOptions, AnswersOptions, ConfigOptions, DedupSettings, ReadSettings, ScreenOptions),
    run,
    PARTS,
)
