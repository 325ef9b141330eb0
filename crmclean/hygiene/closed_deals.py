"""What a column of its own says of the end of a deal: «Сделка закрыта» of Bitrix24."""

from types import MappingProxyType
from typing import Final

import pandas as pd

from crmclean.core.table import Table
from crmclean.fields.text import fold, map_distinct
from crmclean.files.headings import heading_key

_HEADINGS: Final = frozenset(
    map(heading_key, ("Сделка закрыта", "Сделка завершена", "Закрыта", "CLOSED", "Is closed", "Deal closed"))
)
_FLAGS: Final = MappingProxyType(
    {
        **dict.fromkeys(("y", "yes", "да", "1", "true"), "yes"),
        **dict.fromkeys(("n", "no", "нет", "0", "false"), "no"),
    }
)


def read_closed(table: Table) -> "pd.Series[str]":
    """Return ``yes``, ``no`` or ``""`` of every row: whether the export says that the deal is closed."""
    for column in table.columns:
        if not column.role and heading_key(column.header) in _HEADINGS:
            return map_distinct(table.frame[column.name], lambda cell: _FLAGS.get(fold(cell), ""))
    return pd.Series("", index=table.frame.index, dtype="str")
