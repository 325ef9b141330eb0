"""What the types of the settings do not tell: values that are wrong together, rules that cannot be read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.core.segment_settings import ArchiveRule, Chain, ChainStep, Manager, SegmentRule, SegmentSettings
from crmclean.core.settings import DedupSettings, NormalizeSettings, ReadSettings

Path = tuple[str | int, ...]

_HOME: Final = "RU"
_FORMATS: Final = ("csv", "xlsx", "jsonl", "parquet", "html")


@dataclass(frozen=True)
class Mistake:
    """One wrong setting.

    Attributes:
        path: the setting within its table, ``()`` where the table itself is wrong; the number of a table of a list
            counts from 0.
        text: what is wrong with it, translated, beginning with a small letter or the name itself.
    """

    path: Path
    text: str

    def within(self, key: str | int) -> "Mistake":
        """Return the same mistake as seen from the table around."""
        return Mistake((key, *self.path), self.text)


def check_settings(settings: object) -> list[Mistake]:
    """Return what is wrong with settings whose values are all of the right type."""
    check = _CHECKS.get(type(settings))
    of_type = [] if check is None else list(check(settings))
    return [*of_type, *_check_day(settings), *_check_statuses(settings), *_check_region(settings)]


def _check_day(settings: object) -> Iterator[Mistake]:
    """Yield the day of a step where it is none; that of segments may have a time, and is checked there."""
    text = getattr(settings, "as_of", "")
    if not text.strip() or isinstance(settings, SegmentSettings):
        return
    from crmclean.hygiene.as_of import read_as_of

    try:
        read_as_of(text)
    except UsageError as error:
        problem = _("“as_of”: '{text}' is no date.").format(text=text)
        yield Mistake(("as_of",), f"{problem} {error.hint}")


def _check_statuses(settings: object) -> Iterator[Mistake]:
    classes = dict(getattr(settings, "statuses", ()))
    if not classes:
        return
    from crmclean.hygiene.statuses import CLASSES, check_names

    for name in classes:
        try:
            check_names([name], CLASSES, _("There is no class of statuses “{name}”."))
        except UsageError as error:
            yield Mistake(("statuses", name), str(error))


def _check_region(settings: object) -> Iterator[Mistake]:
    """Yield a country that nobody knows: with it, no phone would be one."""
    region = getattr(settings, "region", _HOME)
    if region == _HOME:
        return
    from phonenumbers import SUPPORTED_REGIONS

    if region not in SUPPORTED_REGIONS:
        yield Mistake(("region",), _("“region” must be the code of a country in two capital letters, as in RU or KZ."))


def _check_read(settings: ReadSettings) -> Iterator[Mistake]:
    """Yield the roles of ``map`` that there are not; whether the file has the headings, only reading tells."""
    if not settings.map:
        return
    from crmclean.core.table import ROLES
    from crmclean.files.columns import NO_ROLE_WORDS
    from crmclean.hygiene.statuses import check_names

    asked = (name for name in dict(settings.map) if name.strip().casefold() not in NO_ROLE_WORDS)
    for name in asked:
        try:
            check_names([name.strip().casefold()], list(ROLES), _("There is no role “{name}”."))
        except UsageError as error:
            yield Mistake(("map", name), str(error))


def _check_dedup(settings: DedupSettings) -> Iterator[Mistake]:
    if settings.review_at > settings.merge_at:
        text = _("“review_at” ({review_at}) must not be above “merge_at” ({merge_at}).")
        yield Mistake(("review_at",), text.format(**asdict(settings)))


def _check_normalize(settings: NormalizeSettings) -> Iterator[Mistake]:
    if not re.fullmatch(r"([1-9][0-9]{2,4})?", settings.area_code):
        yield Mistake(("area_code",), _("“area_code” must be three to five digits, as in 4852."))


def _check_segment_rule(rule: SegmentRule) -> Iterator[Mistake]:
    yield from _check_named(rule.name)
    yield from _check_rule_text("when", rule.when)
    yield from _check_due("due", rule.due)


def _check_chain(chain: Chain) -> Iterator[Mistake]:
    yield from _check_named(chain.name)
    yield from _check_rule_text("when", chain.when)
    if not chain.step:
        yield Mistake((), _("the chain has no steps: write [[chain.step]] below it, once for each."))


def _check_chain_step(step: ChainStep) -> Iterator[Mistake]:
    yield from _check_due("after", step.after)
    if step.when:
        yield from _check_rule_text("when", step.when)


def _check_manager(manager: Manager) -> Iterator[Mistake]:
    yield from _check_named(manager.name)


def _check_archive_rule(rule: ArchiveRule) -> Iterator[Mistake]:
    yield from _check_rule_text("when", rule.when)
    if not rule.reason.strip():
        yield Mistake(("reason",), _("nothing is archived without a reason: write one in “reason”."))


def _check_segments(settings: SegmentSettings) -> Iterator[Mistake]:
    from crmclean.config.segment_checks import check_segments

    yield from (Mistake(path, text) for path, text in check_segments(settings))


def _check_run(settings: RunSettings) -> Iterator[Mistake]:
    for name in ("input", "output", "decisions", "calls", "bounces", "log", "state"):
        given = getattr(settings, name)
        if any(not text.isprintable() for text in ([given] if isinstance(given, str) else given)):
            # "C:\new" holds a line break: TOML reads \n, \t, \b and others as signs that no path has.
            yield Mistake((name,), _("“{name}”: write / in paths instead of \\.").format(name=name))
    if settings.format and settings.format.lower() not in _FORMATS:
        text = _("“format” must be one of: {choices}.")
        yield Mistake(("format",), text.format(choices=", ".join(_FORMATS)))
    if "import" in settings.steps[1:]:
        yield Mistake(("steps",), _("“import” brings the files together: it must be the first of “steps”."))
    if repeated := _repeated(settings.steps):
        yield Mistake(("steps",), _("“steps” names {step} twice.").format(step=repeated))
    without = settings.name.replace("{name}", "", 1).replace("{date}", "")
    if "{name}" not in settings.name or re.search(r"[{}\\/:*?\"<>|]", without):
        text = _("“name” must hold {example}, and no signs that file names cannot have.")
        yield Mistake(("name",), text.format(example="{name}"))


def _check_notify(settings: NotifySettings) -> Iterator[Mistake]:
    if settings.email_to and not re.fullmatch(r"[^:\s]+:[0-9]{1,5}", settings.smtp):
        yield Mistake(("smtp",), _("“smtp” must be HOST:PORT, as in mail.example.ru:587."))
    senders = [settings.email_from] if settings.email_from else []
    for name, addresses in (("email_to", settings.email_to), ("email_from", senders)):
        for address in addresses:
            if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
                yield Mistake((name,), _("“{address}” is no e-mail address.").format(address=address))


def _check_named(name: str) -> Iterator[Mistake]:
    if not name.strip():
        yield Mistake(("name",), _("“name” must not be empty."))


def _check_rule_text(key: str, text: str) -> Iterator[Mistake]:
    from crmclean.segmenting.rule_syntax import RuleError, mark_problem, parse_rule

    try:
        parse_rule(text)
    except RuleError as error:
        for problem in error.problems:
            yield Mistake((key,), f"{problem.text}\n{mark_problem(text, problem)}")


def _check_due(key: str, text: str) -> Iterator[Mistake]:
    from crmclean.config.segment_checks import due_problem

    if problem := due_problem(text, allows_heading=key == "due"):
        yield Mistake((key,), problem)


def _repeated(names: Iterable[str]) -> str:
    """Return the first name that stands twice, ``""`` where each stands once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


_CHECKS: Final[Mapping[type[Any], Callable[[Any], Iterator[Mistake]]]] = {
    ReadSettings: _check_read,
    DedupSettings: _check_dedup,
    NormalizeSettings: _check_normalize,
    SegmentRule: _check_segment_rule,
    Chain: _check_chain,
    ChainStep: _check_chain_step,
    Manager: _check_manager,
    ArchiveRule: _check_archive_rule,
    SegmentSettings: _check_segments,
    RunSettings: _check_run,
    NotifySettings: _check_notify,
}
