"""What an analyst writes in ten minutes: rows with the same cleaned phone are one client, the first one stays."""

import argparse

import pandas as pd


def main() -> None:
    """Read the base, keep the first row of every phone, write the rest and the clusters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.same_phone", description=__doc__)
    parser.add_argument("base")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--clusters", required=True)
    parser.add_argument("--column", default="Телефон")
    arguments = parser.parse_args()
    base = pd.read_csv(arguments.base, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    phone = base[arguments.column].str.replace(r"\D", "", regex=True).str[-10:]
    row = pd.Series(range(1, len(base) + 1), index=base.index)
    known = phone.str.len() == 10
    cluster = row.where(~known, row.groupby(phone).transform("min"))
    base[cluster == row].to_csv(arguments.output, sep=";", index=False)
    pd.DataFrame({"row": row, "cluster_id": cluster}).to_csv(arguments.clusters, index=False)


if __name__ == "__main__":
    main()
