"""The tables of a config file that say whom to do what with: packs, segments, chains, managers, the archive."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmclean.core.i18n import _
from crmclean.core.segment_settings import ArchiveRule, Chain, ChainStep, Manager, SegmentRule, SegmentSettings
from crmclean.core.steps import setting_field
from crmclean.core.table import Table
from crmclean.segmenting.pack_conditions import name_missing
from crmclean.workflows.config_text import ConfigText
from crmclean.workflows.init_packs import PackFit
from crmclean.workflows.init_rules import ARCHIVES, CHAIN_STEPS, CHAINS, SEGMENTS, choose_example
from crmclean.workflows.init_values import STAFF_ROLES, frequent_values

_WARM_UP: Final = "discounts"


def add_packs(text: ConfigText, packs: Sequence[PackFit]) -> None:
    """Add which ready-made packs of rules are used, what each does, and what the file lacks for the others."""
    used = [pack for pack in packs if pack.is_used]
    others = [pack for pack in packs if not pack.is_used]
    text.add_gap()
    text.add_remark(_(setting_field(SegmentSettings, "use").metadata["help"]))
    text.add_list([(pack.name, pack.about) for pack in used])
    if others:
        text.add_remark(_("Not used for this file:"))
        text.add_list([(pack.name, _say_why_not(pack)) for pack in others])
    text.add_key("use", [pack.name for pack in used], is_on=True)


def _say_why_not(pack: PackFit) -> str:
    if not pack.missing:
        return pack.about
    return pack.about + " " + _("The file lacks: {names}.").format(names=name_missing(pack.missing))


def add_segment(text: ConfigText, table: Table) -> None:
    """Add an example of a rule of one's own."""
    if example := choose_example(SEGMENTS, table):
        values = {"name": "", "when": example.when, **example.texts}
        _add_off(text, "[segment]", SegmentRule, values, _("A rule of your own; as many such tables as you like."))


def add_chain(text: ConfigText, table: Table) -> None:
    """Add an example of a chain of the regulation."""
    if example := choose_example(CHAINS, table):
        values = {"name": "", "when": example.when, **example.texts}
        _add_off(text, "[chain]", Chain, values, _("A chain of the regulation: what follows what."))
        for place, (after, action) in enumerate(CHAIN_STEPS):
            values = {"after": _(after), "action": _(action)}
            _add_off(text, "[chain.step]", ChainStep, values, is_explained=place == 0)


def add_managers(text: ConfigText, table: Table) -> None:
    """Add the managers that the file names, each as a table of its own."""
    names = [name for column in table.with_role(*STAFF_ROLES)[:1] for name in frequent_values(table, column)]
    for place, name in enumerate(names):
        values: dict[str, Any] = {"name": name, "skills": [], "capacity": 0}
        purpose = "" if place else _("The managers of this file. Those who stand here get the clients handed out.")
        _add_off(text, "[manager]", Manager, values, purpose, is_explained=not place)


def add_archive_rule(text: ConfigText, table: Table) -> None:
    """Add an example of a rule of the archive."""
    if example := choose_example(ARCHIVES, table):
        reason = example.names.get("reason", "")
        texts = {"reason": reason if reason.startswith("[") else f"[{reason}]", **example.texts}
        values = {"when": example.when, **texts, "warm_up": _WARM_UP}
        _add_off(
            text, "[archive.rule]", ArchiveRule, values, _("A rule of the archive; as many such tables as you like.")
        )


def _add_off(
    text: ConfigText,
    name: str,
    model: type[Any],
    values: Mapping[str, Any],
    purpose: str = "",
    *,
    is_explained: bool = True,
) -> None:
    """Add one table of a list, all of it off: as a block its lines are turned on together."""
    text.add_table(name, purpose, is_on=False)
    for key, value in values.items():
        if is_explained:
            text.add_setting(model, key, value)
        else:
            text.add_key(key, value)
