"""Which role a column plays by its cells, and how far they agree with its heading."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import pandas as pd

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.table import ADDED_PREFIX, DATE_ROLES, Column
from crmclean.files.columns import NAME_ROLES
from crmclean.files.content import SAMPLE_DISTINCT, Content, measure_content
from crmclean.files.headings import meaning_of, names_other_thing

_KIND_OF_ROLE: Final = MappingProxyType(
    {"phone": "phone", "fax": "phone", "email": "email", "inn": "inn", "full_name": "full_name", "amount": "money"}
    | dict.fromkeys(DATE_ROLES, "date")
)
"""The kind of content that the cells of a role are to be."""

_FREE_OF_PEOPLE: Final = frozenset({"company", "owner", "created_by", "modified_by", *NAME_ROLES})
_OTHER_CHECKED: Final = ("company", "job_title", "city", "region", "address", "postal_code", "kpp", "ogrn", "gender")
_CHECKED_ROLES: Final = frozenset({*_KIND_OF_ROLE, *NAME_ROLES, *_OTHER_CHECKED})
"""Roles whose heading is doubted where the content clearly is of another kind; the others hold anything."""

_BY_CONTENT: Final = ("phone", "email", "inn", "full_name", "company")
"""Kinds that are a role by themselves. A date or a sum without a heading could be any date or sum."""

_ONE_IS_ENOUGH: Final = MappingProxyType({"inn": {"inn"}, "company": {"company"}, "full_name": set(NAME_ROLES)})
"""A second INN, company or person in the row is somebody else's where a heading already names the client's."""

_LEAST_UNIQUE: Final = 0.5
"""Contacts that repeat more than this belong to a few managers, not to the clients."""

_LEAST_OWN: Final = 0.2
_UNKNOWN: Final = Content(0, 0, {}, 0.0, "", "")


def recognise_content(frame: pd.DataFrame, columns: Sequence[Column]) -> tuple[tuple[Column, ...], pd.DataFrame]:
    """Return the columns with what their cells say of them, and a finding where that contradicts the heading.

    A column that no heading explains gets a role where its content is clearly of one kind. A role by a heading or by
    the user stays; its confidence says how far the content agrees.

    Args:
        frame: the cells, a column for each of ``columns``, in their order.
        columns: as ``recognise`` returned them.
    """
    contents = [
        measure_content(frame.iloc[:, place], _KIND_OF_ROLE.get(column.role, "")) if _is_measured(column) else _UNKNOWN
        for place, column in enumerate(columns)
    ]
    judged = [_judge(column, content) for column, content in zip(columns, contents, strict=True)]
    differing = [
        make_findings([0], column.header, ["heading-content-differ"], [content.example], [content.example])
        for column, content in zip(columns, contents, strict=True)
        if _contradicts(column, content)
    ]
    return tuple(_add_roles(judged, contents)), join_findings(differing)


def _is_measured(column: Column) -> bool:
    """Tell whether the content matters: it checks a heading, or the heading says nothing."""
    if column.recognised_by == "heading":
        return column.role in _CHECKED_ROLES
    return (
        not column.recognised_by
        and not column.header.startswith(ADDED_PREFIX)
        and meaning_of(column.header) is None
        and not names_other_thing(column.header)
    )


def _judge(column: Column, content: Content) -> Column:
    """Return the column with the confidence that its content leaves to its heading."""
    if column.role not in _KIND_OF_ROLE or not content.distinct:
        return column
    return replace(column, confidence=round(0.5 + 0.5 * content.agreeing, 2))


def _contradicts(column: Column, content: Content) -> bool:
    """Tell whether the content clearly is of another kind than the heading says."""
    if not column.role or not content.kind:
        return False
    own = _KIND_OF_ROLE.get(column.role, "")
    if content.kind == own or (content.kind in ("full_name", "company") and column.role in _FREE_OF_PEOPLE):
        return False
    return not own or content.agreeing < _LEAST_OWN


def _add_roles(columns: Sequence[Column], contents: Sequence[Content]) -> list[Column]:
    """Return the columns with the roles that their content gives; of several INN, companies or people the first."""
    taken = {column.role for column in columns}
    result = []
    for column, content in zip(columns, contents, strict=True):
        if _may_take_role(column, content) and not taken & _ONE_IS_ENOUGH.get(content.kind, set()):
            taken.add(content.kind)
            # A few cells prove less than many.
            confidence = round(content.shares[content.kind] * (1 - 1 / (content.distinct + 1)), 2)
            result.append(replace(column, role=content.kind, recognised_by="content", confidence=confidence))
        else:
            result.append(column)
    return result


def _may_take_role(column: Column, content: Content) -> bool:
    """Tell whether the content alone decides: nothing is known of the heading, and the values are the rows' own."""
    return (
        content.kind in _BY_CONTENT
        and not column.role
        and content.distinct >= _LEAST_UNIQUE * min(content.filled, SAMPLE_DISTINCT)
    )
