"""What was seen in the data: one catalogue of codes, and the frame that findings travel in.

Bad data is a finding, never an exception. ``docs/*/findings.md`` is generated from the catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
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
        "phone-area-added",
        "change",
        N_("Area code added to a phone"),
        N_("A city number without its code got the code of the city of its row, or the one that was set."),
        N_("Nothing to do, or check the city of the row."),
    ),
    FindingType(
        "phone-service",
        "doubt",
        N_("Number of a service"),
        N_(
            "112, 07, 8-190: everybody's number, not that of a client. It was left as it is and is no key for matching."
        ),
        N_("Ask the client for the number."),
    ),
    FindingType(
        "phone-moved",
        "change",
        N_("Second phone moved to a free column"),
        N_("The cell held several numbers and another phone column of the row was empty. No number was lost."),
        N_("Nothing to do."),
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
        "email-typo",
        "doubt",
        N_("Slip in the domain of an e-mail"),
        N_("gmial.com, mail.ri, yandex,ru: nearly a popular domain. What was probably meant is only suggested."),
        N_("Check the suggestion; --fix-typos takes all of them."),
    ),
    FindingType(
        "email-typo-fixed",
        "change",
        N_("Slip in the domain of an e-mail corrected"),
        N_("The domain was nearly a popular one, which now stands there because --fix-typos was given."),
        N_("Nothing to do."),
    ),
    FindingType(
        "email-site",
        "doubt",
        N_("Site in the e-mail column"),
        N_("The cell holds the address of a site, alone or beside an e-mail. It was left as it is."),
        N_("Move the site to its own column."),
    ),
    FindingType(
        "email-not-an-email",
        "doubt",
        N_("Something else in the e-mail column"),
        N_("The cell holds words, a phone or another value, alone or beside an address. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "email-with-words",
        "note",
        N_("Words beside the e-mail"),
        N_("A name or a remark stands in the cell together with the address. The words are kept."),
        N_("Move the words to their own column: many systems take only the bare address."),
    ),
    FindingType(
        "email-disposable",
        "note",
        N_("Throw-away mailbox"),
        N_("The domain gives out mailboxes that live for minutes: nobody will read a letter sent there."),
        N_("Ask the client for a permanent address."),
    ),
    FindingType(
        "email-no-mx",
        "doubt",
        N_("Domain that takes no mail"),
        N_("The DNS says that the domain of the address does not exist or accepts no mail (RFC 5321, RFC 7505)."),
        N_("Correct the address; a mail to it can only bounce."),
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
        "name-layout",
        "change",
        N_("Name typed in the wrong keyboard layout"),
        N_("A Russian name was typed while the keyboard was Latin (Bdfyjd); it now stands in Russian letters."),
        N_("Nothing to do."),
    ),
    FindingType(
        "name-swapped",
        "change",
        N_("Parts of the name put into their columns"),
        N_("Last, first or middle name stood in the column of another; the words themselves leave no doubt."),
        N_("Nothing to do; look which form or import puts them in the wrong order."),
    ),
    FindingType(
        "name-split",
        "change",
        N_("Middle name moved to its column"),
        N_("First and middle name stood in one cell, and the column for the middle name was empty."),
        N_("Nothing to do."),
    ),
    FindingType(
        "name-doubtful-order",
        "doubt",
        N_("Last and first name may be exchanged"),
        N_("A given name stands in the column of last names, but the order is not certain. It was left as it is."),
        N_("Look at the row and exchange the two cells if needed."),
    ),
    FindingType(
        "name-mixed-letters",
        "doubt",
        N_("Name of mixed letters"),
        N_("A word has letters of two alphabets, or digits and signs among its letters. It was left as it is."),
        N_("Type the name again."),
    ),
    FindingType(
        "name-several",
        "doubt",
        N_("Several people in one cell"),
        N_("«Иван и Мария Петровы»: the cell names more than one person. It is no key for matching."),
        N_("Make a record for each person."),
    ),
    FindingType(
        "name-not-a-name",
        "doubt",
        N_("No name in the name column"),
        N_("The cell holds a phone, an e-mail, a number or a company. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "name-note",
        "note",
        N_("Words beside the name"),
        N_("A role, a remark or a former name stands in the name cell. It was kept and is not read as the name."),
        N_("Move it to the comment or the position."),
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
        "company-unclear",
        "doubt",
        N_("Company that cannot be read for sure"),
        N_("Two legal forms, or quotes that do not pair: what the name is, is not certain. It was left as it is."),
        N_("Write the company as ООО «Ромашка»."),
    ),
    FindingType(
        "company-not-a-company",
        "doubt",
        N_("No company in the company column"),
        N_("The cell holds a phone, an e-mail, an address of a site or a number. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "company-form-differs",
        "doubt",
        N_("Legal forms disagree"),
        N_("The form in the name is not the one in the column of legal forms. Both were left as they are."),
        N_("Check the form in the register of companies (ЕГРЮЛ)."),
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
        "inn-filler",
        "doubt",
        N_("Placeholder instead of an INN"),
        N_("Zeros, one digit repeated, a dash or «нет»: no INN. It is no key for matching."),
        N_("Find the real number or empty the cell."),
    ),
    FindingType(
        "inn-foreign",
        "note",
        N_("Tax number of another country"),
        N_("A number of Belarus (УНП) or Kazakhstan (БИН, ИИН) by its control digit. It was left as it is."),
        N_("Nothing to do."),
    ),
    FindingType(
        "inn-is-kpp",
        "doubt",
        N_("KPP in the INN column"),
        N_("Nine digits of the shape of a KPP. The INN of the company is missing. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "inn-is-ogrn",
        "doubt",
        N_("OGRN in the INN column"),
        N_("The control digit of an OGRN or OGRNIP holds. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "inn-is-snils",
        "doubt",
        N_("SNILS in the INN column"),
        N_("The control sum of a SNILS holds. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "kpp-normalized",
        "change",
        N_("KPP brought to the standard"),
        N_("Spaces, a label, small letters or a «.0» left by a spreadsheet were corrected."),
        N_("Nothing to do."),
    ),
    FindingType(
        "kpp-moved",
        "change",
        N_("KPP moved to its own column"),
        N_("The KPP stood in the cell of the INN; its own column was empty or said the same."),
        N_("Nothing to do."),
    ),
    FindingType(
        "kpp-differs",
        "doubt",
        N_("Two different KPP in one row"),
        N_("The KPP beside the INN is not the one in the column of the KPP. Both were left as they are."),
        N_("Check which branch the row means."),
    ),
    FindingType(
        "kpp-invalid",
        "doubt",
        N_("Impossible KPP"),
        N_("It does not have the form NNNNPPXXX. A KPP has no control digit, so that nothing is guessed."),
        N_("Check the KPP in the register of companies (ЕГРЮЛ)."),
    ),
    FindingType(
        "kpp-filler",
        "doubt",
        N_("Placeholder instead of a KPP"),
        N_("Zeros, one digit repeated, a dash or «нет»: no KPP."),
        N_("Find the real number or empty the cell."),
    ),
    FindingType(
        "kpp-damaged",
        "doubt",
        N_("KPP damaged by a spreadsheet"),
        N_("Written as 7,70701E+08: the last digits are lost and cannot be brought back. It was left as it is."),
        N_("Export again with the column set to text."),
    ),
    FindingType(
        "kpp-is-inn",
        "doubt",
        N_("INN in the KPP column"),
        N_("The control digits of an INN hold. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "ogrn-normalized",
        "change",
        N_("OGRN brought to the standard"),
        N_("Spaces, dots, a label or a «.0» were removed; the control digit holds."),
        N_("Nothing to do."),
    ),
    FindingType(
        "ogrn-moved",
        "change",
        N_("OGRN moved to its own column"),
        N_("The OGRN stood in the cell of the INN; its own column was empty or said the same."),
        N_("Nothing to do."),
    ),
    FindingType(
        "ogrn-invalid",
        "doubt",
        N_("Impossible OGRN"),
        N_("Wrong number of digits, wrong control digit, or the number of another entry. It was left as it is."),
        N_("Check the OGRN in the register (ЕГРЮЛ or ЕГРИП)."),
    ),
    FindingType(
        "ogrn-filler",
        "doubt",
        N_("Placeholder instead of an OGRN"),
        N_("Zeros, one digit repeated, a dash or «нет»: no OGRN."),
        N_("Find the real number or empty the cell."),
    ),
    FindingType(
        "ogrn-damaged",
        "doubt",
        N_("OGRN damaged by a spreadsheet"),
        N_("Written as 1,0377E+12: the last digits are lost and cannot be brought back. It was left as it is."),
        N_("Export again with the column set to text."),
    ),
    FindingType(
        "ogrn-is-inn",
        "doubt",
        N_("INN in the OGRN column"),
        N_("The control digits of an INN hold. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "snils-normalized",
        "change",
        N_("SNILS brought to the standard"),
        N_("The number was written in another way; it now stands as 112-233-445 95."),
        N_("Nothing to do."),
    ),
    FindingType(
        "snils-zero-restored",
        "change",
        N_("Leading zero of the SNILS restored"),
        N_("A spreadsheet had dropped the first zero; with it the control sum holds."),
        N_("Nothing to do."),
    ),
    FindingType(
        "snils-invalid",
        "doubt",
        N_("Impossible SNILS"),
        N_("Wrong number of digits or wrong control sum. It was left as it is."),
        N_("Ask the person for the number; a lost or doubled digit is not guessed."),
    ),
    FindingType(
        "snils-filler",
        "doubt",
        N_("Placeholder instead of a SNILS"),
        N_("Zeros, one digit repeated, a dash or «нет»: no SNILS."),
        N_("Find the real number or empty the cell."),
    ),
    FindingType(
        "snils-damaged",
        "doubt",
        N_("SNILS damaged by a spreadsheet"),
        N_("Written as 1,12233E+10: the last digits are lost and cannot be brought back. It was left as it is."),
        N_("Export again with the column set to text."),
    ),
    FindingType(
        "snils-is-inn",
        "doubt",
        N_("INN in the SNILS column"),
        N_("The control digits of an INN hold. It was left as it is."),
        N_("Move the value to its own column."),
    ),
    FindingType(
        "date-normalized",
        "change",
        N_("Date brought to the standard"),
        N_("The date was written in another way; it now stands in the form of the base, with its time and zone kept."),
        N_("Nothing to do."),
    ),
    FindingType(
        "date-century-added",
        "change",
        N_("Year of a date written out"),
        N_("The year had two digits, and only one century was possible."),
        N_("Nothing to do."),
    ),
    FindingType(
        "date-from-serial",
        "change",
        N_("Number of a spreadsheet turned into a date"),
        N_(
            "The cell held the day as a number (45356) among dates; the day that a spreadsheet means by it was written."
        ),
        N_("Nothing to do."),
    ),
    FindingType(
        "date-impossible",
        "doubt",
        N_("Impossible date"),
        N_("There is no such day or hour (31.02.2024, 25:00). It was left as it is."),
        N_("Find out the right date."),
    ),
    FindingType(
        "date-improbable",
        "doubt",
        N_("Improbable date"),
        N_("Before 1900, after 2100, or a birthday in the future or more than 120 years ago. It was left as it is."),
        N_("Check the year."),
    ),
    FindingType(
        "date-incomplete",
        "doubt",
        N_("Incomplete date"),
        N_("The day, the month or the year is missing (08.дек, 05.2024). It was left as it is."),
        N_("Add what is missing; a spreadsheet may have cut the year off."),
    ),
    FindingType(
        "date-ambiguous",
        "doubt",
        N_("Date with two readings"),
        N_(
            "Day and month, or the century, cannot be told apart, and "
            "the column does not prove it. It was left as it is."
        ),
        N_("Write the date as DD.MM.YYYY, or say which order the column has."),
    ),
    FindingType(
        "date-filler",
        "doubt",
        N_("Placeholder instead of a date"),
        N_("00.00.0000, 01.01.1900, 01.01.1970: what a program writes where it has no date. It was left as it is."),
        N_("Find the real date or empty the cell."),
    ),
    FindingType(
        "date-serial",
        "doubt",
        N_("Number instead of a date"),
        N_(
            "It may be a day as a spreadsheet counts it, but the "
            "column holds no dates that prove it. It was left as it is."
        ),
        N_("Export again with the column set to date."),
    ),
    FindingType(
        "date-unreadable",
        "doubt",
        N_("No date in the date column"),
        N_("The cell holds words, several dates or another kind of value. It was left as it is."),
        N_("Write one date, and move the rest to its own column."),
    ),
    FindingType(
        "money-normalized",
        "change",
        N_("Amount brought to the standard"),
        N_("Spaces, thousands marks or words were put into digits (1 234,50 ₽ is 1234.50 RUB)."),
        N_("Nothing to do."),
    ),
    FindingType(
        "money-ambiguous",
        "doubt",
        N_("Amount with two readings"),
        N_("1,234 may be a thousand or one and a fraction; the column does not prove it. It was left as it is."),
        N_("Write the amount without a thousands mark."),
    ),
    FindingType(
        "money-approximate",
        "doubt",
        N_("Approximate amount"),
        N_("An estimate, a limit or a range (≈ 300 000, от 50 000, 100-200 тыс). It was left as it is."),
        N_("Write one amount if it is known by now."),
    ),
    FindingType(
        "money-damaged",
        "doubt",
        N_("Amount damaged by a spreadsheet"),
        N_("Written as 1,23E+06: the last digits may be lost. It was left as it is."),
        N_("Export again with the column set to number or text."),
    ),
    FindingType(
        "money-filler",
        "doubt",
        N_("Placeholder instead of an amount"),
        N_("A dash or «нет»: no amount. It was left as it is."),
        N_("Fill in the amount or empty the cell."),
    ),
    FindingType(
        "money-unreadable",
        "doubt",
        N_("No amount in the amount column"),
        N_("The cell holds words, several amounts or an unknown currency. It was left as it is."),
        N_("Write one amount, and move the rest to its own column."),
    ),
    FindingType(
        "yes-no-normalized",
        "change",
        N_("Yes or no brought to one spelling"),
        N_("The column holds nothing but yes and no in several spellings; they now stand as да and нет."),
        N_("Nothing to do."),
    ),
    FindingType(
        "yes-no-unclear",
        "doubt",
        N_("Neither yes nor no"),
        N_("The column says yes or no, but this cell says something else, so that the column was left as it is."),
        N_("Write да or нет."),
    ),
    FindingType(
        "tag-normalized",
        "change",
        N_("Tags put in order"),
        N_("Spaces and separators were put right, and a repeated tag was removed."),
        N_("Nothing to do."),
    ),
    FindingType(
        "tag-folded",
        "change",
        N_("Value brought to the vocabulary"),
        N_("It differed from the allowed spelling only in case, ё, spaces, punctuation or alphabet."),
        N_("Nothing to do."),
    ),
    FindingType(
        "tag-typo-corrected",
        "change",
        N_("Typing slip in a value corrected"),
        N_("One letter was wrong, and only one value of the vocabulary is near."),
        N_("Nothing to do."),
    ),
    FindingType(
        "tag-doubtful",
        "doubt",
        N_("Value that resembles one of the vocabulary"),
        N_("It may mean the suggested value, but not beyond doubt. It was left as it is."),
        N_("Take the suggestion over or add the value to the vocabulary."),
    ),
    FindingType(
        "tag-not-in-vocabulary",
        "doubt",
        N_("Value that the vocabulary does not have"),
        N_("It resembles none of the allowed values. It was left as it is."),
        N_("Choose an allowed value or add this one to the vocabulary."),
    ),
    FindingType(
        "tag-near-duplicate",
        "doubt",
        N_("Tag in several spellings"),
        N_("The column has the same tag in a more frequent spelling, which is suggested. It was left as it is."),
        N_("Fix the list of tags in a vocabulary."),
    ),
    FindingType(
        "city-normalized",
        "change",
        N_("City brought to the standard"),
        N_("An abbreviation, the mark «г.», the country, the case or the alphabet was put right."),
        N_("Nothing to do."),
    ),
    FindingType(
        "city-ambiguous",
        "doubt",
        N_("Short name of several cities"),
        N_("Several cities are called so (Ростов, Новгород). It was left as it is."),
        N_("Write the full name of the city."),
    ),
    FindingType(
        "city-misspelt",
        "doubt",
        N_("City that looks misspelt"),
        N_("One letter differs from a large city, which is suggested. It was left as it is."),
        N_("Take the suggestion over, unless a small place is really called so."),
    ),
    FindingType(
        "city-not-alone",
        "doubt",
        N_("Something else than a city in the city column"),
        N_("The cell holds an address, a region, a country, several cities or digits. It was left as it is."),
        N_("Move the rest to its own column."),
    ),
    FindingType(
        "city-filler",
        "doubt",
        N_("Placeholder instead of a city"),
        N_("A dash, «нет» or «город»: no city. It was left as it is."),
        N_("Fill in the city or empty the cell."),
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
        "funnel-stage-unknown",
        "doubt",
        N_("Stage that says nothing"),
        N_("The name does not tell whether a record in this stage is open or closed. Such records get no tag."),
        N_('Say what the stage means: --statuses in-work="Квиз пройден".'),
    ),
    FindingType(
        "funnel-stage-not-found",
        "doubt",
        N_("Stage of the settings that the file does not have"),
        N_("--stages or --allowed names a stage that no record stands in."),
        N_("Check its name: case and ё do not matter, the words do."),
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
    FindingType(
        "segment-no-task",
        "doubt",
        N_("Client without a task"),
        N_("The client is open, has no next task, and no rule says what to do: nobody sells to it."),
        N_("Set the next step in the CRM, or write a rule for such clients."),
    ),
    FindingType(
        "segment-nobody",
        "doubt",
        N_("Client whom no manager could take"),
        N_("No manager has the skill that the rule asks for, or none of those who have it can take more."),
        N_("Raise the capacity of a manager, or give the skill to one more."),
    ),
    FindingType(
        "cadence-no-client",
        "doubt",
        N_("Order of nobody"),
        N_("The row has no INN, phone, e-mail, company or full name to tell whose order it is. It does not count."),
        N_("Fill in who ordered, and run again."),
    ),
    FindingType(
        "cadence-no-date",
        "doubt",
        N_("Order without a date"),
        N_("The day of the order is missing, cannot be read, or lies in the future. The order does not count."),
        N_("Correct the date, or name its column with --map ordered_at=HEADER."),
    ),
    FindingType(
        "cadence-status-unknown",
        "doubt",
        N_("Stage of a deal that is not known"),
        N_("This stage does not tell whether the deal was won. It is counted neither as a purchase nor as open."),
        N_('Say what it means with --statuses CLASS=STATUS, as in won="Постоянный клиент".'),
    ),
    FindingType(
        "cadence-amount-unread",
        "doubt",
        N_("Sum of an order that cannot be read"),
        N_("The order counts as a purchase, but its sum counts in no turnover."),
        N_("Correct the sum."),
    ),
    FindingType(
        "cadence-other-currency",
        "doubt",
        N_("Order in another currency"),
        N_("Sums of different currencies are not added up: the order counts as a purchase, without its sum."),
        N_("Convert the sum, or run each currency by itself."),
    ),
    FindingType(
        "dead-contradicted",
        "doubt",
        N_("Evidence that contradicts itself"),
        N_("A reason says that the contact is lost, and a call, a task or another column says that it is not."),
        N_("Look at the card and decide; nothing was changed."),
    ),
    FindingType(
        "dead-which-number",
        "doubt",
        N_("One of several numbers or addresses is dead"),
        N_("A comment or calls say so of one of them; which one, or whether the other works, is not known."),
        N_("Call the other number, and delete the dead one."),
    ),
    FindingType(
        "deals-twin",
        "doubt",
        N_("Twin of an older deal"),
        N_("An older deal of the same client is on the way for the same sale. The newer one can be closed."),
        N_("Load the file of changes into the CRM, or close the deal by hand."),
    ),
    FindingType(
        "deals-twin-doubtful",
        "doubt",
        N_("Probably a twin of an older deal"),
        N_("An older deal of what seems to be the same client is on the way, but something speaks against closing it."),
        N_("Let the head decide; the list says why."),
    ),
    FindingType(
        "deals-stage-unknown",
        "note",
        N_("Stage that is not known"),
        N_("The stage does not tell whether the deal is on the way. It is not closed, and none is closed for it."),
        N_('Say what the stage means: --statuses in-work="Замер".'),
    ),
    FindingType(
        "archive-no-reason",
        "doubt",
        N_("Not archived: no reason"),
        N_("A rule of the archive fits this record, but the reason is empty. It stays in the active base."),
        N_("Enter the reason in the CRM, or give the rule a reason of its own."),
    ),
    FindingType(
        "archive-returning",
        "doubt",
        N_("Archived, and active again"),
        N_("The archive holds this client, and the export shows new activity. The record stays in the archive."),
        N_("Run “crmclean archive” with --restore to bring it back into the active base."),
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
    rows = np.asarray(row if isinstance(row, np.ndarray) else list(row), dtype=np.int64)
    frame = pd.DataFrame(
        {
            "row": rows,
            "column": pd.Series([column], dtype="str").repeat(len(rows)).array,
            "code": _texts(code),
            "before": _texts(before),
            "after": _texts(after),
        }
    )
    unknown = set(frame["code"].unique()) - set(CATALOGUE)
    if unknown:
        raise KeyError(f"findings not in the catalogue: {sorted(unknown)}")
    return frame


def _texts(values: Iterable[str]) -> "pd.api.extensions.ExtensionArray":
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype="str")
    return series.astype("str").array


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several frames of findings as one, ordered by row; findings of one row keep their order."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return no_findings()
    return pd.concat(kept, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
