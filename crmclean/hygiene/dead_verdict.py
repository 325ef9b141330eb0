"""What follows from the reasons: who is dead, what is proposed, who may not be contacted, and why, in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.i18n import N_, _
from crmclean.fields.text import take_texts
from crmclean.hygiene.dead_found import Bools, Found, say
from crmclean.hygiene.dead_rules import FINAL, LEFT_IN_PEACE, NOTES, REASONS, UNREACHABLE
from crmclean.hygiene.evidence_columns import join_cells

PROPOSALS: Final = {
    "archive": N_("Archive: nobody can be reached, or nobody is there"),
    "enrich": N_("Enrich: find another number or address, there is somebody to ask"),
    "check": N_("Check: a person has to look before anything is done"),
}
"""What can be proposed, with its title."""


@dataclass(frozen=True)
class Client:
    """What is known of whom the cards stand for.

    Attributes:
        named: the person is known by name; asked of those alone who cannot be reached.
        of_company: the company is known; of the same.
        reachable: there is a way to reach somebody, whatever the reasons say of a number.
        otherwise: there is a way beside the phone.
        valuable: never archived without a check.
    """

    named: Bools
    of_company: Bools
    reachable: Bools
    otherwise: Bools
    valuable: Bools


@dataclass(frozen=True)
class Verdict:
    """What was decided of every row.

    Attributes:
        holds: by reason, of which rows it holds.
        dead: leaves the active base.
        reasons: codes joined by ``,``.
        why: the same in words, joined by ``; ``.
        proposal: a key of ``PROPOSALS`` or ``""``.
        left_in_peace: may not be contacted.
        contested: the data contradict themselves.
        weak: one of several numbers is dead, nobody knows which.
    """

    holds: dict[str, Bools]
    dead: Bools
    reasons: pd.Series
    why: pd.Series
    proposal: pd.Series
    left_in_peace: Bools
    contested: Bools
    weak: Bools


def judge(found: Sequence[Found], client: Client) -> Verdict:
    """Return what follows from all that was found."""
    size = len(client.named)
    holds = {code: np.zeros(size, dtype=np.bool_) for code in REASONS}
    sure = {code: np.zeros(size, dtype=np.bool_) for code in REASONS}
    contested, weak = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    for item in found:
        holds[item.code] |= item.rows
        sure[item.code] |= item.rows & ~item.weak
        contested |= item.contested
        weak |= item.weak
    weak &= ~_any_of(sure, set(REASONS) - NOTES)
    dead = _any_of(sure, set(REASONS) - NOTES)
    proposal = _propose(holds, contested, weak, client)
    return Verdict(
        holds,
        dead,
        _join_codes(holds),
        _join_words(found, contested, weak, client.valuable & proposal.ne("").to_numpy(dtype=np.bool_)),
        proposal,
        _any_of(holds, LEFT_IN_PEACE),
        contested,
        weak,
    )


def find_rows_of(found: Sequence[Found], codes: Collection[str]) -> Bools:
    """Return the rows of which any of these reasons was found."""
    return np.asarray(np.logical_or.reduce([item.rows for item in found if item.code in codes]), dtype=np.bool_)


def _any_of(holds: dict[str, Bools], codes: Collection[str]) -> Bools:
    chosen = [rows for code, rows in holds.items() if code in codes]
    return np.asarray(np.logical_or.reduce(chosen), dtype=np.bool_)


def _propose(holds: dict[str, Bools], contested: Bools, weak: Bools, client: Client) -> pd.Series:
    """Return what to do with every contact.

    Nothing where there is no reason, or none but that the client wants to be left in peace. Else a check where an
    archive could be wrong; then to look for a number where only the contacts are dead and somebody can be asked; else
    the archive.
    """
    has_more = _any_of(holds, set(REASONS) - {"opted-out"})
    check = client.valuable | contested | weak | holds["stage-too-long"] | holds["person-left"]
    # Calls that nobody takes leave the other ways; a wrong number leaves no phone.
    phone_is_dead = holds["attempts-failed"] | holds["wrong-number"] | holds["not-in-service"]
    another_way = np.where(phone_is_dead, client.otherwise, client.reachable)
    to_ask = (client.named & (client.of_company | another_way)) | (client.of_company & another_way)
    enrich = _any_of(holds, UNREACHABLE) & ~_any_of(holds, FINAL) & to_ask
    choice = np.select([~has_more, check, enrich], [0, 3, 2], 1)
    return take_texts(pa.array(["", *PROPOSALS], pa.large_string()), choice, pd.RangeIndex(len(choice)))


def _join_codes(holds: dict[str, Bools]) -> pd.Series:
    """Return the codes of every row in the order of ``REASONS``, joined by commas."""
    mask = np.zeros(len(next(iter(holds.values()))), dtype=np.int64)
    for place, code in enumerate(REASONS):
        mask |= holds[code].astype(np.int64) << place
    codes, distinct = pd.factorize(mask)
    texts = [
        ",".join(code for place, code in enumerate(REASONS) if number >> place & 1) for number in distinct.tolist()
    ]
    return take_texts(pa.array(texts, pa.large_string()), codes, pd.RangeIndex(len(mask)))


def _join_words(found: Sequence[Found], contested: Bools, weak: Bools, valuable: Bools) -> pd.Series:
    """Return all reasons of every row in words, in the order of ``REASONS``; of one reason the first that is known."""
    columns = []
    for code in REASONS:
        parts = [item.words for item in found if item.code == code and item.rows.any()]
        if parts:
            words = parts[0]
            for other in parts[1:]:
                words = words.where(words.ne(""), other)
            columns.append(words)
    columns.append(say(weak, _("which of the numbers is not known")))
    columns.append(say(contested, _("but the data contradict this")))
    columns.append(say(valuable, _("a valuable client")))
    return join_cells(columns)
