"""Which rules and chains a run has: the user's own, then those of the packs, each in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.core.segment_settings import Chain, SegmentRule, SegmentSettings
from crmclean.fields.text import fold
from crmclean.hygiene.statuses import check_names
from crmclean.segmenting.packs import Conditions, Pack, load_pack, pack_names


@dataclass(frozen=True)
class ChosenRule:
    """A rule of a run.

    Attributes:
        pack: that it comes from, ``""`` for one of the user's own.
        conditions: what the pack asks of a record.
        group: of the rules of one group only one takes a client; ``""`` for none.
    """

    rule: SegmentRule
    pack: str = ""
    conditions: Conditions | None = None
    group: str = ""

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.rule.name


@dataclass(frozen=True)
class ChosenChain:
    """A chain, the pack that it comes from, and what the pack asks of a record, for the chain and for its steps."""

    chain: Chain
    pack: str = ""
    conditions: Conditions | None = None
    steps: tuple[Conditions | None, ...] = ()

    @property
    def name(self) -> str:
        """The name of the chain."""
        return self.chain.name


Chosen = TypeVar("Chosen", ChosenRule, ChosenChain)


def choose_rules(settings: SegmentSettings) -> tuple[ChosenRule, ...]:
    """Return the rules in the order in which they are tried: one's own, then the packs in the order of ``use``.

    A rule of one's own that has the name of a pack's rule stands in its place; ``without`` leaves rules out. Names are
    compared without case and ё, a pack's in every language.

    Raises:
        UsageError: there is no such pack, or ``without`` names no rule or chain of the packs.
    """
    packs = _load_packs(settings)
    _check_left_out(settings, packs)
    groups = {pack.name: pack.name if pack.exclusive else "" for pack in packs}
    offered = [
        (item.names, ChosenRule(item.rule, pack.name, item.conditions, groups[pack.name]))
        for pack in packs
        for item in pack.rules
    ]
    replaced = {fold(name): chosen.group for names, chosen in offered for name in names}
    own = [ChosenRule(rule, group=replaced.get(fold(rule.name), "")) for rule in settings.rules]
    return _put_in_places(own, offered, settings.without)


def choose_chains(settings: SegmentSettings) -> tuple[ChosenChain, ...]:
    """Return the chains in the order in which they are tried; as ``choose_rules``.

    Raises:
        UsageError: there is no such pack, or ``without`` names no rule or chain of the packs.
    """
    packs = _load_packs(settings)
    _check_left_out(settings, packs)
    offered = [
        (item.names, ChosenChain(item.chain, pack.name, item.conditions, item.steps))
        for pack in packs
        for item in pack.chains
    ]
    return _put_in_places([ChosenChain(chain) for chain in settings.chains], offered, settings.without)


def check_any(settings: SegmentSettings) -> None:
    """Check that there is a rule or a chain at all.

    Raises:
        UsageError: there is none; the hint names the packs.
    """
    if settings.rules or settings.chains or settings.use:
        return
    raise UsageError(
        _("There are no rules: nothing says which segment a client belongs to."),
        _("Take ready-made ones, as in --use lost-clients ({names}), or write [[segment]] into a config.").format(
            names=", ".join(pack_names())
        ),
    )


def _put_in_places(
    own: Sequence[Chosen], offered: Sequence[tuple[tuple[str, ...], Chosen]], without: Sequence[str]
) -> tuple[Chosen, ...]:
    """Return one's own, but for those that stand in the place of one that a pack offers, and what is left of it."""
    left_out = {fold(name) for name in without}
    places = {fold(name): place for place, (names, _chosen) in enumerate(offered) for name in names}
    first: list[Chosen] = [chosen for chosen in own if fold(chosen.name) not in places]
    taken: list[Chosen] = []
    for place, (names, chosen) in enumerate(offered):
        mine = [item for item in own if places.get(fold(item.name)) == place]
        if mine or left_out.isdisjoint(map(fold, names)):
            taken += mine or [chosen]
    return tuple(first + taken)


def _load_packs(settings: SegmentSettings) -> tuple[Pack, ...]:
    return tuple(load_pack(name) for name in dict.fromkeys(settings.use))


def _check_left_out(settings: SegmentSettings, packs: tuple[Pack, ...]) -> None:
    names = [name for pack in packs for rule in pack.rules for name in rule.names]
    names += [name for pack in packs for chain in pack.chains for name in chain.names]
    known = {fold(name): name for name in names}
    wanted = [known.get(fold(name), name) for name in settings.without]
    check_names(wanted, names, _("without: no pack that is used has a rule “{name}”."))
