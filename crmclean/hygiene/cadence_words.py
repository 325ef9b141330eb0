"""What is said of a client and of an order, in the language of the user."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_, _
from crmclean.hygiene.cadence_classes import SEGMENTS
from crmclean.hygiene.cadence_purchases import PURCHASE, WHY_NOT

_RHYTHMS: Final = {
    "overdue": N_("Overdue. Usual days between purchases: {period}; passed since the last: {days}."),
    "due": N_("Due soon. Usual days between purchases: {period}; passed since the last: {days}."),
    "on-time": N_("Buys in time. Usual days between purchases: {period}; passed since the last: {days}."),
}
_RHYTHMS_OF_THE_BASE: Final = {
    "overdue": N_("Overdue. Bought once; usual days between purchases in the base: {period}; passed: {days}."),
    "due": N_("Due soon. Bought once; usual days between purchases in the base: {period}; passed: {days}."),
    "on-time": N_("Bought once; usual days between purchases in the base: {period}; passed: {days}."),
}
_NOTES: Final = {
    "open_deal": N_("A deal is open."),
    "opt_out": N_("Opted out: may not be contacted."),
    "recommend": N_("Ready to recommend."),
}


def tell_clients(clients: pd.DataFrame) -> "pd.Series[str]":
    """Return what is known of every client in a few sentences; ``""`` of one that has bought nothing.

    Args:
        clients: ``purchases``, ``rhythm``, ``period``, ``days_since``, ``segment``, ``abc``, and the flags
            ``open_deal``, ``opt_out`` and ``recommend``.
    """
    rhythm = pd.DataFrame(
        {
            "rhythm": clients["rhythm"].where(clients["purchases"] > 0, "none"),
            "is_own": clients["purchases"] > 1,
            "period": np.floor(clients["period"].fillna(0) + 0.5).astype("int64"),
            "days": clients["days_since"].fillna(0).astype("int64"),
        }
    )
    said = zip(
        _tell_each(rhythm, _tell_rhythm), _tell_each(clients[["segment", "abc", *_NOTES]], _tell_rest), strict=True
    )
    return pd.Series([f"{first} {rest}".strip() for first, rest in said], index=clients.index, dtype="str")


def tell_orders(why: NDArray[np.object_], of_clients: "pd.Series[str]") -> "pd.Series[str]":
    """Return what is said in the row of every order: why it does not count, and what is known of its client."""
    left_out = {code: _("Does not count: {why}.").format(why=_lower_first(_(title))) for code, title in WHY_NOT.items()}
    rows = np.flatnonzero(why != PURCHASE)
    said = of_clients.to_numpy(dtype=object, copy=True)
    said[rows] = [f"{left_out[code]} {text}".strip() for code, text in zip(why[rows], said[rows], strict=True)]
    return pd.Series(said, dtype="str")


def _tell_each(facts: pd.DataFrame, tell: Callable[..., str]) -> list[str]:
    """Return ``tell`` of every row, called once for each distinct one: many clients are told in the same words."""
    codes = facts.groupby(list(facts.columns), sort=False).ngroup().to_numpy()
    firsts = pd.Series(codes).drop_duplicates().index
    told = np.empty(len(firsts), dtype=object)
    told[codes[firsts]] = [tell(*values) for values in facts.iloc[firsts].itertuples(index=False, name=None)]
    sentences: list[str] = told[codes].tolist()
    return sentences


def _tell_rhythm(rhythm: str, is_own: bool, period: int, days: int) -> str:
    if rhythm == "none":
        return ""
    text = (_RHYTHMS if is_own else _RHYTHMS_OF_THE_BASE).get(rhythm)
    if text is None:
        return _(
            "Days since the last purchase: {days}. The usual period is not known: nobody has bought twice."
        ).format(days=days)
    return _(text).format(period=period, days=days)


def _tell_rest(segment: str, abc: str, *flags: bool) -> str:
    sentences = []
    if segment:
        sentences.append(_("Segment: {segment}.").format(segment=_(SEGMENTS[segment]).lower()))
    if abc:
        sentences.append(_("Class of turnover: {abc}.").format(abc=abc))
    sentences += [_(text) for text, is_so in zip(_NOTES.values(), flags, strict=True) if is_so]
    return " ".join(sentences)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
