"""What is true of a card: for which reasons its client is lost, and what to do with it.

The thresholds are those that the rules of the job have by default. Nothing here looks at a text: the facts come from
the story that made the card.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Literal

Proposal = Literal["archive", "enrich", "check", ""]

SILENT_DAYS: Final = 365
STAGE_DAYS: Final = 180
VIP_AMOUNT: Final = 500_000
OPEN_STAGES: Final = frozenset({"new", "no-answer", "postponed", "in-work", "has-tasks", "agreeing", "payment"})

REASONS: Final = (
    "no-contact",
    "only-fillers",
    "test-record",
    "not-in-service",
    "bounced",
    "attempts-failed",
    "silent",
    "stage-too-long",
    "opted-out",
    "company-closed",
    "wrong-number",
    "asked-to-delete",
    "person-died",
    "person-left",
)
"""Every reason that the truth gives, in the order in which it gives them."""
NOTES: Final = frozenset({"opted-out", "person-left"})
"""Reasons that alone do not make a client dead: the first stays in the base and is left in peace, the second is a
question about who answers there now."""

_UNREACHABLE: Final = frozenset(
    {"no-contact", "only-fillers", "not-in-service", "bounced", "wrong-number", "attempts-failed"}
)
_FINAL: Final = frozenset({"test-record", "opted-out", "company-closed", "asked-to-delete", "person-died"})
"""Nobody asks such a client, or for such a client, for another number."""


@dataclass(slots=True)
class Facts:
    """What the data show of one card.

    Attributes:
        told: the reasons that a story put into contacts, remarks, columns, calls and bounces.
        stage_class: the class of the stage, "" where there is none.
        stage_age: days since the stage was entered; -1 where no column says it.
        silent_age: days since the last activity, or else since the last modification; -1 where neither is written.
        vip: tagged VIP or worth VIP_AMOUNT roubles or more.
        contradicted: something else in the data speaks against the reasons.
        named: the name of the person is known.
        has_company: the firm is known.
        live_channel: there is a phone or an address against which nothing speaks.
    """

    told: set[str] = field(default_factory=set)
    stage_class: str = ""
    stage_age: int = -1
    silent_age: int = -1
    vip: bool = False
    contradicted: bool = False
    named: bool = True
    has_company: bool = False
    live_channel: bool = True


def find_reasons(facts: Facts) -> tuple[str, ...]:
    """Return the reasons in the order of REASONS: those that the story told, silence and a stage held too long."""
    reasons = set(facts.told)
    if facts.silent_age > SILENT_DAYS:
        reasons.add("silent")
    if facts.stage_class in OPEN_STAGES and facts.stage_age > STAGE_DAYS:
        reasons.add("stage-too-long")
    if facts.stage_class == "refused":
        reasons.add("opted-out")
    return tuple(reason for reason in REASONS if reason in reasons)


def is_dead(reasons: Collection[str]) -> bool:
    """Say whether a client leaves the active base: there is a reason that is more than a note."""
    return any(reason not in NOTES for reason in reasons)


def propose(reasons: Collection[str], facts: Facts) -> Proposal:
    """Return what to do with a card.

    Nothing where there is no reason, or none but that the client wants to be left in peace. Else, the first that fits:

    1. ``check`` where archiving could be wrong: a VIP; evidence that contradicts itself, which an open stage that
       nobody has moved for STAGE_DAYS does too; a person who left a firm that still stands.
    2. ``enrich`` where only the contacts are dead: the person is known, nothing ends the matter for good, and a firm
       or another live channel is there to ask for a number.
    3. ``archive``: nobody can be reached or nobody is there.
    """
    held = set(reasons)
    if not held - {"opted-out"}:
        return ""
    if facts.vip or facts.contradicted or held & {"stage-too-long", "person-left"}:
        return "check"
    if held & _UNREACHABLE and not held & _FINAL and facts.named and (facts.has_company or facts.live_channel):
        return "enrich"
    return "archive"
