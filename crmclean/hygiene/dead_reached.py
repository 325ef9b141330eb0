"""Which contacts cannot be reached, by their numbers and addresses, by calls and letters, and by what is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.i18n import N_, _, ngettext
from crmclean.hygiene.dead_evidence import Contacted
from crmclean.hygiene.dead_found import (
    Bools,
    Found,
    Moments,
    by_comment,
    is_later_day,
    make_found,
    say,
    say_day,
    say_number,
    say_text,
    spell_day,
)
from crmclean.hygiene.dead_remarks import Written, nothing_written
from crmclean.hygiene.reach import Reach, State

_RECENT: Final = np.timedelta64(90, "D")

_SAID: Final = {
    "opted-out": N_("does not want to be contacted"),
    "company-closed": N_("the company is closed"),
    "asked-to-delete": N_("asked to be deleted"),
    "person-died": N_("the person died"),
    "person-left": N_("the person no longer works there"),
    "test-record": N_("test record"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of every contact before the rules are applied.

    Attributes:
        reach: the ways to reach it, with what evidence says of each.
        contacted: what became of calls and letters.
        written: what is written of it, by the reason of remarks.
        modified: when the card was changed, the latest day on which a remark without a date was written.
        as_of: today.
    """

    reach: Reach
    contacted: Contacted
    written: Mapping[str, Written]
    modified: Moments
    as_of: pd.Timestamp

    def of(self, reason: str) -> Written:
        """Return what is written for a reason of remarks."""
        return self.written.get(reason) or nothing_written(len(self.modified))

    @property
    def reachable(self) -> Bools:
        """Tell who has a way to be reached of which nothing bad is known."""
        live: Bools = (self.reach.phones.live > 0) | self.other_ways
        return live

    @property
    def other_ways(self) -> Bools:
        """Tell who can be reached otherwise than by phone."""
        ways: Bools = (self.reach.mails.live > 0) | self.reach.messenger
        return ways


def find_without_contacts(facts: Facts) -> list[Found]:
    """Return who has nothing that could reach anybody: nothing at all, only what is impossible, only placeholders."""
    ways = (facts.reach.phones, facts.reach.mails)
    known_dead = np.logical_or.reduce([way.any(State.NOT_IN_SERVICE, State.WRONG, State.BOUNCED) for way in ways])
    nothing = ~facts.reachable & ~known_dead
    impossible = np.logical_or.reduce([way.any(State.IMPOSSIBLE, State.DAMAGED) for way in ways])
    damaged = np.logical_or.reduce([way.any(State.DAMAGED) for way in ways])
    fillers = np.logical_or.reduce([way.any(State.FILLER) for way in ways]) & ~impossible & nothing
    empty, broken = nothing & ~impossible & ~fillers, nothing & impossible
    # The digits that a spreadsheet cut off stand in the CRM: to export once more may bring them back.
    return [
        make_found("no-contact", empty, say(empty, _("no phone and no e-mail"))),
        make_found("no-contact", broken, say(broken, _("no possible phone or e-mail")), contested=damaged),
        make_found("only-fillers", fillers, say(fillers, _("only placeholders for phone and e-mail"))),
    ]


def find_dead_numbers(facts: Facts) -> list[Found]:
    """Return whose every number is not in service, or somebody else's, and whose every address bounces."""
    phones, mails = facts.reach.phones, facts.reach.mails
    no_number = phones.live == 0
    silent = no_number & phones.any(State.NOT_IN_SERVICE) & ~facts.other_ways
    wrong = no_number & phones.any(State.WRONG)
    bounced = no_number & mails.any(State.BOUNCED) & ~facts.other_ways
    tried = facts.contacted.last_try
    return [
        make_found(
            "not-in-service",
            silent,
            say_day(silent, tried, _("no number is in service (last call {date})"), _("no number is in service")),
        ),
        make_found("wrong-number", wrong, say(wrong, _("somebody else answers the number"))),
        make_found(
            "bounced",
            bounced,
            say_day(bounced, facts.contacted.bounced, _("mail bounces (last {date})"), _("mail bounces")),
        ),
        *_find_written_numbers(facts),
    ]


def _find_written_numbers(facts: Facts) -> list[Found]:
    """Return whose number or address is dead by what is written.

    «The number» is the only one. Where one of several is known to be dead, that one was meant; where nothing is known
    of any, a person has to see which.
    """
    phones, mails = facts.reach.phones, facts.reach.mails
    entered = phones.count() - phones.count(State.FILLER)
    live = phones.live
    explained = phones.any(State.NOT_IN_SERVICE, State.WRONG)
    several = entered > 1
    found = []
    for reason, text in (("not-in-service", _("number not in service")), ("wrong-number", _("wrong number"))):
        written = facts.of(reason)
        heard_since = _was_heard(facts, written, surely=True)
        rows = written.rows & (live > 0) & ~explained & ~heard_since
        if reason == "not-in-service":
            rows &= ~facts.other_ways
        words = say_text(rows, written.phrases, partial(by_comment, text))
        contested = _was_heard(facts, written, surely=False)
        found.append(make_found(reason, rows, words, several, contested))
    written = facts.of("bad-mail")
    rows = written.rows & (phones.live == 0) & (mails.live > 0) & ~facts.reach.messenger
    words = say_text(rows, written.phrases, partial(by_comment, _("mail bounces")))
    found.append(make_found("bounced", rows, words, mails.count() > 1))
    return found


def _was_heard(facts: Facts, written: Written, surely: bool) -> Bools:
    """Tell who answered a call after the remark was written, surely, or at least possibly.

    A remark without a date was written when the card was last changed, or before.
    """
    answered = facts.contacted.answered
    latest = np.where(np.isnat(written.dates), facts.modified, written.dates)
    if surely:
        return is_later_day(answered, latest)
    not_before: Bools = ~np.isnat(answered) & ~is_later_day(latest, answered)
    return not_before & np.isnat(written.dates)


def find_failed_attempts(facts: Facts, settings: DeadSettings, active: Moments) -> list[Found]:
    """Return whom the last attempts by phone did not reach; a number not tried yet is tried before."""
    made = facts.contacted
    rows = (made.failed >= settings.attempts) & (made.days >= settings.attempt_days)
    rows &= ~is_later_day(active, made.last_try)

    made_at = made.last_try.astype("datetime64[D]").astype(np.int64)
    counted = say_number(rows, made.failed, _say_failed)
    words = counted.where(counted.eq(""), counted.str.cat(say_number(rows, made_at, _say_last), sep=" "))
    return [make_found("attempts-failed", rows, words, weak=made.untried)]


def _say_failed(count: int) -> str:
    return ngettext("{count} call in a row failed", "{count} calls in a row failed", count).format(count=count)


def _say_last(day: int) -> str:
    return _("(last {date})").format(date=spell_day(np.datetime64(day, "D")))


def find_written(facts: Facts, has_own_name: Bools) -> list[Found]:
    """Return who is lost for what is written: closed, dead, gone, not willing.

    A talk after that, or within the last three months, speaks against an end; a name that people have speaks against a
    test.
    """
    answered = facts.contacted.answered
    lately = answered >= np.datetime64(facts.as_of, "us") - _RECENT
    found = []
    for reason, remark in (("opted-out", "do-not-call"), *((code, code) for code in _SAID if code != "opted-out")):
        written = facts.of(remark)
        words = say_text(written.rows, written.phrases, partial(by_comment, _(_SAID[reason])))
        against = np.zeros(len(lately), dtype=np.bool_)
        if reason in ("company-closed", "person-died"):
            against = lately | _was_heard(facts, written, surely=True) | _was_heard(facts, written, surely=False)
        elif reason == "test-record":
            against = has_own_name & facts.reachable
        found.append(make_found(reason, written.rows, words, contested=against))
    # Who wants no letters and has no phone cannot be contacted at all.
    letters = facts.contacted.unsubscribed & (facts.reach.phones.live == 0)
    found.append(make_found("opted-out", letters, say(letters, _("wants no letters, and there is no phone"))))
    return found
