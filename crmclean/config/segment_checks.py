"""What can be wrong with rules, chains and managers taken together, and with texts that say by when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import SegmentSettings
from crmclean.fields.text import fold
from crmclean.segmenting.chosen_rules import choose_chains
from crmclean.segmenting.packs import load_pack
from crmclean.segmenting.span_text import SpanError, parse_span, suggest_span
from crmclean.segmenting.working_time import WorkingTime, read_now, read_working_time

Found = tuple[tuple[str | int, ...], str]
"""The path of a mistake within the settings, and what is wrong."""


def check_segments(settings: SegmentSettings) -> Iterator[Found]:
    """Yield what is wrong with settings whose values are each for itself right."""
    yield from _check_packs(settings)
    yield from _check_calendar(settings)
    for field, names in (
        ("rules", [rule.name for rule in settings.rules]),
        ("chains", [chain.name for chain in settings.chains]),
        ("managers", [manager.name for manager in settings.managers]),
    ):
        yield from _check_repeated(field, names)
    yield from _check_chains(settings)
    yield from _check_skills(settings)


def due_problem(text: str, allows_heading: bool) -> str:
    """Return what is wrong with a text that says by when, ``""`` where it can be read.

    Args:
        allows_heading: it may name a column of the file, which is not known yet: only what looks like a length of time
            with a slip is wrong then.
    """
    if allows_heading:
        meant = suggest_span(text) if any(letter.isdigit() for letter in text) else ""
        try:
            parse_span(text)
        except SpanError:
            return _("“{text}” is no length of time.").format(text=text) + " " + meant if meant else ""
        return ""
    try:
        parse_span(text)
    except SpanError as error:
        return str(error)
    return ""


def _check_packs(settings: SegmentSettings) -> Iterator[Found]:
    unknown = [problem for name in settings.use if (problem := _problem(partial(load_pack, name)))]
    yield from ((("use",), problem) for problem in unknown)
    if not unknown and (problem := _problem(partial(choose_chains, settings))):
        yield ("without",), problem


def _check_calendar(settings: SegmentSettings) -> Iterator[Found]:
    plain = SegmentSettings()
    for field in ("hours", "workdays", "holidays", "days_off"):
        alone = replace(plain, **{field: getattr(settings, field)})
        if problem := _problem(partial(read_working_time, alone)):
            yield (field,), problem
    if problem := _problem(partial(read_now, settings.as_of, WorkingTime())):
        yield ("as_of",), problem


def _check_repeated(field: str, names: Sequence[str]) -> Iterator[Found]:
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        if fold(name) in first:
            yield (field, number, "name"), _("“{name}” stands here for the second time.").format(name=name)
        first.setdefault(fold(name), number)


def _check_chains(settings: SegmentSettings) -> Iterator[Found]:
    """Find the rules that name a chain which there is not."""
    try:
        known = {fold(chosen.name): chosen.name for chosen in choose_chains(settings)}
    except UsageError:
        # Said already.
        return
    for number, rule in enumerate(settings.rules):
        if rule.chain and fold(rule.chain) not in known:
            text = _("there is no chain “{name}”.").format(name=rule.chain)
            hint = "" if known else " " + _("Write it as [[chain]], or use the pack “regulation”.")
            yield ("rules", number, "chain"), text + (_meant(rule.chain, list(known.values())) or hint)


def _check_skills(settings: SegmentSettings) -> Iterator[Found]:
    """Find the rules that ask for a skill which no manager has, where there are managers at all."""
    known = {fold(skill): skill for manager in settings.managers for skill in manager.skills}
    for number, rule in enumerate(settings.rules):
        if settings.managers and rule.skill and fold(rule.skill) not in known:
            text = _("no manager has the skill “{name}”.").format(name=rule.skill)
            yield ("rules", number, "skill"), text + _meant(rule.skill, list(known.values()))


def _meant(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return " " + _("Did you mean “{name}”?").format(name=near[0]) if near else ""


def _problem(read: Callable[[], object]) -> str:
    """Return what is wrong according to a function that raises where something is."""
    try:
        read()
    except UsageError as error:
        return str(error)
    return ""
