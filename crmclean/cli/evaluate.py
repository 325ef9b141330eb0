"""``crmclean evaluate``: how right a result is, against a known truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crmclean.cli.call import Call
from crmclean.cli.command import Command
from crmclean.cli.options import STEP_PANEL, Argument, ScreenOptions, option
from crmclean.core.errors import ExitCode
from crmclean.core.i18n import N_


@dataclass(frozen=True)
class EvaluateOptions:
    """What else to measure, and what is good enough."""

    pairs: str = option(
        "",
        N_("The compared pairs, as dedup --pairs writes them: is 0.9 right nine times out of ten?"),
        metavar=N_("FILE.csv"),
        panel=STEP_PANEL,
    )
    fail_under: Sequence[str] = option(
        (),
        N_("Exit with code 1 where a figure is lower, as in client.precision=0.995. May be given several times."),
        metavar=N_("NAME=VALUE"),
        panel=STEP_PANEL,
    )


def run(call: Call) -> ExitCode:
    """Measure a result and show how right it is."""
    from crmclean.cli.evaluating import evaluate_call

    options = call.options(EvaluateOptions)
    return evaluate_call(call, options.pairs, options.fail_under)


EVALUATE: Final = Command(
    "evaluate",
    N_("Measure a result against a known truth: precision, recall and F1 of every kind of duplicate."),
    (EvaluateOptions, ScreenOptions),
    run,
    (
        Argument(
            "result", str, N_("RESULT"), N_("What dedup --clusters wrote, or any list with id (or row) and cluster_id.")
        ),
        Argument(
            "truth",
            str,
            N_("TRUTH"),
            N_("A list with id (or row) and any of person_id, company_id, household_id, class; - is stdin."),
        ),
    ),
)
