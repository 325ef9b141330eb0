"""Which role each column plays: by the heading, by the layout of a known CRM, or by the user's word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.table import ADDED_PREFIX, ROLES, Column, unique_names
from crmclean.files.content import looks_like_record
from crmclean.files.headings import Meaning, heading_key, heading_words, meaning_of
from crmclean.files.profiles import match_entity, match_profile

CLIENT_ROLES: Final = frozenset({"phone", "email", "full_name", "last_name", "first_name", "company", "inn"})
"""A file with none of these is no client base, or one whose headings are unknown."""

NO_ROLE_WORDS: Final = ("none", "-", "")
"""What stands for "no role" in ``--map ROLE=HEADER``."""

NAME_ROLES: Final = frozenset({"full_name", "last_name", "first_name", "middle_name"})
"""Roles that together name a person."""

_BARE_NAMES: Final = frozenset({heading_key("Имя"), heading_key("Name")})
_SHOWN_HEADINGS: Final = 30


@dataclass(frozen=True)
class Recognition:
    """What the headings of a file say.

    Attributes:
        columns: one per heading, in order, with unique names.
        system: the CRM whose layout this is, or ``""``.
        entity: ``contact``, ``company``, ``lead``, ``deal``, ``order``, ``mixed`` or ``""``.
        multi_value_joiner: what this system writes between several values in one cell.
    """

    columns: tuple[Column, ...]
    system: str = ""
    entity: str = ""
    multi_value_joiner: str = ", "


def recognise(headers: Sequence[str], map: Sequence[tuple[str, str]] = ()) -> Recognition:
    """Return the role of every column by its heading; ``content_roles`` adds what the cells say.

    Args:
        headers: the headings as read.
        map: pairs of role and heading from the user; they overrule what the headings say. The role ``none`` takes
            the role of a column away.

    Raises:
        UsageError: a role or heading of ``map`` does not exist.
    """
    meanings = [meaning_of(header) for header in headers]
    matched = match_profile(headers)
    if matched:
        roles = matched[1].roles
        meanings = [
            Meaning(roles[words]) if (words := heading_words(header)) in roles else meaning
            for header, meaning in zip(headers, meanings, strict=True)
        ]
    columns = [
        _column(name, header, meaning)
        for name, header, meaning in zip(unique_names(headers), headers, meanings, strict=True)
    ]
    columns = _apply_map(columns, map)
    columns = _settle_bare_names(columns)
    columns = _settle_fallbacks(columns, meanings)
    if not matched:
        return Recognition(tuple(columns), entity=find_entity(columns))
    profile, entity = matched
    name = entity.name or find_entity(columns)
    return Recognition(tuple(columns), profile.system, name, profile.multi_value_joiner)


_OF_A_CARD: Final = frozenset({"last_name", "birthday", "job_title", "created_at", "modified_at"})
"""Roles that the card of a client has and a line of an order has not: a card may tell of the last order too."""


def find_entity(columns: Sequence[Column]) -> str:
    """Return what the rows are where no known system says it: by typical headings, else by the roles there are."""
    roles = {column.role for column in columns}
    by_marks = match_entity([column.header for column in columns])
    if by_marks or "deal_title" in roles:
        return by_marks or "deal"
    if "ordered_at" in roles and roles & {"amount", "product"} and not roles & _OF_A_CARD:
        return "order"
    if "record_type" in roles and roles & {"company", *NAME_ROLES}:
        return "mixed"
    if roles & {"full_name", "last_name", "first_name"}:
        return "contact"
    return "company" if "company" in roles else ""


def has_no_heading(headers: Sequence[str], map: Sequence[tuple[str, str]] = ()) -> bool:
    """Tell whether what stands where the heading should be is itself a record."""
    named = {heading_key(header) for _role, header in map} - {""}
    return looks_like_record(headers) and not any(heading_key(header) in named for header in headers)


def score_headings(cells: Sequence[str], map: Sequence[tuple[str, str]] = ()) -> int:
    """Return how many of the cells read like headings of a client base; a record, whatever its words, has none."""
    named = {heading_key(header) for _role, header in map} - {""}
    score = sum(
        1
        for cell in cells
        if ((meaning := meaning_of(cell)) is not None and meaning.role) or heading_key(cell) in named
    )
    return 0 if score and has_no_heading(cells, map) else score


def _column(name: str, header: str, meaning: Meaning | None) -> Column:
    if meaning is None or not meaning.role:
        return Column(name=name, header=header)
    return Column(name=name, header=header, role=meaning.role, kind=meaning.kind, recognised_by="heading")


def _apply_map(columns: list[Column], map: Sequence[tuple[str, str]]) -> list[Column]:
    for asked_role, asked_header in map:
        role = asked_role.strip().casefold()
        if role not in ROLES and role not in NO_ROLE_WORDS:
            raise _unknown_role(asked_role)
        found = _find_heading(columns, asked_header)
        if not found:
            raise _unknown_heading(asked_header, columns)
        role = "" if role in NO_ROLE_WORDS else role
        columns = [
            replace(column, role=role, kind=column.kind if role == column.role else "", recognised_by="map")
            if column.name in found
            else column
            for column in columns
        ]
    return columns


def _find_heading(columns: list[Column], asked: str) -> set[str]:
    """Return the names of the columns of that heading: written exactly so, else in another spelling."""
    own = [column for column in columns if not column.header.startswith(ADDED_PREFIX)]
    exact = {column.name for column in own if column.header == asked}
    key = heading_key(asked)
    return exact or {column.name for column in own if key and heading_key(column.header) == key}


def _settle_bare_names(columns: list[Column]) -> list[Column]:
    """Give a bare «Имя» or "Name" the role of the full name where nothing else holds the rest of the name."""
    bare = {column.name for column in columns if _is_bare_name(column)}
    others = {column.role for column in columns if column.name not in bare}
    stays_first = "first_name" not in others and bool(others & {"last_name", "middle_name", "full_name"})
    if stays_first:
        return columns
    return [replace(column, role="full_name") if column.name in bare else column for column in columns]


def _is_bare_name(column: Column) -> bool:
    return (
        column.role == "first_name" and column.recognised_by == "heading" and heading_key(column.header) in _BARE_NAMES
    )


def _settle_fallbacks(columns: list[Column], meanings: Sequence[Meaning | None]) -> list[Column]:
    """Take the role from columns that play it only where no other does; of several such the first keeps it."""
    weak = {
        column.name
        for column, meaning in zip(columns, meanings, strict=True)
        if meaning and meaning.only_if_missing and column.recognised_by == "heading"
    }
    taken = {column.role for column in columns if column.name not in weak}
    settled: list[Column] = []
    for column in columns:
        if column.name in weak and column.role in taken:
            settled.append(Column(name=column.name, header=column.header))
        else:
            settled.append(column)
            taken |= {column.role}
    return settled


def _unknown_role(role: str) -> UsageError:
    close = get_close_matches(role.strip().casefold(), ROLES, n=1)
    return UsageError(
        _("--map: there is no role '{role}'.").format(role=role),
        (_("Did you mean '{role}'?").format(role=close[0]) + " " if close else "")
        + _("Roles: {roles}, none.").format(roles=", ".join(ROLES)),
    )


def _unknown_heading(header: str, columns: list[Column]) -> UsageError:
    seen = list(dict.fromkeys(column.header for column in columns if column.header.strip()))
    close = get_close_matches(header, seen, n=1)
    return UsageError(
        _("--map: the file has no column '{header}'.").format(header=header),
        (_("Did you mean '{header}'?").format(header=close[0]) + " " if close else "")
        + _("Its headings: {headings}.").format(headings=_list_headings(seen)),
    )


def check_has_client(columns: Sequence[Column]) -> None:
    """Check that a file says who its clients are.

    Raises:
        UsageError: no column does.
    """
    if any(column.role in CLIENT_ROLES for column in columns):
        return
    seen = [column.header for column in columns if column.header.strip()]
    example = seen[0] if seen else _("Column 1")
    raise UsageError(
        _("No column for a phone, e-mail, name, company or INN was recognised. Headings: {headings}.").format(
            headings=_list_headings(seen) or _("none")
        ),
        _('Say which column is which: --map phone="{header}".').format(header=example),
    )


def _list_headings(headers: Sequence[str]) -> str:
    shown = ", ".join(f"'{' '.join(header.split())[:40]}'" for header in headers[:_SHOWN_HEADINGS])
    left = len(headers) - _SHOWN_HEADINGS
    return shown if left <= 0 else shown + ", " + _("and {number} more").format(number=left)
