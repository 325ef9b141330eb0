"""What was seen in the data: one catalogue of codes, and the frame that findings travel in.

Bad data is a finding, never an exception. ``docs/*/findings.md`` is generated from the catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import pandas as pd

from crmclean.core.i18n import N_

FINDING_COLUMNS: Final = ("row", "column", "code", "before", "after")


@dataclass(frozen=True)
class FindingType:
    """One kind of finding.

    Attributes:
        code: stable name, ``<kind of value>-<what>``.
        severity: ``change`` (a cell was rewritten), ``doubt`` (left as it is, worth a look), ``note``.
        title, meaning, remedy: message ids.
    """

    code: str
    severity: Literal["change", "doubt", "note"]
    title: str
    meaning: str
    remedy: str


_TYPES: Final = (
    FindingType(
        "phone-normalized",
        "change",
        N_("Phone brought to the standard"),
        N_("The number was written in another way; it now stands as +7… (E.164)."),
        N_("Nothing to do."),
    ),
    FindingType(
        "phone-impossible",
        "doubt",
        N_("Impossible phone"),
        N_("No such number can exist: too short, too long, or no such area or operator code. It was left as it is."),
        N_("Ask the client for the number; a lost or doubled digit is not guessed."),
    ),
    FindingType(
        "phone-no-area-code",
        "doubt",
        N_("Phone without its area code"),
        N_("Five to seven digits: a city number whose city is not known. It was left as it is."),
        N_("Add the area code by hand."),
    ),
    FindingType(
        "phone-filler",
        "doubt",
        N_("Placeholder instead of a phone"),
        N_(
            "A number typed to get past a required field (+7 999 999-99-99, 1234567, zeros). It is no key for matching."
        ),
        N_("Find the real number or empty the cell."),
    ),
    FindingType(
        "phone-damaged",
        "doubt",
        N_("Phone damaged by a spreadsheet"),
        N_("Written as 9,16E+10: the last digits are lost and cannot be brought back. It was left as it is."),
        N_("Export again with the column set to text."),
    ),
    FindingType(
        "phone-not-a-phone",
        "doubt",
        N_("No phone in the phone column"),
        N_("The cell holds words or another kind of value. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "email-normalized",
        "change",
        N_("E-mail brought to the standard"),
        N_("Spaces, upper case in the domain or other harmless differences were removed."),
        N_("Nothing to do."),
    ),
    FindingType(
        "email-invalid",
        "doubt",
        N_("Impossible e-mail"),
        N_("The address breaks the rules of RFC 5321/5322 or has no possible domain. It was left as it is."),
        N_("Correct the address; a mail to it can only bounce."),
    ),
    FindingType(
        "email-filler",
        "doubt",
        N_("Placeholder instead of an e-mail"),
        N_("An address typed to get past a required field (test@test.ru, no@mail.ru). It is no key for matching."),
        N_("Find the real address or empty the cell."),
    ),
    FindingType(
        "email-role",
        "note",
        N_("Mailbox of a role"),
        N_("info@, sales@, buh@: read by several people, so that it never proves that two records are one person."),
        N_("Add the personal address of the contact."),
    ),
    FindingType(
        "name-normalized",
        "change",
        N_("Name brought to the standard"),
        N_("Case, spaces or look-alike Latin letters were corrected."),
        N_("Nothing to do."),
    ),
    FindingType(
        "name-placeholder",
        "doubt",
        N_("Placeholder instead of a name"),
        N_("«Без имени», «Клиент», «Тест»: nobody's name. It is no key for matching."),
        N_("Ask the client for the name or delete the test record in the CRM."),
    ),
    FindingType(
        "company-normalized",
        "change",
        N_("Company brought to the standard"),
        N_("Legal form, quotes and spaces now stand as in ООО «Ромашка»."),
        N_("Nothing to do."),
    ),
    FindingType(
        "company-placeholder",
        "doubt",
        N_("Placeholder instead of a company"),
        N_("«Новая компания», «нет»: no company. It is no key for matching."),
        N_("Fill in the company or empty the cell."),
    ),
    FindingType(
        "inn-normalized",
        "change",
        N_("INN brought to the standard"),
        N_("Spaces or a «.0» left by a spreadsheet were removed; the control digits hold."),
        N_("Nothing to do."),
    ),
    FindingType(
        "inn-zero-restored",
        "change",
        N_("Leading zero of the INN restored"),
        N_("A spreadsheet had dropped the first zero; with it the control digits hold."),
        N_("Nothing to do."),
    ),
    FindingType(
        "inn-invalid",
        "doubt",
        N_("Impossible INN"),
        N_("Wrong number of digits or wrong control digits. It was left as it is and is no key for matching."),
        N_("Check the INN in the register of companies (ЕГРЮЛ)."),
    ),
    FindingType(
        "inn-damaged",
        "doubt",
        N_("INN damaged by a spreadsheet"),
        N_("Written as 7,70708E+09: the last digits are lost and cannot be brought back. It was left as it is."),
        N_("Export again with the column set to text."),
    ),
    FindingType(
        "row-too-long",
        "doubt",
        N_("Row longer than the heading"),
        N_("The row has more cells than the heading. The extra cells are kept in unnamed columns."),
        N_("Look for an unquoted delimiter in the row."),
    ),
    FindingType(
        "row-too-short",
        "doubt",
        N_("Row shorter than the heading"),
        N_("The row has fewer cells than the heading. The missing ones are read as empty."),
        N_("Look for a line break in the row, or a file that was cut off."),
    ),
    FindingType(
        "heading-missing",
        "note",
        N_("File without a heading row"),
        N_("The first row is a record already. It is kept; the columns are numbered and recognised by their content."),
        N_("Nothing to do, or name the columns with --map."),
    ),
    FindingType(
        "heading-content-differ",
        "doubt",
        N_("Heading and content disagree"),
        N_("The cells are clearly something else than the heading says. The heading was followed."),
        N_("Look whether the columns of the export are shifted; say what the column is with --map."),
    ),
    FindingType(
        "quote-repaired",
        "doubt",
        N_("Lone quote in a row"),
        N_(
            "A quote opened the cell and was never closed, so that the rows below were read as part of it. "
            "Each of them is a whole row: the quote was taken for a letter of the cell."
        ),
        N_("Look at the cell; remove the quote in the CRM if it is a slip."),
    ),
    FindingType(
        "number-too-long",
        "doubt",
        N_("Number too long for the workbook"),
        N_("A spreadsheet keeps 15 digits: the last ones of this number are lost. It was left with its exponent."),
        N_("Export again with the column set to text; lost digits are not guessed."),
    ),
    FindingType(
        "vcard-binary-skipped",
        "note",
        N_("Picture or sound left out"),
        N_("The card holds a photo, logo, sound or key. A table has no place for it; the rest of the card is read."),
        N_("Nothing to do: it is still in the vCard."),
    ),
    FindingType(
        "heading-duplicate",
        "note",
        N_("Heading that stands twice"),
        N_("Two columns have the same heading. Both are kept in their places and both are read."),
        N_("Nothing to do; rename one in the CRM if they mean different things."),
    ),
    FindingType(
        "import-differs",
        "doubt",
        N_("Record that the base has in another form"),
        N_("The base has a record of the same source with the same ID (or row) and other content. Both are kept."),
        N_("Run crmclean dedup on the base, or delete the older record."),
    ),
    FindingType(
        "shared-phone",
        "note",
        N_("Phone of many people"),
        N_("Different people share this number: a reception, a family or a reissued SIM card. It merges nobody."),
        N_("Add the personal number of each contact."),
    ),
    FindingType(
        "shared-email",
        "note",
        N_("Mailbox of many people"),
        N_("Different people share this mailbox. It merges nobody."),
        N_("Add the personal address of each contact."),
    ),
)

CATALOGUE: Final = MappingProxyType({item.code: item for item in _TYPES})
"""Every finding type by its code."""


def no_findings() -> pd.DataFrame:
    """Return an empty frame of findings."""
    return make_findings([], "", [], [], [])


def make_findings(
    row: Iterable[int],
    column: str,
    code: Iterable[str],
    before: Iterable[str],
    after: Iterable[str],
) -> pd.DataFrame:
    """Return the findings of one column.

    Args:
        row: 1-based data rows; 0 stands for the column or the file as a whole.
        column: the heading.
        code: keys of ``CATALOGUE``.
        before, after: the cell before and after; equal where nothing was changed.

    Raises:
        KeyError: a code is not in the catalogue.
    """
    frame = pd.DataFrame(
        {
            "row": pd.Series(list(row), dtype="int64"),
            "column": column,
            "code": pd.Series(list(code), dtype="str"),
            "before": pd.Series(list(before), dtype="str"),
            "after": pd.Series(list(after), dtype="str"),
        }
    )
    frame["column"] = frame["column"].astype("str")
    unknown = set(frame["code"].unique()) - set(CATALOGUE)
    if unknown:
        raise KeyError(f"findings not in the catalogue: {sorted(unknown)}")
    return frame


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several frames of findings as one, ordered by row; findings of one row keep their order."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return no_findings()
    return pd.concat(kept, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
