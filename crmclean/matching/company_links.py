"""Which company each row belongs to: by what its card or mention says, then by the people who are one client.

A mention of a company follows the likeliest link; branches and companies with two INN stay apart. A name alone
belongs to the one company of the base that is called so; where several are, the other records of the same person say
which it is.
"""

import numpy as np

from crmclean.matching.arrays import MISSING, Bools, Ints
from crmclean.matching.clustering import cluster_records
from crmclean.matching.deciding import DOUBTFUL, MERGED
from crmclean.matching.pipeline import Matched
from crmclean.matching.records import Companies


def own_companies(companies: Companies, matched: Matched) -> Ints:
    """Return the number of the company of every card and mention, by what these say themselves."""
    links = _own_links(companies, matched)
    compared = matched.decided.scored.compared
    strength = matched.decided.scored.probability[links]
    return cluster_records(
        len(companies), compared.left[links], compared.right[links], strength, matched.contradict
    ).cluster


def number_companies(
    companies: Companies, matched: Matched, person: Ints | None = None, own: Ints | None = None
) -> Ints:
    """Return the number of the company of every row, ``MISSING`` where it has none.

    Args:
        person: per row the client that it belongs to; ``None`` as long as that is not known.
        own: what ``own_companies`` gives, where it is known already.
    """
    cluster = own_companies(companies, matched) if own is None else own
    if person is not None:
        cluster = _joined(cluster, *_links_by_person(companies, person), matched)
    cluster = _joined(cluster, *_links_by_name(companies, cluster), matched)
    return np.append(cluster, MISSING)[companies.mention]


def _joined(cluster: Ints, left: Ints, right: Ints, matched: Matched) -> Ints:
    """Return the clusters with further links, all weaker than those that made them, as far as none contradicts."""
    numbers = np.unique(left * len(cluster) + right)
    left, right = np.divmod(numbers, max(len(cluster), 1))
    wanted = (cluster[left] != cluster[right]) & ~matched.contradict(left, right)
    left, right = left[wanted], right[wanted]
    touched = np.zeros(int(cluster.max(initial=MISSING)) + 1, dtype=np.bool_)
    touched[cluster[left]] = True
    touched[cluster[right]] = True
    members = np.flatnonzero(touched[cluster])
    members = members[np.argsort(cluster[members], kind="stable")]
    place = np.full(len(cluster), MISSING, dtype=np.int64)
    place[members] = np.arange(len(members))
    first, second = _chain(np.arange(len(members)), (cluster[members],))
    strength = np.concatenate([np.ones(len(first)), np.zeros(len(left))])
    joined = cluster_records(
        len(members),
        np.concatenate([first, np.minimum(place[left], place[right])]),
        np.concatenate([second, np.maximum(place[left], place[right])]),
        strength,
        lambda one, other: matched.contradict(members[one], members[other]),
    )
    result = cluster.copy()
    result[members] = len(touched) + joined.cluster
    return np.unique(result, return_inverse=True)[1].astype(np.int64)


def _own_links(companies: Companies, matched: Matched) -> Ints:
    compared = matched.decided.scored.compared
    mention = ~(companies.is_card[compared.left] & companies.is_card[compared.right])
    tier = matched.decided.tier
    return np.flatnonzero((tier == MERGED) | (mention & (tier == DOUBTFUL)))


def _links_by_person(companies: Companies, person: Ints) -> tuple[Ints, Ints]:
    """Return links between the mentions of one name in the records of one person.

    A mention without a name (an INN alone) goes to the name, where the records of the person know only one.
    """
    rows = np.flatnonzero(companies.mention != MISSING)
    mention = companies.mention[rows]
    key, client = companies.sound.codes[mention], person[rows]
    order = np.lexsort((mention, key, client))
    mention, key, client = mention[order], key[order], client[order]
    named = key != MISSING
    left, right = _chain(mention[named], (client[named], key[named]))
    names = np.zeros(int(client.max(initial=MISSING)) + 1, dtype=np.int64)
    first_of_name = named & np.append(True, (key[1:] != key[:-1]) | (client[1:] != client[:-1]))
    np.add.at(names, client[first_of_name], 1)
    only = names[client] == 1
    more_left, more_right = _chain(mention[only], (client[only],))
    return np.concatenate([left, more_left]), np.concatenate([right, more_right])


def _links_by_name(companies: Companies, cluster: Ints) -> tuple[Ints, Ints]:
    """Return links of bare mentions: to the only company of that name, else to one another.

    Only those that stand alone so far are linked, and never across two cities.
    """
    alone = np.bincount(cluster)[cluster] == 1
    key, city = companies.sound.codes, companies.city.codes
    open_ = np.flatnonzero(companies.is_bare & alone & (key != MISSING))
    known = np.flatnonzero(~(companies.is_bare & alone) & (key != MISSING))
    width = len(companies.sound.values)
    of_name = np.unique(key[known] * len(companies) + cluster[known])
    companies_of_name = np.bincount(of_name // len(companies), minlength=width)
    only, unknown = companies_of_name[key[open_]] == 1, companies_of_name[key[open_]] == 0
    first_known = np.full(width, MISSING, dtype=np.int64)
    # Of the records of a company one that tells its city is asked for it.
    order = known[np.argsort(city[known] != MISSING, kind="stable")]
    first_known[key[order]] = order
    target = first_known[key[open_[only]]]
    fits = _same_or_unknown(city[open_[only]], city[target])
    left, right = open_[only][fits], target[fits]
    strangers = open_[unknown]
    order = strangers[np.lexsort((city[strangers], key[strangers]))]
    more_left, more_right = _chain(order, (key[order], city[order]))
    return np.concatenate([left, more_left]), np.concatenate([right, more_right])


def _chain(members: Ints, groups: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """Return links of each member to the next one of the same groups; members are sorted by them."""
    together: Bools = np.ones(max(len(members) - 1, 0), dtype=np.bool_)
    for group in groups:
        together &= group[1:] == group[:-1]
    together &= members[1:] != members[:-1]
    first, second = members[:-1][together], members[1:][together]
    return np.minimum(first, second), np.maximum(first, second)


def _same_or_unknown(one: Ints, other: Ints) -> Bools:
    return np.asarray((one == other) | (one == MISSING) | (other == MISSING))
