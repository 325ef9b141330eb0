"""`python -m benchmarks.io_sides SIDE FILE…`: one side of one comparison, in a process of its own.

What a side imports is imported before the clock starts, and nothing that it does not need is: the peak of memory of a
process cannot be taken back. One JSON object is printed: seconds, peak of memory before and after in MiB, and the rows
and columns that were read or written, so that both sides can be seen to have done the same.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Shape = tuple[int, int]
Work = Callable[[], Any]
Count = Callable[[Any], Shape]


def make_files(folder: Path, rows: int, workbook_rows: int, seed: int) -> None:
    """Write all that is read: a base in UTF-8, the same one in cp1251, and a smaller one as CSV and as workbook."""
    from benchmarks import io_data

    io_data.write_texts(folder / "utf-8.csv", rows, seed)
    io_data.recode(folder / "utf-8.csv", folder / "cp1251.csv", "cp1251")
    io_data.write_texts(folder / "workbook.csv", workbook_rows, seed)
    io_data.write_workbook(folder / "workbook.xlsx", workbook_rows, seed)


def read_with_crmclean(source: Path, _target: Path) -> tuple[Work, Count]:
    """Read any file to a table of text cells, without being told what it is."""
    from crmclean.core.settings import ReadSettings
    from crmclean.files.reading import read_bytes, read_table

    return lambda: read_table(read_bytes(str(source)), str(source), ReadSettings()).table.frame, lambda read: read.shape


def read_with_pyarrow(source: Path, _target: Path) -> tuple[Work, Count]:
    """Read a CSV to text cells with the encoding, the delimiter and the names of the columns known beforehand."""
    import pyarrow as pa
    from pyarrow import csv

    from benchmarks.io_data import HEADINGS

    texts = csv.ConvertOptions(column_types=dict.fromkeys(HEADINGS, pa.string()), strings_can_be_null=False)
    delimited = csv.ParseOptions(delimiter=";")
    return lambda: csv.read_csv(source, parse_options=delimited, convert_options=texts), lambda read: read.shape


def read_with_openpyxl(source: Path, _target: Path) -> tuple[Work, Count]:
    """Read the first sheet of a workbook to rows of values."""
    import openpyxl

    def read() -> list[tuple[object, ...]]:
        workbook = openpyxl.load_workbook(source, read_only=True)
        return list(workbook.worksheets[0].iter_rows(values_only=True))

    return read, lambda rows: (len(rows) - 1, len(rows[0]))


def write_with_crmclean(source: Path, target: Path) -> tuple[Work, Count]:
    """Write a table as a workbook of text cells, with all that makes it fit for people."""
    from crmclean.core.settings import ReadSettings
    from crmclean.files.reading import read_bytes, read_table
    from crmclean.files.writing import render

    table = read_table(read_bytes(str(source)), str(source), ReadSettings()).table
    return lambda: target.write_bytes(render(table, "xlsx").data), lambda _written: table.frame.shape


def write_with_openpyxl(source: Path, target: Path) -> tuple[Work, Count]:
    """Write rows of texts as a plain workbook."""
    import csv

    import openpyxl

    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))

    def write() -> None:
        workbook = openpyxl.Workbook(write_only=True)
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
        workbook.save(target)

    return write, lambda _written: (len(rows) - 1, len(rows[0]))


SIDES: Final = {
    "read-crmclean": read_with_crmclean,
    "read-pyarrow": read_with_pyarrow,
    "read-openpyxl": read_with_openpyxl,
    "write-crmclean": write_with_crmclean,
    "write-openpyxl": write_with_openpyxl,
}


def main() -> None:
    """Do what the arguments say and print how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.io_sides", description=__doc__)
    parser.add_argument("side", choices=["make", *SIDES])
    parser.add_argument("source", type=Path, help="the file to read; the folder of `make`")
    parser.add_argument("target", type=Path, nargs="?", default=Path("-"), help="the file to write")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--xlsx-rows", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.side == "make":
        make_files(arguments.source, arguments.rows, arguments.xlsx_rows, arguments.seed)
        return
    work, count = SIDES[arguments.side](arguments.source, arguments.target)
    before = _peak()
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    rows, columns = count(result)
    print(json.dumps({"seconds": seconds, "before": before, "peak": _peak(), "rows": rows, "columns": columns}))


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


if __name__ == "__main__":
    main()
