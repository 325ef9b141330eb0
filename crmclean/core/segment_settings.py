"""The settings of `segment` and `archive`; see ``core.settings`` for how they are used.

Rules, chains and managers have no options: they stand in a config file as tables of their own (``[[segment]]``).
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Ge

from crmclean.core.hygiene_settings import REGION, STATUSES
from crmclean.core.i18n import N_
from crmclean.core.settings import required, setting, tables

NOW: Final = N_(
    "Today's date, or the moment, so that a run repeats: 2026-11-22 or 2026-11-22 09:30; by default that of the "
    "computer, without the time at the beginning of the working day."
)


@dataclass(frozen=True)
class SegmentRule:
    """One rule: which clients it takes, and what is to be done with them."""

    name: str = required(N_("Name of the segment."))
    when: str = required(N_("Which clients it takes, as in amount >= 500000 and status = 'есть задачи'."))
    action: str = setting("", N_("What is to be done next."))
    due: str = setting("", N_("By when: today, 1 hour, 2 days, 3 working days, 2026-12-01, or a heading with dates."))
    owner: str = setting("", N_("Who does it; by default the client's own manager."))
    why: str = setting("", N_("Why, for the one who gets the client."))
    skill: str = setting("", N_("Who can do it: a manager with this skill gets the client."))
    chain: str = setting("", N_("The chain that gives the next action instead, by its name."))


@dataclass(frozen=True)
class ChainStep:
    """One step of a chain of the regulation."""

    after: str = required(N_("How long after the step before, in working time: 1 hour, 2 days; 0 for at once."))
    action: str = required(N_("What is to be done."))
    when: str = setting("", N_("Only for these clients, else the step is passed over: phone is empty."))
    owner: str = setting("", N_("Who does it; by default the client's own manager."))


@dataclass(frozen=True)
class Chain:
    """A chain of the regulation: what follows what, for clients in one situation."""

    name: str = required(N_("Name of the chain."))
    when: str = required(N_("Which clients are in it, as in status is no-answer."))
    start: str = setting("", N_("Date from which the first step counts: a role or heading; by default the last touch."))
    why: str = setting("", N_("Why, for the one who gets the client."))
    step: tuple[ChainStep, ...] = tables(ChainStep, N_("Its steps, in their order."))


@dataclass(frozen=True)
class Manager:
    """Somebody who can get clients."""

    name: str = required(N_("Name, as the column of owners has it."))
    skills: tuple[str, ...] = setting((), N_("What this manager can do; a rule names one of these words."))
    capacity: Annotated[int, Ge(0)] = setting(0, N_("No more clients than this in one run; 0 is no limit."))


@dataclass(frozen=True)
class SegmentSettings:
    """How `segment` sorts clients into segments and says what is to be done next."""

    use: tuple[str, ...] = setting((), N_("Ready-made rules, by the name of their pack; your own go before them."))
    without: tuple[str, ...] = setting((), N_("Rules of the packs to leave out, by their name."))
    take: Literal["first", "all"] = setting(
        "first", N_("A client that fits several rules: the first one takes it, or all of them.")
    )
    as_of: str = setting("", NOW)
    hours: str = setting("9:00-18:00", N_("Working hours, to which times of calls are moved."))
    workdays: str = setting("1-5", N_("Working days of the week: 1 is Monday; 1-5, or 1,2,3,6."))
    holidays: str = setting("RU", N_("Public holidays of this country are no working days; none: no holidays at all."))
    days_off: tuple[str, ...] = setting((), N_("Further days on which nobody works: 2026-12-30."))
    reassign: Literal["keep", "free"] = setting(
        "keep", N_("Managers: clients stay with theirs where possible (keep), or are all handed out anew (free).")
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)
    rules: tuple[SegmentRule, ...] = tables(SegmentRule, N_("Rules, in the order in which they are tried."))
    chains: tuple[Chain, ...] = tables(Chain, N_("Chains of the regulation."))
    managers: tuple[Manager, ...] = tables(Manager, N_("Managers who get the clients."))


@dataclass(frozen=True)
class ArchiveRule:
    """Which clients leave the active base, and with what reason."""

    when: str = required(N_("Which clients leave, as in days_since(last_activity) > 730."))
    reason: str = required(N_("With what reason."))
    warm_up: str = setting("", N_("List for warming up into which they go: discounts, articles."))


@dataclass(frozen=True)
class ArchiveSettings:
    """Which clients `archive` puts away, and who comes back."""

    as_of: str = setting(
        "", N_("Today's date, so that a run repeats: 2026-11-22 or 22.11.2026; by default that of the computer.")
    )
    built_in: bool = setting(
        False, N_("Also what `dead` proposes to archive, and lost deals, each with its reason, without rules of yours.")
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)
    rule: tuple[ArchiveRule, ...] = tables(ArchiveRule, N_("Which clients leave, and with what reason."))
