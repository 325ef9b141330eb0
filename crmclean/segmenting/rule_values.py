"""A table as rules see it, on one day."""

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from crmclean.core.table import Table
from crmclean.segmenting.rule_columns import Bools, ColumnReader
from crmclean.segmenting.rule_texts import TextFinder


class RuleContext:
    """A table as rules see it, on one day; shared by all rules, it reads each column once.

    Attributes:
        table: the table.
        today: the day of the run, ``datetime64[us]`` at midnight.
        columns: numbers, moments and classes of its columns.
        texts: texts of its columns.
        masks: which rows fulfil a condition that was asked before.
    """

    def __init__(
        self,
        table: Table,
        as_of: pd.Timestamp,
        statuses: Mapping[str, Sequence[str]] = MappingProxyType({}),
        region: str = "RU",
    ) -> None:
        """Prepare a table.

        Args:
            as_of: the moment of the run; only its day counts.
            statuses: statuses of one's own by class, as ``read_statuses`` takes them.
            region: two letters; how phones without ``+`` are read.
        """
        self.table = table
        self.today = as_of.tz_localize(None).normalize().to_datetime64().astype("datetime64[us]")
        self.columns = ColumnReader(table, statuses)
        self.texts = TextFinder(self.columns, region)
        self.masks: dict[Hashable, Bools] = {}
