"""`python -m benchmarks.io`: how fast files are read and written, beside pyarrow and openpyxl.

Everything is a ratio within one run: each side runs in a process of its own, in turn with the other, on the same file.
The clock runs from the file on disk to the table in memory or back; starting Python and importing is left out on both
sides, and so is, for writing, reading what is written. The peak of memory is that of the whole process.

The plain side knows beforehand what crmclean has to find out: that the file is UTF-8, its delimiter, where its heading
is, that no cell spans lines. For cp1251 it reads the same base in UTF-8. A workbook is small on disk because it is
packed, so its peak is also set against what it unpacks to.
"""

import argparse
import json
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.processes import measure, spread


@dataclass(frozen=True)
class Comparison:
    """What is compared: two sides of ``benchmarks.io_sides`` and the file that each of them works on."""

    title: str
    own: tuple[str, str]
    plain: tuple[str, str]


COMPARISONS: Final = (
    Comparison("CSV in UTF-8, read", ("read-crmclean", "utf-8.csv"), ("read-pyarrow", "utf-8.csv")),
    Comparison("CSV in cp1251, read", ("read-crmclean", "cp1251.csv"), ("read-pyarrow", "utf-8.csv")),
    Comparison("XLSX, read", ("read-crmclean", "workbook.xlsx"), ("read-openpyxl", "workbook.xlsx")),
    Comparison("XLSX, written", ("write-crmclean", "workbook.csv"), ("write-openpyxl", "workbook.csv")),
)


@dataclass(frozen=True)
class Side:
    """All runs of one side: seconds and peaks of memory in MiB, one a run, and the shape of what it read or wrote."""

    name: str
    seconds: tuple[float, ...]
    peaks: tuple[float, ...]
    shape: tuple[int, int]


@dataclass(frozen=True)
class Compared:
    """One comparison as measured; sizes of crmclean's file in MiB, ``unpacked`` the same where it is not packed."""

    title: str
    own: Side
    plain: Side
    ratio: float
    size: float
    unpacked: float


def compare(comparison: Comparison, folder: Path, runs: int) -> Compared:
    """Run both sides in turn; SystemExit where they did not read or write the same number of cells."""
    kept: dict[str, list[dict[str, float]]] = {"own": [], "plain": []}
    for _ in range(runs):
        for which, (side, file) in (("own", comparison.own), ("plain", comparison.plain)):
            command = [sys.executable, "-m", "benchmarks.io_sides", side, str(folder / file)]
            kept[which].append(json.loads(measure([*command, str(folder / f"{which}.xlsx")]).stdout))
    own, plain = _side(comparison.own[0], kept["own"]), _side(comparison.plain[0], kept["plain"])
    if own.shape != plain.shape:
        raise SystemExit(
            f"{comparison.title}: {own.name} found {own.shape} rows and columns, {plain.name} {plain.shape}"
        )
    read = folder / comparison.own[1]
    size = read.stat().st_size / 2**20
    return Compared(
        comparison.title,
        own,
        plain,
        median(own.seconds) / median(plain.seconds),
        size,
        _unpacked(read) if zipfile.is_zipfile(read) else size,
    )


def _side(name: str, runs: Sequence[dict[str, float]]) -> Side:
    seconds, peaks = (tuple(run[figure] for run in runs) for figure in ("seconds", "peak"))
    return Side(name, seconds, peaks, (int(runs[0]["rows"]), int(runs[0]["columns"])))


def _unpacked(file: Path) -> float:
    with zipfile.ZipFile(file) as archive:
        return sum(member.file_size for member in archive.infolist()) / 2**20


def show(compared: Compared) -> str:
    """Return what was measured as lines of text."""
    own, peak = compared.own, median(compared.own.peaks)
    lines = [f"{compared.title}: {own.shape[0]:,} × {own.shape[1]}, {compared.size:.0f} MiB"]
    for side in (own, compared.plain):
        lines.append(f"  {side.name:16}{spread(side.seconds)}, peak {median(side.peaks):.0f} MiB")
    lines.append(f"  time, ratio     {compared.ratio:.2f}")
    if own.name.startswith("read"):
        packed = f" ({peak / compared.unpacked:.2f} unpacked)" if compared.unpacked != compared.size else ""
        lines.append(f"  peak, file      {peak / compared.size:.2f}{packed}")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, invent the files, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.io", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the CSV (1000000)")
    parser.add_argument("--xlsx-rows", type=int, default=100_000, help="rows of the workbooks (100000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side (5)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the base (7)")
    parser.add_argument("--only", default="", help="only the comparisons whose title holds this")
    parser.add_argument("--json", action="store_true", help="one JSON object a comparison")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_files(Path(folder), arguments.rows, arguments.xlsx_rows, arguments.seed)
        for comparison in COMPARISONS:
            if arguments.only in comparison.title:
                compared = compare(comparison, Path(folder), arguments.runs)
                print(json.dumps(asdict(compared)) if arguments.json else show(compared), flush=True)


def make_files(folder: Path, rows: int, xlsx_rows: int, seed: int) -> None:
    """Invent the files, in another process: on Linux the peak of a process counts for those that it starts."""
    sizes = ["--rows", str(rows), "--xlsx-rows", str(xlsx_rows), "--seed", str(seed)]
    measure([sys.executable, "-m", "benchmarks.io_sides", "make", str(folder), *sizes])


if __name__ == "__main__":
    main()
