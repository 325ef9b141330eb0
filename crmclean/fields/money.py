"""Amounts of money: to the digit, with the currency where one is written.

Source of the rules: ISO 4217, and what the exports of CRMs and spreadsheets hold. What ``1,234`` means only the rest
of its column can prove; else it is a doubt, never a guess.
"""

from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.money_forms import CURRENCY_CODES, Marks, WrittenAmount, read_amount, trim_amount
from crmclean.fields.text import distinct_texts, spread_verdicts

_CURRENCY: Final = f"(?: (?:{'|'.join(CURRENCY_CODES)}))?"
_PLAIN: Final = rf"^-?[0-9]+(?:MARK(?:[0-9]{{1,2}}|[0-9]{{4,}}))?{_CURRENCY}$"
# Thousands parted by one kind of space, a fraction that cannot be thousands, and the commonest marks of the rouble.
_SPACED: Final = (
    r"^-?(?:[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:\x{a0}[0-9]{3})+)(?:[.,][0-9]{1,2})?|[0-9]+(?:[.,][0-9]{1,2})?)"
    r"(?:[ \x{a0}]?(?:₽|руб|руб\.))?$"
)
_ROUBLES: Final = r"(?:₽|руб\.?)$"


def normalize_money(cells: pd.Series, decimal: Literal[".", ","] = ".") -> pd.DataFrame:
    """Return every amount in plain digits, followed by the code of its currency where one is written.

    No digit is added, rounded or dropped, apart from the zeros that «тыс.», «млн» and «млрд» mean. A cell that leaves
    a doubt stays exactly as it is.

    Args:
        cells: one column of amounts, any index; what one cell means may be proved by another.
        decimal: the mark before the fraction in the result.

    Returns:
        Columns ``value`` and ``code`` (``money-normalized``, a doubt, or ``""``), same index as ``cells``.

    >>> normalize_money(pd.Series(["1 234,50 ₽", "43,000,000.00", "(500)", "≈ 300 000"]))
             value               code
    0  1234.50 RUB   money-normalized
    1  43000000.00   money-normalized
    2         -500   money-normalized
    3    ≈ 300 000  money-approximate
    """
    codes, texts = distinct_texts(cells)
    column = _Column(texts, decimal)
    values = column.plain_values()
    verdicts = ["" if value == text else "money-normalized" for value, text in zip(values, texts, strict=True)]
    for row, read in column.others():
        if isinstance(read, str):
            verdicts[row] = read
            continue
        values[row] = _write(read, decimal)
        verdicts[row] = "" if values[row] == texts[row] else "money-normalized"
    return spread_verdicts(cells, codes, values, verdicts)


def parse_money(cells: pd.Series) -> pd.DataFrame:
    """Return the amount and the currency of every cell.

    Returns:
        Columns ``amount`` (``float64``, NaN where it is not known beyond doubt) and ``currency`` (ISO 4217, ``""``
        where none is written), same index as ``cells``.

    >>> parse_money(pd.Series(["1 234,50 ₽", "1,5 млн", "от 50 000"]))
          amount currency
    0     1234.5      RUB
    1  1500000.0
    2        NaN
    """
    codes, texts = distinct_texts(cells)
    column = _Column(texts, ".")
    values = pa.array(column.plain_values(), pa.string())
    plain = pa.array(column.is_plain)
    digits = pc.if_else(plain, pc.replace_substring_regex(values, "[ A-Z]+$", ""), "nan")
    amounts: np.ndarray = pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False).copy()
    currencies: list[str] = pc.if_else(plain, pc.replace_substring_regex(values, "^[^A-Z]*", ""), "").to_pylist()
    for row, read in column.others():
        currencies[row] = ""
        if not isinstance(read, str):
            amounts[row] = float(f"{read.sign}{read.whole}.{read.fraction or 0}")
            currencies[row] = read.currency
    frame = pd.DataFrame({"amount": amounts, "currency": pd.Series(currencies, dtype="str")})
    return frame.take(codes).set_axis(cells.index)


class _Column:
    """The distinct texts of a column: the plain ones read at once, the others one by one."""

    def __init__(self, texts: list[str], decimal: Literal[".", ","]) -> None:
        self._texts = texts
        self._decimal = decimal
        given = pa.array(texts, pa.string())
        bare = pc.match_substring_regex(given, _PLAIN.replace("MARK", rf"\{decimal}"))
        spaced = pc.match_substring_regex(given, _SPACED)
        tight = pc.replace_substring_regex(given, r"[ \x{a0}]", "")
        amount = pc.replace_substring_regex(tight, _ROUBLES, " RUB")
        written = pc.replace_substring_regex(amount, "[.,]", decimal)
        self._values = pc.if_else(bare, given, pc.if_else(spaced, written, given))
        self.is_plain: np.ndarray = pc.or_(bare, spaced).to_numpy(zero_copy_only=False).astype(np.bool_)
        self._proofs = set(self._plain_proofs(given))

    def plain_values(self) -> list[str]:
        """Return the amounts that are plain, written out; every other text as it is."""
        values: list[str] = self._values.to_pylist()
        return values

    def others(self) -> list[tuple[int, WrittenAmount | str]]:
        """Return the row of every other text that is not blank, and what it says, or its doubt."""
        found: list[tuple[int, WrittenAmount | str]] = []
        for row in np.flatnonzero(~self.is_plain).tolist():
            text = self._texts[row]
            if text and not text.isspace():
                read = read_amount(trim_amount(text), {})
                found.append((row, read))
                if not isinstance(read, str):
                    self._proofs.update(read.proof)
        marks = self._proved_marks()
        if not marks:
            return found
        return [(row, self._settle(row, marks) if read == "money-ambiguous" else read) for row, read in found]

    def _settle(self, row: int, marks: Marks) -> WrittenAmount | str:
        """Return the amount that the column proves.

        A fraction after the mark of the result counts only where nothing is to rewrite: the result itself has such
        fractions, and must prove no more to a second run than the column did to the first.
        """
        text = self._texts[row]
        read = read_amount(trim_amount(text), marks)
        if isinstance(read, str):
            return read
        again = (self._decimal, "long fraction") in read.proof and _write(read, self._decimal) != text
        return "money-ambiguous" if again else read

    def _plain_proofs(self, given: pa.Array) -> list[tuple[str, str]]:
        plain = given.filter(pa.array(self.is_plain))
        return [
            (mark, proof)
            for mark in ",."
            for proof, length in (("fraction", "{1,2}"), ("long fraction", "{4,}"))
            if pc.any(pc.match_substring_regex(plain, rf"\{mark}[0-9]{length}(?:[^0-9]|$)")).as_py()
        ]

    def _proved_marks(self) -> Marks:
        """Return what the marks of the column stand for; one with contradicting proofs, or short fractions, is open.

        Short fractions (1,50) prove nothing for 1,234: kopecks have two digits, so that a third speaks against them.
        """
        marks: dict[str, Literal["thousands", "fraction"]] = {}
        for mark in ",.":
            shown = {proof for known, proof in self._proofs if known == mark}
            if shown == {"thousands"}:
                marks[mark] = "thousands"
            elif "long fraction" in shown and "thousands" not in shown:
                marks[mark] = "fraction"
        return marks


def _write(read: WrittenAmount, decimal: str) -> str:
    amount = read.sign + read.whole + (decimal + read.fraction if read.fraction else "")
    return f"{amount} {read.currency}" if read.currency else amount
