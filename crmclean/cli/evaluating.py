"""Measuring a result: what it is worth goes to stdout, what is not good enough to stderr and into the exit code."""

import difflib
import math
import time
from collections.abc import Mapping, Sequence

from crmclean.cli.call import Call
from crmclean.cli.crashes import say_on_stderr
from crmclean.cli.screen import console_for_stdout
from crmclean.cli.streams import write_stdout, writing_stdout
from crmclean.core.errors import ExitCode, UsageError
from crmclean.core.evaluation import Evaluation, Miss
from crmclean.core.i18n import _
from crmclean.reporting.evaluation import evaluation_object, print_evaluation
from crmclean.reporting.json_report import write_object
from crmclean.workflows.evaluate import evaluate_files


def evaluate_call(call: Call, pairs: str, fail_under: Sequence[str]) -> ExitCode:
    """Show how right a result is, and tell whether it is good enough.

    Args:
        pairs: file of the compared pairs, ``""`` for none.
        fail_under: thresholds as given, ``client.precision=0.995``.
    """
    started = time.perf_counter()
    thresholds = parse_thresholds(fail_under)
    result, truth = call.arguments
    evaluation = evaluate_files(result, truth, pairs)
    missed = find_missed(evaluation, thresholds)
    seconds = time.perf_counter() - started
    if call.screen.json:
        value = evaluation_object(evaluation, result, truth, missed, seconds)
        write_stdout(write_object(value).encode() + b"\n")
    elif not call.screen.quiet:
        with writing_stdout():
            print_evaluation(evaluation, result, truth, seconds, console_for_stdout(call.screen.no_color))
    for miss in missed:
        say_on_stderr(
            _("{name} is {value}, less than {least}.").format(
                name=miss.name, value=f"{miss.value:.6g}", least=f"{miss.least:g}"
            )
        )
    return ExitCode.THRESHOLD_MISSED if missed else ExitCode.DONE


def parse_thresholds(texts: Sequence[str]) -> dict[str, float]:
    """Return the least value by the name of the figure.

    Raises:
        UsageError: a text is not NAME=VALUE, or the value is no number from 0 to 1.

    >>> parse_thresholds(["client.precision=0.995", "class.typo.recall=0.9"])
    {'client.precision': 0.995, 'class.typo.recall': 0.9}
    """
    thresholds = {}
    for text in texts:
        name, _equals, value = text.rpartition("=")
        least = _share(value)
        if not name.strip() or least is None:
            raise UsageError(
                _("--fail-under {text}: NAME=VALUE is expected, the value from 0 to 1.").format(text=text),
                _("For example: --fail-under client.precision=0.995"),
            )
        thresholds[name.strip()] = least
    return thresholds


def _share(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 1 else None


def find_missed(evaluation: Evaluation, thresholds: Mapping[str, float]) -> list[Miss]:
    """Return every figure that is below its threshold.

    Raises:
        UsageError: a figure was not measured.
    """
    figures = evaluation.figures()
    for name in thresholds:
        if name not in figures:
            near = difflib.get_close_matches(name, figures, n=1)
            measures = _("Measured were: {names}.").format(names=", ".join(evaluation.scores))
            raise UsageError(
                _("--fail-under: “{name}” was not measured.").format(name=name),
                _("Did you mean “{name}”?").format(name=near[0]) if near else measures,
            )
    return [Miss(name, figures[name], least) for name, least in thresholds.items() if figures[name] < least]
