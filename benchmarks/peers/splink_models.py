"""The model of Splink for every kind of base: what its documentation shows for that data, or advises for such data.

The models of the public sets follow the examples in the documentation of Splink (`febrl3`, `febrl4`,
`deduplicate_50k_synthetic`, the tutorial on `fake_1000`).
"""
# mypy: disable-error-code="import-not-found"

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

from benchmarks.peers.client_base import read_client_base


@dataclass(frozen=True)
class Model:
    """How one kind of base is read, compared, and how the model of it is trained.

    Attributes:
        read: the file as a frame with a column `row`, None where nothing is known; rows left out stay alone.
        comparisons: what is compared and in how many levels.
        blocking: pairs that agree on one of these are compared.
        surely_same: rules that hardly ever put different ones together.
        recall: the share of all true pairs that these rules find, as an analyst would guess.
        training: the rules of the rounds of expectation maximisation.
        halves: the column by whose value a base is split into two that are linked; empty: one base with duplicates.
    """

    read: Callable[[Path], pd.DataFrame]
    comparisons: list[Any]
    blocking: list[Any]
    surely_same: list[Any]
    recall: float
    training: list[Any]
    halves: str = ""

    def settings(self) -> SettingsCreator:
        """Return the settings in Splink's own form."""
        return SettingsCreator(
            link_type="link_only" if self.halves else "dedupe_only",
            unique_id_column_name="row",
            comparisons=self.comparisons,
            blocking_rules_to_generate_predictions=self.blocking,
        )


def read_public_set(path: Path) -> pd.DataFrame:
    """Return a public set with a column `row` from 1; None where a cell is empty. The truth is not in the file."""
    base = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    base.columns = base.columns.str.lower().str.replace(" ", "_")
    cells = pd.DataFrame({name: column.str.strip().astype(object) for name, column in base.items()})
    cells = cells.mask(cells.isin([""]), None)
    cells.insert(0, "row", range(1, len(cells) + 1))
    return cells


def _read_people(path: Path) -> pd.DataFrame:
    return read_client_base(path).dropna(subset=["last_name", "first_name"], how="all")


def _read_many_people(path: Path) -> pd.DataFrame:
    """Return a large base without the phones and mailboxes that more than 60 rows share: fillers, receptions."""
    base = _read_people(path)
    for name in ("mobile", "email"):
        often = base[name].map(base[name].value_counts()) > 60
        base[name] = base[name].astype(object).mask(often, None)
    return base


def _read_febrl4(path: Path) -> pd.DataFrame:
    base = read_public_set(path)
    return base.assign(half=base["id"].str.contains("-dup-").map({True: "b", False: "a"}))


def _read_historical(path: Path) -> pd.DataFrame:
    base = read_public_set(path)
    return base.assign(first_and_surname=_joined(base, ["first_name", "surname"]))


def _read_sites(path: Path) -> pd.DataFrame:
    base = read_public_set(path)
    for name in ("site_name", "address", "program_name", "agency"):
        base[name] = _plain(base[name])
    return base


def _read_restaurants(path: Path) -> pd.DataFrame:
    base = read_public_set(path)
    for name in ("name", "addr", "city", "type"):
        base[name] = _plain(base[name])
    return base.assign(phone=base["phone"].str.replace(r"\D", "", regex=True))


def _read_bibliography(path: Path) -> pd.DataFrame:
    base = read_public_set(path)
    for name in base.columns.intersection(["title", "author", "authors", "venue", "pages"]):
        base[name] = _plain(base[name])
    base["year"] = base["year"].str.extract(r"(\d{4})", expand=False)
    base["start"] = base["title"].str[:12]
    return base.astype(object).where(base.notna(), None)


def _joined(base: pd.DataFrame, names: list[str]) -> "pd.Series[Any]":
    whole = base[names].notna().all(axis=1)
    return (base[names[0]] + " " + base[names[1]]).astype(object).where(whole, None)


def _plain(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    text = cells.str.lower().str.replace(r"[^\w]+", " ", regex=True).str.strip()
    return text.astype(object).where(text.notna() & (text != ""), None)


def _mobile() -> Any:
    """Return the comparison of mobile phones: the first one the same, then any one the same."""
    return cl.CustomComparison(
        output_column_name="mobile",
        comparison_levels=[
            cll.NullLevel("mobiles"),
            cll.ExactMatchLevel("mobile").configure(tf_adjustment_column="mobile"),
            cll.ArrayIntersectLevel("mobiles", min_intersection=1),
            cll.ElseLevel(),
        ],
    )


_FEBRL_SAME: Final = [
    block_on("soc_sec_id"),
    block_on("given_name", "surname", "date_of_birth"),
    "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
]
_FEBRL_BLOCKING: Final = [
    block_on("given_name", "surname"),
    "l.given_name = r.surname and l.surname = r.given_name",
    block_on("date_of_birth"),
    block_on("soc_sec_id"),
    block_on("state", "address_1"),
    block_on("street_number", "address_1"),
    block_on("postcode"),
]


def _febrl(halves: str) -> Model:
    return Model(
        read=_read_febrl4 if halves else read_public_set,
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        ],
        blocking=_FEBRL_BLOCKING,
        surely_same=_FEBRL_SAME,
        recall=0.9,
        training=[block_on("date_of_birth"), block_on("postcode")],
        halves=halves,
    )


def _historical() -> Model:
    same = [
        "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
        "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname"
        " and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
        "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
    ]
    return Model(
        read=_read_historical,
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        surely_same=same,
        recall=0.6,
        training=[block_on("first_name", "surname"), block_on("dob")],
    )


def _fake() -> Model:
    return Model(
        read=read_public_set,
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking=[block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        surely_same=[
            block_on("first_name", "dob"),
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            block_on("email"),
        ],
        recall=0.7,
        training=[block_on("first_name", "surname"), block_on("dob")],
    )


def _sites() -> Model:
    return Model(
        read=_read_sites,
        comparisons=[
            cl.JaroWinklerAtThresholds("site_name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1, 2]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("zip").configure(term_frequency_adjustments=True),
        ],
        blocking=[
            block_on("phone"),
            block_on("address"),
            block_on("site_name"),
            block_on("substr(site_name,1,5)", "zip"),
            block_on("substr(address,1,7)"),
            block_on("substr(site_name,1,6)"),
        ],
        surely_same=[block_on("phone", "address"), block_on("site_name", "address"), block_on("site_name", "phone")],
        recall=0.7,
        training=[block_on("phone"), block_on("address")],
    )


def _restaurants() -> Model:
    return Model(
        read=_read_restaurants,
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("addr", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone"),
            cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
        ],
        blocking=[
            block_on("phone"),
            block_on("substr(name,1,4)"),
            block_on("substr(addr,1,7)"),
        ],
        surely_same=[block_on("phone")],
        recall=0.9,
        training=[block_on("phone"), block_on("substr(name,1,4)")],
    )


def _bibliography(author: str, others: list[Any]) -> Model:
    return Model(
        read=_read_bibliography,
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.97, 0.92, 0.85]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds(author, [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("year"),
            *others,
        ],
        blocking=[block_on("title"), block_on("start"), block_on(author), block_on(f"substr({author},1,8)", "year")],
        surely_same=[block_on("title", "year"), block_on("title", author)],
        recall=0.7,
        training=[block_on("title"), block_on(author)],
    )


def _client_base() -> Model:
    """Return the best of a dozen models that were tried against the truth of a generated base of 10,000 records.

    The names are compared together, as the documentation advises, so that swapped columns agree. What colleagues share
    (company, landline) was left out: with it, the conditional independence that the model assumes glues them.
    """
    return Model(
        read=_read_people,
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "last_name", forename_surname_concat_col_name="full_name"),
            cl.JaroWinklerAtThresholds("middle_name", [0.92]).configure(term_frequency_adjustments=True),
            _mobile(),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birthday", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking=[
            block_on("phones", arrays_to_explode=["phones"]),
            block_on("email"),
            block_on("last_name", "first_name", "city"),
            block_on("last_name", "first_name", "middle_name"),
            block_on("last_name", "company"),
            block_on("last_name", "birthday"),
            block_on("first_name", "birthday"),
        ],
        surely_same=[block_on("mobile", "first_name"), block_on("email", "first_name", "last_name")],
        recall=0.6,
        training=[block_on("mobile"), block_on("email")],
    )


def _client_base_large() -> Model:
    """Return the model for a million rows: the same, without the blocks that grow with the square of the base.

    A landline or mailbox alone makes no pair (receptions), nor do a name and a city, or a surname and a company. With
    them Splink was not done with a million rows after seven minutes, and took all of 21 GB.
    """
    return replace(
        _client_base(),
        read=_read_many_people,
        blocking=[
            block_on("mobile"),
            block_on("email", "last_name"),
            block_on("last_name", "first_name", "middle_name"),
            block_on("last_name", "birthday"),
        ],
        training=[block_on("mobile"), block_on("last_name", "first_name", "middle_name")],
    )


MODELS: Final[dict[str, Callable[[], Model]]] = {
    "client_base": _client_base,
    "client_base_large": _client_base_large,
    "febrl3": lambda: _febrl(halves=""),
    "febrl4": lambda: _febrl(halves="half"),
    "historical_50k": _historical,
    "fake_1000": _fake,
    "early_childhood": _sites,
    "fodors_zagat": _restaurants,
    "dblp_acm": lambda: _bibliography("authors", []),
    "cora": lambda: _bibliography("author", [cl.JaroWinklerAtThresholds("pages", [0.9])]),
}
"""The model of each kind of base, by name."""
