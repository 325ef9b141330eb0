"""Files of lines written as they come, in the manner of the system that exports them."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from benchmarks.generator.chance import Chance

Item = TypeVar("Item")

_HELD: Final = 4096
"""So many lines wait for their turn: enough to part those that belong together, few enough to stay small."""


class LineFile:
    """A CSV file under way; Bitrix24 quotes every cell and ends every line with a delimiter."""

    def __init__(
        self, path: Path, header: Sequence[str], delimiter: str = ";", bitrix: bool = False, line_end: str = "\n"
    ) -> None:
        self._file = path.open("w", encoding="utf-8-sig" if bitrix else "utf-8", newline="")
        self._writer = csv.writer(
            self._file,
            delimiter=delimiter,
            quoting=csv.QUOTE_ALL if bitrix else csv.QUOTE_MINIMAL,
            lineterminator=delimiter + line_end if bitrix else line_end,
        )
        self.write(header)

    def write(self, cells: Iterable[str | int]) -> None:
        """Write one line."""
        self._writer.writerow(cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


class Mixed(Generic[Item]):
    """Lets items out in another order than they came in, holding a few thousand at a time."""

    def __init__(self, chance: Chance, write: Callable[[Item], None]) -> None:
        self._chance = chance
        self._write = write
        self._held: list[Item] = []

    def put(self, item: Item) -> None:
        """Take one item in, and let another out where too many wait."""
        if len(self._held) < _HELD:
            self._held.append(item)
            return
        place = self._chance.between(0, _HELD - 1)
        self._write(self._held[place])
        self._held[place] = item

    def finish(self) -> None:
        """Let the rest out."""
        for item in self._chance.shuffled(self._held):
            self._write(item)
        self._held.clear()
