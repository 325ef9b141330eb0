"""What stands in one phone cell: numbers, extensions, notes, and what is none of these."""

import re
from dataclasses import dataclass, field
from typing import Final

from crmclean.fields.phone_run import PhoneContext, PhonePart, read_run
from crmclean.fields.phone_tokens import TOKEN, clean_text, is_label, is_one_run, says_nothing

_SHORTEST_LOCAL: Final = 5


@dataclass(slots=True)
class PhoneCell:
    """The parts of a cell.

    Attributes:
        parts: numbers and pieces in their order.
        rewritable: false where it cannot be told whose a word is; the numbers are then written where they stand.
        words: the text that the spans point into.
        spans: where each run of digits stands, and which parts it is.
    """

    parts: list[PhonePart]
    rewritable: bool = True
    words: str = ""
    spans: list[tuple[int, int, list[PhonePart]]] = field(default_factory=list)


def read_cell(cell: str, region: str, area_code: str = "") -> PhoneCell:
    """Return what stands in one phone cell.

    Args:
        cell: any text.
        region: two letters; how a number without ``+`` is read.
        area_code: three to five digits for a local number without its own, or ``""``.

    >>> [(part.number, part.extension) for part in read_cell("8-495-607-42-68/607-04-36 доб. 15", "RU").parts]
    [('+74956074268', ''), ('+74956070436', '15')]
    >>> [part.number for part in read_cell("72-14-31", "RU", "4852").parts]
    ['+74852721431']
    """
    clean = clean_text(cell)
    if not clean.text:
        return PhoneCell([])
    if says_nothing(clean.text):
        return PhoneCell([PhonePart("", "", cell, "phone-filler")])
    context = PhoneContext(region, area_code)
    if is_one_run(clean.text):
        return PhoneCell(read_run(clean.text, context, None, ""))
    reader = _CellReader(context, clean.words)
    for match in TOKEN.finditer(clean.text):
        reader.take(match)
    return reader.finish(cell)


class _CellReader:
    """Walks over the tokens of one cell and keeps what was seen."""

    def __init__(self, context: PhoneContext, words: str) -> None:
        self.cell = PhoneCell([], words=words)
        self._context = context
        self._separator = ""
        self._words: list[str] = []
        self._segment: list[PhonePart] = []
        self._words_after = False

    def take(self, match: re.Match[str]) -> None:
        """Take the next token."""
        kind = match.lastgroup or ""
        if kind == "number":
            self._take_run(match)
        elif kind in ("word", "remark"):
            self._take_words(self.cell.words[match.start() : match.end()])
        elif kind == "note":
            self._take_note(self.cell.words[match.start(kind) : match.end(kind)])
        elif kind == "separator":
            self._end_segment()
            self._separator = match.group()
        elif kind == "extension":
            self._take_extension(match.group(kind), match.group())
        elif kind == "email":
            self.cell.parts.append(PhonePart("", "", match.group(), "phone-not-a-phone"))
        elif kind == "damaged":
            self.cell.parts.append(PhonePart("", "", match.group(), "phone-damaged"))
        elif kind == "odd":
            self.cell.rewritable = False

    def finish(self, text: str) -> PhoneCell:
        """Return the cell when all tokens are taken."""
        self._end_segment()
        parts = self.cell.parts
        if not parts:
            parts.append(PhonePart("", "", text, "phone-not-a-phone"))
        if len(parts) > 1:
            for part in parts:
                # «8» or «00» is a placeholder only when nothing else stands in the cell.
                if part.code == "phone-filler" and sum(map(str.isdecimal, part.raw)) < _SHORTEST_LOCAL:
                    part.code = "phone-impossible"
        return self.cell

    def _take_run(self, match: re.Match[str]) -> None:
        if self._words_after:
            # Words between two numbers: nobody can tell whose they are.
            self.cell.rewritable = False
        before = self.cell.parts[-1] if self.cell.parts else None
        parts = read_run(match.group(), self._context, before, self._separator)
        if self._words and parts:
            parts[0].notes.append(" ".join(self._words))
            self._words = []
        self.cell.parts.extend(parts)
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip(" -."))
        self.cell.spans.append((start, match.start() + len(text.rstrip(" -.")), parts))
        self._segment.extend(parts)
        self._words_after = False
        self._separator = ""

    def _take_words(self, text: str) -> None:
        if is_label(text):
            return
        self._words.append(text)
        self._words_after = bool(self._segment)

    def _take_note(self, text: str) -> None:
        note = " ".join(text.split())
        if self._segment:
            self._segment[-1].notes.append(note)
        else:
            self._words.append(note)

    def _take_extension(self, text: str, raw: str) -> None:
        extension = ", ".join(item.strip().replace("-", "") for item in text.split(","))
        parts = self.cell.parts
        if not parts or not parts[-1].number:
            parts.append(PhonePart("", "", raw.strip(), "phone-impossible"))
            return
        last = parts[-1]
        last.extension = f"{last.extension}, {extension}" if last.extension else extension

    def _end_segment(self) -> None:
        if self._words:
            if self._segment:
                self._segment[-1].notes.append(" ".join(self._words))
            else:
                self.cell.rewritable = False
        self._words, self._segment, self._words_after = [], [], False
