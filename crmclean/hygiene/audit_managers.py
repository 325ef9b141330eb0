"""Who of the managers leaves gaps: the figures of an audit by owner of the records."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_, _
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import Table
from crmclean.hygiene.audit_kinds import Bools, Floats
from crmclean.hygiene.audit_nothing import says_something
from crmclean.hygiene.audit_required import Required, title_of
from crmclean.hygiene.audit_words import Flag

MANAGERS_SECTION: Final = Section(
    "managers",
    N_("By manager"),
    (
        SectionColumn("owner", N_("Owner")),
        SectionColumn("records", N_("Records"), "count"),
        SectionColumn("quality", N_("Quality"), "count"),
        SectionColumn("gaps", N_("With gaps"), "share"),
        SectionColumn("most_missed", N_("Mostly empty")),
    ),
    N_("The lowest quality first; it is the mean of the records."),
)

WORK_SECTION: Final = Section(
    "managers",
    N_("What each manager has to put right"),
    (
        SectionColumn("owner", N_("Owner")),
        SectionColumn("phone_no_mail", N_("Phone only"), "count"),
        SectionColumn("mail_no_phone", N_("E-mail only"), "count"),
        SectionColumn("doubtful", N_("In doubt"), "count"),
        SectionColumn("off_standard", N_("Other spelling"), "count"),
    ),
)

_NOBODY: Final = N_("(no owner)")


def list_managers(table: Table, required: Sequence[Required], flags: Sequence[Flag], quality: Floats) -> pd.DataFrame:
    """Return one line per owner of records, the lowest quality first; none where the table has no owners.

    Columns are those of both sections: ``gaps`` is the share of records with an empty required field, the
    others count records; ``quality`` is rounded down.
    """
    names = list(dict.fromkeys(column.name for column in (*MANAGERS_SECTION.columns, *WORK_SECTION.columns)))
    if not table.with_role("owner") or not len(table):
        return pd.DataFrame(columns=names)
    owner = table.coalesced("owner")
    owner = owner.where(says_something(owner), "")
    codes, owners = pd.factorize(owner)
    total = np.bincount(codes, minlength=len(owners))

    def count(*prefixes: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        marks: Bools = np.zeros(len(table), dtype=np.bool_)
        for flag in flags:
            if flag.rule.code.startswith(prefixes) and not flag.rule.missing(table):
                marks |= flag.marks
        return np.bincount(codes[marks], minlength=len(owners))

    is_scored = ~np.isnan(quality)
    scored = np.bincount(codes[is_scored], minlength=len(owners))
    points = np.bincount(codes[is_scored], quality[is_scored], minlength=len(owners))
    frame = pd.DataFrame(
        {
            "owner": pd.Series([name or _(_NOBODY) for name in owners.tolist()], dtype="str"),
            "records": total,
            "quality": np.floor(np.divide(points, scored, out=np.full(len(owners), np.nan), where=scored > 0) + 1e-9),
            "gaps": count("missing:") / total,
            "most_missed": pd.Series(_most_missed(table, required, codes, len(owners)), dtype="str"),
            "phone_no_mail": count("phone-no-mail"),
            "mail_no_phone": count("mail-no-phone"),
            "doubtful": count("doubtful:"),
            "off_standard": count("off-standard:"),
        }
    )
    return frame.sort_values(["quality", "records", "owner"], ascending=[True, False, True], ignore_index=True)


def _most_missed(
    table: Table, required: Sequence[Required], codes: "np.ndarray[tuple[int], np.dtype[np.intp]]", owners: int
) -> list[str]:
    """Return of every owner the required field that is empty most often, ``""`` where none ever is."""
    measured = [item for item in required if not item.rule.missing(table)]
    if not measured:
        return [""] * owners
    counts = np.array([np.bincount(codes[item.gaps], minlength=owners) for item in measured])
    most = counts.argmax(axis=0)
    return [title_of(measured[place].name) if counts[place, at] else "" for at, place in enumerate(most.tolist())]
