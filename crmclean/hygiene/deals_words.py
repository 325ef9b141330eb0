"""Why two deals are one sale, or may not be, in words."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_, _, ngettext
from crmclean.hygiene.deals_deciding import Twin
from crmclean.hygiene.deals_reading import Codes, Flags
from crmclean.hygiene.deals_sales import SalePairs

SPEAKS_FOR: Final = (
    ("inn", N_("same INN")),
    ("company", N_("same company")),
    ("phone", N_("same phone")),
    ("email", N_("same mailbox")),
    ("person", N_("same person")),
    ("domain", N_("mailboxes of one domain")),
    ("same-product", N_("same product")),
    ("same-amount", N_("same amount")),
    ("close-amount", N_("almost the same amount")),
    ("same-title", N_("titles say the same")),
    ("sent-twice", N_("sent twice")),
)
SPEAKS_AGAINST: Final = (
    ("other-owner", N_("another manager")),
    ("name-only", N_("nothing but the name of the company is the same")),
    ("common-name", N_("several companies have this name")),
    ("person-only", N_("nothing but the name and the city of the person is the same")),
    ("other-company", N_("other company")),
    ("other-office", N_("other KPP: a branch")),
    ("other-person", N_("other person")),
    ("other-city", N_("other city")),
    ("two-companies", N_("two companies share the phone or mailbox")),
    ("two-clients", N_("it may as well belong to a deal of another company")),
    ("by-another", N_("shown by another twin only")),
    ("many-open", N_("the client has many open deals")),
    ("other-product", N_("other product")),
    ("part-product", N_("only a part of the products is the same")),
    ("other-amount", N_("other amount")),
    ("other-number", N_("titles name other numbers")),
    ("other-object", N_("titles name other things")),
    ("one-repeats", N_("one of the titles speaks of a repeat sale or of service")),
    ("other-pipeline", N_("other pipeline")),
    ("further-along", N_("the newer deal is further along")),
    ("stage-unknown", N_("the stage is not known")),
    ("day-unknown", N_("the day of opening is not known")),
    ("far-apart", N_("opened long after the other")),
    ("little-known", N_("too little is known of what is sold")),
)
_IMPLIED: Final = (("company", "inn"), ("domain", "inn"), ("domain", "email"), ("same-title", "same-product"))
"""What need not be said where something stronger is."""

_TITLES: Final = dict((*SPEAKS_FOR, *SPEAKS_AGAINST))


def collect_signs(pairs: SalePairs, doubts: Mapping[str, Flags], twins: Sequence[Twin]) -> pd.DataFrame:
    """Return what speaks for and against each twin: a column of flags a code, in the order of the words."""
    places = np.array([twin.pair for twin in twins], dtype=np.int64)
    known = {**pairs.clients.signs, **pairs.signs, **doubts}
    signs = {code: known[code][places] for code in _TITLES if code in known}
    for code in ("two-clients", "by-another"):
        signs[code] = np.array([code in twin.doubts for twin in twins], dtype=np.bool_)
    return pd.DataFrame({code: signs[code] for code in _TITLES})


def say_for(signs: pd.DataFrame, days: NDArray[np.float64]) -> "pd.Series[str]":
    """Return what speaks for one sale, with the days between the two deals."""
    shown = signs.copy()
    for code, stronger in _IMPLIED:
        shown[code] &= ~signs[stronger]
    said = _say(shown, [code for code, _title in SPEAKS_FOR])
    apart = pd.Series(days).fillna(-1).astype("int64")
    return said + apart.map({count: _say_days(count) for count in apart.unique().tolist()}).astype("str")


def say_against(signs: pd.DataFrame) -> "pd.Series[str]":
    """Return what speaks against it; ``""`` where nothing does."""
    return _say(signs, [code for code, _title in SPEAKS_AGAINST])


def join_words(speaks_for: "pd.Series[str]", against: "pd.Series[str]") -> "pd.Series[str]":
    """Return both in one sentence."""
    return speaks_for + ("; " + _("against it:") + " " + against).where(against.ne(""), "")


def _say(signs: pd.DataFrame, codes: Sequence[str]) -> "pd.Series[str]":
    """Return the words of the flags that are set; every combination is put into words once."""
    weights = 2 ** np.arange(len(codes), dtype=np.int64)
    sums: Codes = signs[list(codes)].to_numpy(dtype=np.int64) @ weights
    places, distinct = pd.factorize(sums)
    words = [
        ", ".join(_(_TITLES[code]) for bit, code in enumerate(codes) if int(total) >> bit & 1)
        for total in distinct.tolist()
    ]
    return pd.Series(words, dtype="str").take(places).reset_index(drop=True)


def _say_days(count: int) -> str:
    if count < 0:
        return ""
    if count == 0:
        return ", " + _("opened on the same day")
    return ", " + ngettext("opened {count} day apart", "opened {count} days apart", count).format(count=count)
