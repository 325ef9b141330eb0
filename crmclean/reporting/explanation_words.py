"""Why two records are, or are not, one client, in sentences that somebody who works with clients understands."""

from datetime import date
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import N_, _, language, ngettext
from crmclean.matching.explaining import FieldTrace, PairTrace, Reason
from crmclean.reporting.explanation import Explanation, Named, Obstacle, Relation, Step
from crmclean.reporting.numbers import format_count, format_share, format_weight

VERDICTS: Final = MappingProxyType(
    {
        "one": N_("One client: dedup merges the two."),
        "asked": N_("A person decides whether this is one client: dedup asks."),
        "apart": N_("Two clients: dedup leaves them apart."),
        "kinds": N_("The card of a person and the card of a company: only cards of one kind can be one client."),
    }
)
"""What becomes of the two records."""

_SELDOM: Final = 0.05
"""A smaller share is shown as one in so many."""

_NO_EVIDENCE: Final = MappingProxyType(
    {
        "person": N_(
            "Not merged by itself: that takes the name and a way to reach the client that is not used by many,"
            " or what identifies a client by itself."
        ),
        "company": N_("Not merged by itself: that takes INN, or the name and a contact or address."),
    }
)
_NO_QUESTION: Final = MappingProxyType(
    {
        "person": N_("Nobody is asked: neither first nor last name agrees, nor what identifies a client by itself."),
        "company": N_("Nobody is asked: neither INN nor the name agrees, nor address and phone."),
    }
)


def name_briefly(record: Named) -> str:
    """Return what a record is called in a sentence: its ID in the CRM, else its row."""
    return _("ID {id}").format(id=record.id) if record.id else _("row {row}").format(row=record.row)


def join_reasons(reasons: tuple[Reason, ...]) -> str:
    """Return reasons as one phrase."""
    return "; ".join(_(reason.title) for reason in reasons)


def explain_verdict(explanation: Explanation) -> list[str]:
    """Return why the two records ended as they did; the decisive first, nothing for cards of two kinds."""
    pair = explanation.pair
    if pair is None:
        return []
    if explanation.verdict == "one":
        return _why_one(explanation, pair)
    if pair.said == "different":
        return [_say_answer(explanation.answered_at, False)]
    lines = []
    if explanation.question is not None:
        lines.append(_say_question(explanation, explanation.question))
    elif explanation.settled is not None:
        lines.append(
            _("A person decided so about two other records of the same two clients: {one} and {other}.").format(
                **_ends(explanation.settled)
            )
        )
    if pair.tier == "merged":
        lines.append(
            _(
                "The two are alike enough for a merge ({evidence}), but it would bring together records that contradict"
                " each other."
            ).format(evidence=join_reasons(pair.merging))
        )
    else:
        lines += _why_not_merged(explanation, pair)
        if pair.tier == "doubtful":
            lines.append(_say_worth_asking(explanation, pair))
        elif explanation.question is None and not pair.vetoes and pair.is_candidate:
            lines.append(_why_nobody_is_asked(explanation, pair))
    return lines


def describe_field(field: FieldTrace, stored: tuple[str, str], of: str, verbose: bool) -> str:
    """Return what else is to be said of a compared field: what was compared, the common value, how frequent it is.

    Args:
        stored: what stands in the file.
        of: ``person`` or ``company``.
        verbose: whether the shares are told that the weight is made of.
    """
    common = field.common
    parts = []
    if common.people:
        parts.append(_("in common: {value}").format(value=common.text))
    elif any(_fold(text) != key for text, key in zip(stored, field.keys, strict=True)):
        compared = " | ".join(dict.fromkeys(field.keys))
        parts.append(_("compared as {values}").format(values=compared))
    if common.text:
        text = ngettext("{count} record has it", "{count} records have it", common.records)
        parts.append(text.format(count=format_count(common.records)))
    if common.people:
        if of == "company":
            text = ngettext("{count} company uses it", "{count} companies use it", common.people)
        else:
            text = ngettext("{count} person uses it", "{count} people use it", common.people)
        parts.append(text.format(count=format_count(common.people)))
    if field.learned:
        parts.append(_("{weight} of it from the answers of people").format(weight=format_weight(field.learned)))
    if verbose:
        text = _("so it is with {m} of the pairs that are one client, and with {u} of the others")
        parts.append(text.format(m=_frequency(field.m), u=_frequency(field.u)))
    return "; ".join(parts)


def describe_obstacle(obstacle: Obstacle) -> str:
    """Return why a link was cut."""
    if obstacle.records is None:
        return _("not merged: {reasons}").format(reasons=join_reasons(obstacle.reasons))
    return _("not merged, because {one} and {other} contradict each other: {reasons}").format(
        one=name_briefly(obstacle.records[0]),
        other=name_briefly(obstacle.records[1]),
        reasons=join_reasons(obstacle.reasons),
    )


def describe_company(relation: Relation) -> str:
    """Return whether the two belong to one company, as a sentence."""
    if relation.is_one:
        if relation.chain:
            return _("The two belong to one company (company_id), which follows from:")
        return _("The two belong to one company (company_id): both say the same of it.")
    if relation.against:
        return _("The two belong to different companies (company_id): {reasons}.").format(
            reasons=join_reasons(relation.against)
        )
    return _("The two belong to different companies (company_id).")


def _why_one(explanation: Explanation, pair: PairTrace) -> list[str]:
    if pair.said == "same":
        lines = [_say_answer(explanation.answered_at, True)]
        if pair.vetoes:
            against = join_reasons(pair.vetoes)
            lines.append(_("The answer outweighs what speaks against it: {reasons}.").format(reasons=against))
        return lines
    if pair.tier == "merged":
        return [
            _(
                "Merged by itself: the probability is {least} or more, nothing forbids it, and there is evidence"
                " enough: {evidence}."
            ).format(least=format_share(explanation.merge_at), evidence=join_reasons(pair.merging))
        ]
    count = len(explanation.chain)
    text = ngettext(
        "The two are not joined directly, but by a chain of {count} link.",
        "The two are not joined directly, but by a chain of {count} links.",
        count,
    )
    return [text.format(count=format_count(count)), *_why_not_merged(explanation, pair)]


def _why_not_merged(explanation: Explanation, pair: PairTrace) -> list[str]:
    """Return what keeps the two themselves from being merged, whatever else joins or parts their clients."""
    if pair.vetoes:
        reasons = join_reasons(pair.vetoes)
        return [_("Forbidden, whatever the weights say: {reasons}.").format(reasons=reasons)]
    if not pair.is_candidate:
        return [
            _(
                "The two were not compared: no phone, mailbox, name or the like of theirs, which not too many records"
                " have, brought them together. What a comparison gives stands below."
            )
        ]
    lines = []
    if pair.not_merging:
        reasons = join_reasons(pair.not_merging)
        lines.append(_("Not merged by itself: {reasons}.").format(reasons=reasons))
    elif not pair.merging:
        lines.append(_(_NO_EVIDENCE[pair.of]))
    if pair.probability < explanation.merge_at:
        least = format_share(explanation.merge_at)
        lines.append(_("Not merged by itself: the probability is less than {least}.").format(least=least))
    return lines


def _say_worth_asking(explanation: Explanation, pair: PairTrace) -> str:
    return _("Worth a question: the probability is {least} or more, and {reasons}.").format(
        least=format_share(explanation.review_at), reasons=join_reasons(pair.asking)
    )


def _why_nobody_is_asked(explanation: Explanation, pair: PairTrace) -> str:
    if pair.not_asking:
        return _("Nobody is asked: {reasons}.").format(reasons=join_reasons(pair.not_asking))
    if not pair.asking:
        return _(_NO_QUESTION[pair.of])
    least = format_share(explanation.review_at)
    return _("Nobody is asked: the probability is less than {least}.").format(least=least)


def _say_question(explanation: Explanation, question: Step) -> str:
    if explanation.is_about(question):
        return _("crmclean review shows the two for a decision.")
    return _("crmclean review asks about their clients by two other records: {one} and {other} ({reason}).").format(
        **_ends(question), reason=question.reason
    )


def _say_answer(answered_at: str, same: bool) -> str:
    if not answered_at:
        return _("A person decided: one client.") if same else _("A person decided: different clients.")
    text = _("A person decided on {date}: one client.") if same else _("A person decided on {date}: different clients.")
    day = date.fromisoformat(answered_at[:10])
    return text.format(date=day.strftime("%d.%m.%Y") if language() == "ru" else day.isoformat())


def _ends(step: Step) -> dict[str, str]:
    return {"one": name_briefly(step.one), "other": name_briefly(step.other)}


def _fold(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _frequency(share: float) -> str:
    if 0 < share < _SELDOM:
        return _("one in {count}").format(count=format_count(round(1 / share)))
    return format_share(share)
