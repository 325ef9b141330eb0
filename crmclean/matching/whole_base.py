"""How frequent values are in a whole base of which only a part is compared: counts of the base and of what comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from crmclean.matching.arrays import Floats, Ints, MultiCoded
from crmclean.matching.levels import Compared
from crmclean.matching.model import Comparison
from crmclean.matching.record_keys import Hashes, RecordKeys, find_members
from crmclean.matching.records import count_people

PERSON_FIELDS: Final[Mapping[str, str]] = {
    "last_name": "last",
    "first_name": "first",
    "middle_name": "middle",
    "birthday": "born",
    "snils": "document",
    **{name: name for name in ("company", "address", "postal_code", "city", "region", "job_title")},
}
"""Field that tells the frequency of the common value of a comparison."""
COMPANY_FIELDS: Final[Mapping[str, str]] = {
    "company": "key",
    **{name: name for name in ("inn", "address", "postal_code", "city")},
}


@dataclass(frozen=True)
class Shares:
    """Shares of the values of records that are part of a whole.

    Attributes:
        of_record: per comparison the share of all records that have the value of the record, one a record.
        scale: per comparison of several values, by what the share in the part is to be multiplied.
    """

    of_record: Mapping[str, Floats]
    scale: Mapping[str, float]

    def apply(self, compared: Compared, comparisons: tuple[Comparison, ...]) -> Compared:
        """Return the pairs with the frequencies of the whole, compared by ``comparisons`` and nothing else."""
        levels = np.zeros((len(compared), len(comparisons)), dtype=np.uint8, order="F")
        frequency = np.full((len(compared), len(comparisons)), np.nan, dtype=np.float32, order="F")
        names = [item.name for item in compared.comparisons]
        for place, item in enumerate(comparisons):
            if item.name not in names:
                continue
            own = names.index(item.name)
            levels[:, place] = compared.levels[:, own]
            counted = np.flatnonzero(~np.isnan(compared.frequency[:, own]))
            if item.name in self.of_record:
                frequency[counted, place] = self.of_record[item.name][compared.left[counted]]
            else:
                frequency[counted, place] = compared.frequency[counted, own] * self.scale.get(item.name, 1.0)
        return replace(compared, comparisons=comparisons, levels=levels, frequency=frequency)


def shares_in_whole(
    fields: Mapping[str, str], part: RecordKeys, new: RecordKeys, base: RecordKeys, present: Mapping[str, int]
) -> Shares:
    """Return how frequent the values of the records of a part are in the base and the new records together.

    Args:
        fields: the field behind each comparison.
        part: the records that are compared; the new ones are among them.
        new, base: the whole.
        present: per field of several values, how many records of the part have one.
    """
    of_record = {}
    for comparison, field in fields.items():
        everything = [keys.single[field] for keys in (new, base)]
        wanted = np.unique(part.single[field])
        counts = np.zeros(len(wanted), dtype=np.int64)
        for values in everything:
            counts += np.bincount(
                find_members(wanted.astype(np.uint64), values.astype(np.uint64))[1], minlength=len(wanted)
            )
        total = sum(int(np.count_nonzero(values)) for values in everything)
        of_record[comparison] = counts[np.searchsorted(wanted, part.single[field])] / max(total, 1)
    scale = {
        field: count / max(sum(keys.several[field].owners for keys in (new, base)), 1)
        for field, count in present.items()
    }
    return Shares(of_record, scale)


def with_people_of_whole(
    values: MultiCoded, hashes: Hashes, field: str, names: Sequence[str], new: RecordKeys, base: RecordKeys
) -> MultiCoded:
    """Return values with the number of people that use each in the base and among the new records together.

    Args:
        values: those of the part that is compared.
        hashes: one per entry of ``values``, as in ``RecordKeys``.
        field: the field they are of.
        names: the fields that tell people apart: the most that any of them does counts.
    """
    wanted, first = np.unique(hashes, return_index=True)
    code = values.code[first]
    owners: list[tuple[RecordKeys, Ints, Ints]] = []
    for keys in (new, base):
        found, place = find_members(wanted, keys.several[field].value)
        owners.append((keys, keys.several[field].record[found].astype(np.int64), place))
    size = len(wanted)
    told_apart = []
    for name in names:
        called = np.concatenate([keys.single[name][record] for keys, record, _ in owners]).astype(np.uint64)
        places = np.concatenate([place for _, _, place in owners])
        known = called != 0
        distinct = np.unique((places[known].astype(np.uint64) << np.uint64(32)) | called[known]) >> np.uint64(32)
        told_apart.append(
            (np.bincount(distinct.astype(np.int64), minlength=size), np.bincount(places[known], minlength=size))
        )
    records = np.bincount(np.concatenate([place for _, _, place in owners]), minlength=size)
    people, public = values.people.copy(), values.public.copy()
    counted, is_public = count_people(records, told_apart)
    people[code] = np.maximum(people[code], counted)
    public[code] = is_public | values.public[code]
    return replace(values, people=people, public=public)
