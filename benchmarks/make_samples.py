"""`python -m benchmarks.make_samples`: make the files of ``samples/`` again, or elsewhere with ``--folder``."""

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from benchmarks.generator import LAYOUTS, Base, Layout, Profile, generate, line_writer, write_base, write_truth
from benchmarks.generator.hygiene_samples import SAMPLE_DAY, write_hygiene_samples
from benchmarks.generator.real_estate import write_real_estate

SAMPLES: Final = Path(__file__).parent.parent / "samples"
_ROWS: Final = 300
_BITRIX_SEED: Final = 2414
_AMO_SEED: Final = 2624


def make_samples(folder: Path) -> list[Path]:
    """Write every sample and its truth into the folder; return the paths written."""
    bitrix, amo = LAYOUTS["bitrix24"], LAYOUTS["amocrm"]
    return [
        *_make_csv(folder / "bitrix24_contacts.csv", _BITRIX_SEED, "mixed", bitrix),
        *_make_html(folder / "bitrix24_contacts.xls", 2501, "b2c", bitrix),
        *_make_csv(folder / "amocrm_contacts.csv", _AMO_SEED, "b2b", replace(amo, delimiter=";")),
        *_make_workbook(folder / "amocrm_contacts.xlsx", 2725, "mixed", amo),
        *write_hygiene_samples(
            folder,
            (generate(_ROWS, _BITRIX_SEED, "mixed", bitrix, list), bitrix),
            (generate(_ROWS, _AMO_SEED, "b2b", amo, list), amo),
        ),
        *write_real_estate(folder / "real_estate_leads.csv", SAMPLE_DAY, seed=2026),
    ]


def _write_truth_beside(base: Base[Any], path: Path) -> Path:
    truth = path.with_name(f"{path.name}.truth.csv")
    write_truth(base, truth)
    return truth


def _make_csv(path: Path, seed: int, profile: Profile, layout: Layout) -> tuple[Path, Path]:
    base = generate(_ROWS, seed, profile, layout, line_writer(layout))
    write_base(base, layout, path)
    return path, _write_truth_beside(base, path)


def _make_html(path: Path, seed: int, profile: Profile, layout: Layout) -> tuple[Path, Path]:
    """Write the HTML table that Bitrix24 names .xls: UTF-8 with BOM, no <html>, line breaks as <br>."""
    base = generate(_ROWS, seed, profile, layout, list)
    header = "".join(f"<th>{_escape(name)}</th>" for name in layout.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escape(cell)}</td>" for cell in (str(number), *cells)) + "</tr>"
        for number, cells in zip(base.ids, base.lines, strict=True)
    )
    page = (
        '<meta http-equiv="Content-type" content="text/html;charset=UTF-8" />\n<table border="1">\n'
        f"<thead>\n\t<tr>{header}</tr>\n</thead>\n\t<tbody>{rows}</tbody>\n</table>"
    )
    path.write_bytes(page.encode("utf-8-sig"))
    return path, _write_truth_beside(base, path)


def _escape(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "<br>")):
        text = text.replace(sign, entity)
    return text


def _make_workbook(path: Path, seed: int, profile: Profile, layout: Layout) -> tuple[Path, Path]:
    """Write a workbook of one sheet: IDs as numbers, all other cells as text."""
    base = generate(_ROWS, seed, profile, layout, list)
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime(2026, 10, 1)})  # the clock would make the bytes differ every time
        sheet = workbook.add_worksheet("Контакты")
        for column, name in enumerate(layout.header):
            sheet.write_string(0, column, name)
        for row, (number, cells) in enumerate(zip(base.ids, base.lines, strict=True), start=1):
            sheet.write_number(row, 0, number)
            for column, cell in enumerate(cells, start=1):
                if cell:
                    sheet.write_string(row, column, cell)
    return path, _write_truth_beside(base, path)


def main() -> None:
    """Read the arguments and write the samples."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_samples", description=__doc__)
    parser.add_argument("--folder", type=Path, default=SAMPLES, help="where to write them (samples/)")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for path in make_samples(folder):
        print(path)


if __name__ == "__main__":
    main()
