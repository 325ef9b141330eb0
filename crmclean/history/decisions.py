"""What people decided about doubtful pairs, kept by what the two records say: it holds for every later export.

Of the clients nothing is kept but two hashes, and of who decided nothing at all.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import pandas as pd

from crmclean.history.database import Database, state_errors
from crmclean.history.location import DATABASE_NAME
from crmclean.history.private_files import make_private_folder
from crmclean.matching.answers import ANSWER_COLUMNS

__all__ = ["ANSWER_COLUMNS", "Decision", "Decisions", "answers_frame", "newest_answers", "stored_answers"]

QUESTION: Final = ("of", "key_a", "key_b")
"""What makes two questions one: a row may be asked about as a person and as a company."""

Source = Literal["terminal", "workbook", "carried"]
"""Where an answer came from: ``carried`` is one that follows a corrected card."""


@dataclass(frozen=True)
class Decision:
    """One answer.

    Attributes:
        key_a, key_b: keys of the two records, in any order; equal where two rows say the same.
        same: whether they are one client.
        of: ``person`` or ``company``.
        levels: how the fields agreed, as in the ``review`` table of a run.
        decided_at: when, with a time zone.
    """

    key_a: str
    key_b: str
    same: bool
    of: str
    levels: str
    decided_at: datetime


class Decisions:
    """The decisions of one state folder. A context manager; several processes may have the same folder open.

    Args:
        folder: the state folder; it is made, mode 0700, where there is none.

    Raises:
        FileError: it cannot be made, read or written, is damaged, or is of a newer crmclean.
        LockedError: another process held it for too long.
    """

    def __init__(self, folder: Path) -> None:
        with state_errors(folder):
            _ensure_folder(folder)
        self._database = Database(folder / DATABASE_NAME)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def record(self, decision: Decision, source: Source = "terminal") -> int:
        """Keep one answer, on the disk before this returns.

        Returns:
            Its number, for ``take_back``.
        """
        with self._database.transaction():
            self._insert(decision, source)
            return int(str(self._database.rows("SELECT last_insert_rowid()")[0][0]))

    def record_all(self, decisions: Iterable[Decision], source: Source) -> int:
        """Keep answers, all or none; one that was kept before (of the same moment) is not kept twice.

        Returns:
            How many were new.
        """
        new = 0
        with self._database.transaction():
            for decision in decisions:
                if not self._has(decision, source):
                    self._insert(decision, source)
                    new += 1
        return new

    def take_back(self, number: int) -> None:
        """Take one answer back: the one before it, if any, counts again."""
        self._database.rows("UPDATE decisions SET taken_back_at = ? WHERE number = ?", _text_of(_now()), number)

    def answers(self) -> pd.DataFrame:
        """Return what counts: one line per pair that was decided, columns ``ANSWER_COLUMNS``, the newest last."""
        rows = self._database.rows(
            'SELECT key_a, key_b, same, "of", levels, decided_at FROM decisions'
            " WHERE taken_back_at IS NULL ORDER BY decided_at, number"
        )
        return newest_answers([_frame_of(rows)])

    def _has(self, decision: Decision, source: Source) -> bool:
        found = self._database.rows(
            'SELECT 1 FROM decisions WHERE key_a = ? AND key_b = ? AND "of" = ? AND same = ? AND decided_at = ?'
            " AND source = ? AND taken_back_at IS NULL LIMIT 1",
            *_ordered_keys(decision),
            decision.of,
            int(decision.same),
            _text_of(decision.decided_at),
            source,
        )
        return bool(found)

    def _insert(self, decision: Decision, source: Source) -> None:
        self._database.rows(
            'INSERT INTO decisions (key_a, key_b, same, "of", levels, decided_at, source) VALUES (?, ?, ?, ?, ?, ?, ?)',
            *_ordered_keys(decision),
            int(decision.same),
            decision.of,
            decision.levels,
            _text_of(decision.decided_at),
            source,
        )


def stored_answers(folder: Path | None) -> pd.DataFrame:
    """Return the answers of a state folder, see ``Decisions.answers``; none where there is no history yet.

    Nothing is made where nothing is.
    """
    if folder is None or not (folder / DATABASE_NAME).is_file():
        return answers_frame([])
    with Decisions(folder) as decisions:
        return decisions.answers()


def answers_frame(decisions: Iterable[Decision]) -> pd.DataFrame:
    """Return decisions as a frame with the columns ``ANSWER_COLUMNS``, in their order."""
    return _frame_of(
        [(*_ordered_keys(item), item.same, item.of, item.levels, _text_of(item.decided_at)) for item in decisions]
    )


def keep_carried(folder: Path, answers: pd.DataFrame) -> None:
    """Keep answers that follow corrected cards, columns ``ANSWER_COLUMNS``; those that were kept before not again.

    Raises:
        FileError: they cannot be kept.
    """
    if len(answers):
        carried = [
            Decision(
                line["key_a"],
                line["key_b"],
                line["same"],
                line["of"],
                line["levels"],
                datetime.fromisoformat(line["decided_at"]),
            )
            for line in answers.to_dict("records")
        ]
        with Decisions(folder) as decisions:
            decisions.record_all(carried, "carried")


def newest_answers(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the newest answer of every pair, the newest last; of answers of one moment the later line counts."""
    answers = pd.concat(list(frames), ignore_index=True).sort_values("decided_at", kind="stable")
    return answers.drop_duplicates(list(QUESTION), keep="last", ignore_index=True)


def _frame_of(rows: "list[tuple[object, ...]]") -> pd.DataFrame:
    types = {name: "bool" if name == "same" else "str" for name in ANSWER_COLUMNS}
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)).astype(types)


def _ordered_keys(decision: Decision) -> tuple[str, str]:
    first, second = sorted((decision.key_a, decision.key_b))
    return first, second


def _text_of(moment: datetime) -> str:
    # Texts of one form are in the order of their moments.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _now() -> datetime:
    return datetime.now(UTC)


def _ensure_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
