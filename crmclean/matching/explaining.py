"""Why two records are, or are not, one client: in words, and field by field with weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmclean.core.i18n import _
from crmclean.matching.arrays import MISSING, Coded, Ints, MultiCoded, pattern_codes
from crmclean.matching.deciding import Decided
from crmclean.matching.model import Comparison
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored


@dataclass(frozen=True)
class Common:
    """The value that two records have in common in one field.

    Attributes:
        text: the value, ``""`` where they have none in common.
        records: how many records have it.
        people: of a phone, mailbox or domain, how many different people (companies) use it; else 0.
    """

    text: str = ""
    records: int = 0
    people: int = 0


@dataclass(frozen=True)
class Reason:
    """A rule or veto that holds: its stable name, and the message id of what is true."""

    code: str
    title: str


@dataclass(frozen=True)
class FieldTrace:
    """One field of a pair.

    Attributes:
        comparison, title: its stable name, and its message id.
        level, level_title: how far the two agree; ``""`` where one of the two has no value. The title is a message id.
        keys: what was compared, of the one record and of the other.
        common: the value that both have.
        weight: in bits; ``learned`` is the part of it that the answers of people added.
        m, u: how often this level comes among records of one client, and this value among others; 0 where nothing
            was compared.
    """

    comparison: str
    title: str
    level: str
    level_title: str
    keys: tuple[str, str]
    common: Common
    weight: float
    learned: float
    m: float
    u: float


@dataclass(frozen=True)
class PairTrace:
    """Two records of one kind.

    Attributes:
        of: ``person`` or ``company``.
        fields: all that are compared in this base.
        prior, weight: in bits; the weight is the sum of the prior, of the fields and of ``namesakes``.
        namesakes: what it weighs that the two have nothing but names in common, 0 where they have more.
        probability: that follows from the weight.
        tier: ``merged``, ``doubtful`` or ``apart``, as the run decided about this pair.
        is_candidate: whether anything brought the two together; a pair that is none was not compared in the run.
        said: what a person said of the pair: ``same``, ``different`` or ``""``.
    """

    of: str
    fields: tuple[FieldTrace, ...]
    prior: float
    namesakes: float
    weight: float
    probability: float
    tier: str
    is_candidate: bool
    said: str
    vetoes: tuple[Reason, ...]
    merging: tuple[Reason, ...]
    not_merging: tuple[Reason, ...]
    asking: tuple[Reason, ...]
    not_asking: tuple[Reason, ...]


@dataclass(frozen=True)
class Conflict:
    """Why two clusters are not merged although a link joins them: two of their records and what keeps these apart.

    ``one`` and ``other`` are ``MISSING`` where it is no pair of records, but the size of the cluster.
    """

    one: int
    other: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LinkTrace:
    """One link of a chain from record ``one`` to record ``other``; ``conflict`` where it was cut."""

    one: int
    other: int
    probability: float
    reason: str
    conflict: Conflict | None = None


def reasons(decided: Decided, links: Ints) -> "pd.Series[str]":
    """Return for each of ``links`` what speaks for it, the strongest first, then what speaks against it.

    As in «phone, last name, first name (diminutive)»; where a person decided, that comes first.
    """
    compared = decided.scored.compared
    levels = compared.levels[links].astype(np.int64)
    order = np.argsort(-decided.scored.parts(links), axis=1, kind="stable")
    # One sentence per distinct pattern of levels in their order of weight.
    pattern = np.column_stack([pattern_codes(levels), pattern_codes(order)])
    codes = pd.factorize(pattern[:, 0])[0].astype(np.int64) * (len(links) + 1) + pd.factorize(pattern[:, 1])[0]
    place, distinct = pd.factorize(codes)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[place[::-1]] = np.arange(len(links))[::-1]
    texts = [_sentence(compared.comparisons, levels[row], order[row]) for row in first.tolist()]
    result = pd.Series(np.array(texts, dtype=object)[place] if len(links) else [], dtype="str")
    said = decided.said_same[links]
    return result.mask(said, _("a person decided so; {reason}").format(reason="") + result) if said.any() else result


def comparison_table(scored: Scored, links: Ints, values: "list[pd.DataFrame]") -> pd.DataFrame:
    """Return links field by field: link (its place in ``links``), comparison, level, value_a, value_b, weight.

    Args:
        values: what ``people_values`` or ``company_values`` gives for the left and for the right records.
    """
    compared = scored.compared
    parts = scored.parts(links)
    tables: list[pd.DataFrame] = []
    for place, item in enumerate(compared.comparisons):
        level = compared.levels[links, place].astype(np.int64)
        known = np.flatnonzero(level > 0)
        codes = np.array(["", *(one.code for one in item.levels)], dtype=object)
        tables.append(
            pd.DataFrame(
                {
                    "link": known,
                    "comparison": item.name,
                    "level": codes[level[known]],
                    "value_a": values[0][item.name].to_numpy(object)[known],
                    "value_b": values[1][item.name].to_numpy(object)[known],
                    "weight": parts[known, place],
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["link", "weight"], ascending=[True, False], kind="stable", ignore_index=True)


def people_values(people: People, records: Ints) -> pd.DataFrame:
    """Return the compared values of people as text, one column per comparison."""
    columns = {
        "last_name": people.shown["last"].take(records).to_numpy(),
        "first_name": people.shown["first"].take(records).to_numpy(),
        "middle_name": people.shown["middle"].take(records).to_numpy(),
        "phone": _joined(people.phone, records),
        "email": _joined(people.email, records),
        "birthday": _dates(people.birthday[records]),
        "snils": people.document.text(records),
        "company": people.shown["company"].take(records).to_numpy(),
        "address": people.address.text(records),
        "postal_code": people.postal_code.text(records),
        "city": people.city.text(records),
        "region": people.region.text(records),
        "job_title": people.job_title.text(records),
    }
    return pd.DataFrame(columns)


def company_values(companies: Companies, records: Ints) -> pd.DataFrame:
    """Return the compared values of companies as text, one column per comparison."""
    columns = {
        "company": companies.shown.take(records).to_numpy(),
        "inn": companies.inn.text(records),
        "phone": _joined(companies.phone, records),
        "email": _joined(companies.email, records),
        "address": companies.address.text(records),
        "postal_code": companies.postal_code.text(records),
        "city": companies.city.text(records),
    }
    return pd.DataFrame(columns)


def compared_values(records: People | Companies) -> Mapping[str, Sequence[Coded | MultiCoded]]:
    """Return by comparison what two records are compared by; of several the first in which they agree counts."""
    if isinstance(records, Companies):
        return {
            "company": [records.key],
            "inn": [records.inn],
            "phone": [records.phone],
            "email": [records.email, records.domain],
            "address": [records.address],
            "postal_code": [records.postal_code],
            "city": [records.city],
        }
    return {
        "last_name": [records.last],
        "first_name": [records.first],
        "middle_name": [records.middle],
        "phone": [records.phone],
        "email": [records.email],
        "birthday": [records.born],
        "snils": [records.document],
        "company": [records.company, records.company_name],
        "address": [records.address],
        "postal_code": [records.postal_code],
        "city": [records.city],
        "region": [records.region],
        "job_title": [records.job_title],
    }


def keys_of(records: People | Companies, comparison: str, of: Ints) -> "pd.Series[str]":
    """Return the keys by which the records ``of`` are compared in one field, as text."""
    if isinstance(records, People) and comparison == "birthday":
        return _dates(records.birthday[of])
    values = compared_values(records)[comparison]
    if isinstance(values[0], MultiCoded):
        return _joined(values[0], of)
    # The number of a company is no text to read: its name is.
    return values[-1].text(of) if isinstance(values[-1], Coded) else pd.Series([""] * len(of), dtype="str")


def find_common(records: People | Companies, comparison: str, one: int, other: int) -> Common:
    """Return the value of a field that two records have in common, and how many have it."""
    left, right = np.array([one]), np.array([other])
    for values in compared_values(records)[comparison]:
        if isinstance(values, MultiCoded):
            code = int(values.shared(left, right)[0])
            people = int(values.people[code]) if code != MISSING else 0
            owners = values.code
        else:
            code = int(values.codes[one]) if values.codes[one] == values.codes[other] else MISSING
            people, owners = 0, values.codes
        if code != MISSING:
            text = str(values.values[code]) if isinstance(values, MultiCoded) else ""
            text = text or str(keys_of(records, comparison, left).iat[0])
            return Common(text, int((owners == code).sum()), people)
    return Common()


def _sentence(comparisons: tuple[Comparison, ...], levels: Ints, order: Ints) -> str:
    words: list[str] = []
    against: list[str] = []
    for place in order.tolist():
        level = int(levels[place])
        if level == 0:
            continue
        item = comparisons[place]
        title = item.levels[level - 1].title
        words_of = against if level == len(item.levels) else words
        words_of.append(_(item.title) + (f" ({_(title)})" if title and words_of is words else ""))
    text = ", ".join(words)
    if against:
        text = _("{agreeing}; different: {differing}").format(agreeing=text, differing=", ".join(against))
    return text


def _joined(values: MultiCoded, records: Ints) -> "pd.Series[str]":
    texts = values.values.to_numpy(object)
    return pd.Series(
        [", ".join(texts[values.code[values.start[i] : values.start[i + 1]]]) for i in records.tolist()], dtype="str"
    )


def _dates(days: Ints) -> "pd.Series[str]":
    dates = pd.Series(np.datetime64("0001-01-01", "D") + days.clip(min=0))
    texts: pd.Series[str] = dates.dt.strftime("%d.%m.%Y").where(pd.Series(days != MISSING), "").astype("str")
    return texts
