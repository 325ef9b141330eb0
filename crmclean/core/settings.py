"""The settings of every step, each written once: the option, the config key and the docs come from here.

Plain dataclasses, so that ``crmclean --help`` need not import the libraries that do the work.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le

from crmclean.core.i18n import N_

Share = Annotated[float, Ge(0.0), Le(1.0)]
FieldKind = Literal["phone", "email", "name", "company", "inn", "date", "money", "yes-no", "tag", "city"]
PhoneStyle = Literal["e164", "international", "national"]
"""``+79161234567``, ``+7 916 123-45-67`` or ``8 (916) 123-45-67``; what is not of +7 has no national form."""

DateStyle = Literal["column", "dmy", "iso"]
Keep = Literal["fullest", "oldest", "newest"]


def setting(default: Any, help: str) -> Any:
    """Return a dataclass field with a default and the message id of its description."""
    return field(default=default, metadata={"help": help})


def required(help: str) -> Any:
    """Return a field of a table of its own (``[[segment]]``) that has to be given."""
    return field(metadata={"help": help})


def tables(model: type[Any], help: str) -> Any:
    """Return a field that holds a list of tables of a config file, each of ``model``; it is never an option."""
    return field(default=(), metadata={"help": help, "tables": model})


@dataclass(frozen=True)
class ReadSettings:
    """How to read a file where what it says of itself is not enough."""

    sheet: str = setting("", N_("Sheet of the workbook; the first that holds a table by default."))
    encoding: str = setting("", N_("Encoding of a text file (utf-8, cp1251 …); found by itself by default."))
    delimiter: str = setting("", N_("Delimiter of a text file: ';' ',' '|' or tab; found by itself by default."))
    map: tuple[tuple[str, str], ...] = setting(
        (), N_('Role of a column: ROLE=HEADER, as in phone="Тел. 2". May be given several times.')
    )


@dataclass(frozen=True)
class NormalizeSettings:
    """What `normalize` brings to one spelling."""

    only: tuple[FieldKind, ...] = setting((), N_("Only these kinds of value; all by default."))
    region: str = setting("RU", N_("Country of phone numbers that are written without a country code."))
    area_code: str = setting(
        "", N_("Area code of local numbers (five to seven digits) where the city of the row does not tell it.")
    )
    phone_style: PhoneStyle = setting(
        "e164", N_("How phones are written: +79161234567, +7 916 123-45-67 or 8 (916) 123-45-67.")
    )
    phone_details: bool = setting(False, N_("Add columns with the kind, region and time zone of the first phone."))
    split_names: bool = setting(False, N_("Add columns with last name, first name, patronymic and gender."))
    fix_typos: bool = setting(False, N_("Correct mail domains with a typo (gmial.com), which are only suggested else."))
    check_mx: bool = setting(False, N_("Ask the DNS whether mail domains exist: only they leave this computer."))
    dns: str = setting("", N_("Name server for --check-mx: ADDRESS or ADDRESS:PORT; that of the system by default."))
    date_style: DateStyle = setting(
        "column", N_("How dates are written: as most of their column (column), ДД.ММ.ГГГГ (dmy) or ISO 8601 (iso).")
    )
    vocabulary: tuple[tuple[str, str], ...] = setting(
        (), N_('A value that a column may hold: HEADER=VALUE, as in "Теги=VIP". Given several times, a list.')
    )


@dataclass(frozen=True)
class DedupSettings:
    """What `dedup` takes for one client, and what survives a merge."""

    keep: Keep = setting(
        "fullest", N_("Which record survives: the fullest, the oldest or the newest by date of creation.")
    )
    merge_at: Share = setting(0.95, N_("Merge by itself from this probability on."))
    review_at: Share = setting(0.5, N_("Put to a person from this probability on."))
    max_block: Annotated[int, Ge(2)] = setting(
        60,
        N_("A phone, mailbox or name that more records share than this makes no candidate pairs by itself."),
    )
    em_rows: Annotated[int, Ge(0)] = setting(
        500, N_("Estimate the match weights on the file itself from this many rows on.")
    )
    region: str = setting("RU", N_("Country of phone numbers that are written without a country code."))


@dataclass(frozen=True)
class ImportSettings:
    """What `import` writes of where records came from."""

    source: str = setting(
        "", N_("Name of the source of the records; by default the name of the file. For one file at a time.")
    )
