"""How a survivor's name is spelled when the other records of its cluster agree on another spelling.

The record that survives is the fullest or the oldest, which says nothing of its spelling. The rule, for the columns of
names and companies: where the survivor's spelling stands alone and at least two other records agree on one (after
folding as the keys of the fields do), that of the most records wins, if it is a spelling of the same words:

- as many words, each the same, or close to the survivor's (one letter in a word of four to seven letters, two in a
  longer one; a swap counts once), or the full form of the survivor's initial or short form;
- never from a full form to an initial or a short form, never between scripts, never between two known given names or
  words with digits: those are other names, not spellings. A surname changed by marriage is none either.

Where two spellings are equally frequent, the survivor keeps its own.
"""

import re
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz.distance import OSA

from crmclean.fields.company import company_key
from crmclean.fields.given_names import key_of_words, load_given_names
from crmclean.fields.person import name_key
from crmclean.fields.text import fold
from crmclean.matching.arrays import Bools, Ints
from crmclean.matching.members import Members, are_equal, is_filled

NAME_ROLES: Final = frozenset({"last_name", "first_name", "middle_name", "full_name", "company"})

_LEAST_AGREEING: Final = 2
_SHORTEST_TYPED_WRONG: Final = 4
"""Below, one letter makes another name (Ян, Яна) or another legal form (ООО, ОАО)."""

_LONG_FROM: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_LATIN, _CYRILLIC = re.compile(r"[a-z]"), re.compile(r"[а-я]")
_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)


def choose_spellings(cells: pa.Array, members: Members, role: str) -> Ints:
    """Return, per cluster, the member whose spelling the survivor takes; itself where it keeps its own.

    Args:
        cells: of the members, in a column of ``role`` (one of ``NAME_ROLES``), without white space around them.
    """
    own = cells.take(pa.array(members.start))
    differs = is_filled(cells) & ~are_equal(cells, own.take(pa.array(members.cluster)))
    wanting = np.bincount(members.cluster[differs], minlength=len(members.start)) >= _LEAST_AGREEING
    wanting &= is_filled(own)
    choice = members.start.copy()
    looked_at = np.flatnonzero(wanting[members.cluster] & is_filled(cells))
    encoded = cells.take(pa.array(looked_at)).dictionary_encode()
    text, distinct = encoded.indices.to_numpy().astype(np.int64), encoded.dictionary
    cluster = members.cluster[looked_at]
    is_own = members.start[cluster] == looked_at
    own_text = np.full(len(choice), -1, dtype=np.int64)
    own_text[cluster[is_own]] = text[is_own]
    better = text != own_text[cluster]
    better[better] = _are_better(own_text[cluster[better]], text[better], distinct.to_pylist(), role)
    # Keys cost the most: they are made for the few clusters only in which something better stands.
    promising = np.flatnonzero(np.isin(cluster, cluster[better]))
    if not len(promising):
        return choice
    key = _key_codes(distinct, text[promising], role)
    voters = promising[_agreeing(cluster[promising], is_own[promising], key)]
    voters = voters[better[voters]]
    chosen = voters[_first_of_most_frequent(cluster[voters], text[voters])]
    choice[cluster[chosen]] = looked_at[chosen]
    return choice


def _key_codes(distinct: pa.Array, text: Ints, role: str) -> Ints:
    """Return the number of the key of each text, which is given by its place in ``distinct``."""
    places, inverse = np.unique(text, return_inverse=True)
    texts: pd.Series[str] = pd.Series(distinct.take(pa.array(places)), dtype=_TEXT)
    keys = company_key(texts) if role == "company" else name_key(texts)
    result: Ints = pd.factorize(keys)[0].astype(np.int64)[inverse]
    return result


def _agreeing(cluster: Ints, is_own: Bools, key: Ints) -> Ints:
    """Return the others that have the most frequent key of a cluster in which the survivor's key is its alone."""
    others = np.flatnonzero(~is_own)
    own_key = np.full(int(cluster.max()) + 1, -1, dtype=np.int64)
    own_key[cluster[is_own]] = key[is_own]
    is_accompanied = np.zeros(len(own_key), dtype=np.bool_)
    is_accompanied[cluster[others[key[others] == own_key[cluster[others]]]]] = True
    others = others[~is_accompanied[cluster[others]]]
    width = int(key.max()) + 1
    pair, inverse, count = np.unique(cluster[others] * width + key[others], return_inverse=True, return_counts=True)
    of_pair = pair // width
    most = np.zeros(len(own_key), dtype=np.int64)
    np.maximum.at(most, of_pair, count)
    is_most = (count == most[of_pair]) & (count >= _LEAST_AGREEING)
    is_only = np.bincount(of_pair[is_most], minlength=len(own_key)) == 1
    result: Ints = others[(is_most & is_only[of_pair])[inverse]]
    return result


def _first_of_most_frequent(cluster: Ints, text: Ints) -> Ints:
    """Return, for each cluster, the first place of the text that stands in it most often; of equal ones the first."""
    width = int(text.max(initial=0)) + 1
    _pair, first, count = np.unique(cluster * width + text, return_index=True, return_counts=True)
    order = np.lexsort((first, -count, cluster[first]))
    best = np.unique(cluster[first][order], return_index=True)[1]
    result: Ints = first[order][best]
    return result


def _are_better(own: Ints, other: Ints, texts: list[str], role: str) -> Bools:
    """Tell of every pair of texts, given by their places in ``texts``, whether the other may replace the own."""
    pair, inverse = np.unique(own * len(texts) + other, return_inverse=True)
    better = [is_better_spelling(texts[code // len(texts)], texts[code % len(texts)], role) for code in pair.tolist()]
    return np.array(better, dtype=np.bool_)[inverse]


def is_better_spelling(own: str, other: str, role: str) -> bool:
    """Tell whether a text that other records agree on is a spelling of the same words, no shorter and no other name.

    >>> is_better_spelling("Саонова", "Сафонова", "last_name"), is_better_spelling("И.", "Иван", "first_name")
    (True, True)
    >>> is_better_spelling("Иван", "Ваня", "first_name"), is_better_spelling("Мария", "Марина", "first_name")
    (False, False)
    """
    own_words, other_words = _WORD.findall(fold(own)), _WORD.findall(fold(other))
    # What looks alike is folded of the own text only: the other is written as it stands.
    if len(own_words) != len(other_words) or not _in_one_script(fold(own) + other.lower()):
        return False
    fits = _is_word_respelled if role == "company" else _is_name_respelled
    pairs = list(zip(own_words, other_words, strict=True))
    return own_words != other_words and all(a == b or fits(a, b) for a, b in pairs)


def _in_one_script(text: str) -> bool:
    return not (_LATIN.search(text) and _CYRILLIC.search(text))


def _is_name_respelled(own: str, other: str) -> bool:
    if len(own) == 1 or len(other) == 1:
        return other.startswith(own)
    full = load_given_names().full
    own_full, other_full = full.get(key_of_words(own)), full.get(key_of_words(other))
    if own_full and other_full:
        # Two names of the list: the full form may take the place of the short one, and nothing else.
        return key_of_words(other) in own_full and key_of_words(own) not in own_full
    return _is_word_respelled(own, other)


def _is_word_respelled(own: str, other: str) -> bool:
    if min(len(own), len(other)) < _SHORTEST_TYPED_WRONG or not (own + other).isalpha():
        return False
    allowed = 2 if max(len(own), len(other)) >= _LONG_FROM else 1
    return OSA.distance(own, other, score_cutoff=allowed) <= allowed
