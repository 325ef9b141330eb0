"""`python -m benchmarks.peers.goldenmatch_peer BASE -o CLUSTERS`: GoldenMatch as it configures itself.

It knows columns by their English names and takes every column for evidence, so the headings are translated and the
columns that say nothing of who the client is are left out: with the file as it is, it finds less.
"""
# mypy: disable-error-code="import-not-found"

import argparse
import csv
from pathlib import Path
from typing import Any, Final

import goldenmatch
import pyarrow

HEADINGS: Final = {
    "Фамилия": "last_name",
    "Имя": "first_name",
    "Отчество": "middle_name",
    "Телефон": "phone",
    "Телефон 2": "phone_2",
    "E-mail": "email",
    "Компания": "company",
    "ИНН": "inn",
    "КПП": "kpp",
    "Дата рождения": "date_of_birth",
    "Город": "city",
    "Адрес": "address",
}


def read_base(path: Path) -> Any:
    """Return the columns that tell clients apart, in English, as an Arrow table of text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file, delimiter=";")
    return pyarrow.table(
        {
            HEADINGS[heading]: [row[place] or None for row in rows]
            for place, heading in enumerate(headings)
            if heading in HEADINGS
        }
    )


def main() -> None:
    """Read the arguments and write the clusters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.goldenmatch_peer", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    base = read_base(arguments.base)
    # Above a hundred thousand rows it refuses to run on a configuration that it does not trust itself.
    found = goldenmatch.dedupe_df(base, confidence_required=False)
    labels = [f"row {place + 1}" for place in range(base.num_rows)]
    for number, cluster in found.clusters.items():
        for place in cluster["members"]:
            labels[place] = str(number)
    with arguments.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "cluster_id"])
        writer.writerows(enumerate(labels, 1))


if __name__ == "__main__":
    main()
