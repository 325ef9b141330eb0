"""A config file for one export: what was recognised in it, its statuses, tags and managers, and what can be set.

What a setting does is said by its own help, what a table is for by the help of its command: nothing of that is
written here a second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from crmclean.config import SECTIONS
from crmclean.core.hygiene_settings import STATUSES, FunnelSettings
from crmclean.core.i18n import _
from crmclean.core.settings import NormalizeSettings, ReadSettings
from crmclean.core.steps import default_of, setting_field
from crmclean.core.table import ROLES, Table
from crmclean.hygiene.statuses import CLASSES
from crmclean.workflows.config_text import ConfigText
from crmclean.workflows.init_export import Export
from crmclean.workflows.init_nightly import add_history, add_notify, add_run
from crmclean.workflows.init_segments import add_archive_rule, add_chain, add_managers, add_packs, add_segment
from crmclean.workflows.init_values import (
    frequent_values,
    roles_with_headings,
    unknown_headings,
)

_SHOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "normalize": ("region", "phone_style", "split_names", "fix_typos", "date_style"),
        "dedup": ("keep", "merge_at", "review_at"),
        "dead": ("silent_days", "attempts", "stage_days", "vip_amount", "vip_tags"),
        "deals": ("days_apart", "sure_days", "other_owner", "status_word"),
        "cadence": ("factor", "least_days", "soon_days"),
        "funnel": ("stage_days", "attempts"),
        "audit": ("fail_under", "sample"),
        "segments": ("take", "hours", "workdays", "holidays", "reassign"),
        "archive": ("built_in",),
    }
)
"""The settings of each table that users change most; the others stand in the help of its command."""

_COMMAND_OF: Final[Mapping[str, str]] = MappingProxyType({"segments": "segment"})
"""The command of a table where it has another name."""

_TO_SORT: Final = "in-work"
"""Under this class stand the statuses that were not understood, until somebody sorts them."""

_NO_ROLE: Final = "none"


def write_config(export: Export, inputs: Sequence[str], given: ReadSettings, purposes: Mapping[str, str]) -> str:
    """Return the text of a config file made for an export.

    Args:
        export: the export and what was seen in it.
        inputs: names of its files as the config file has to call them; empty for stdin.
        given: how the user asked to read the file; what is not as by default is written down.
        purposes: what each command does, translated, by its name.
    """
    text = ConfigText()
    _add_head(text, export)
    add_packs(text, export.packs)
    _add_read(text, export.table, given)
    _add_statuses(text, export)
    for name in export.sections:
        text.add_table(name, purposes.get(_COMMAND_OF.get(name, name), ""))
        for setting in _SHOWN[name]:
            text.add_setting(SECTIONS[name], setting, default_of(SECTIONS[name], setting))
        _add_own_values(text, export, name)
        if name == "segments":
            add_segment(text, export.table)
            add_chain(text, export.table)
            add_managers(text, export.table)
        elif name == "archive":
            add_archive_rule(text, export.table)
    add_run(text, export, inputs, purposes.get("run", ""))
    add_notify(text)
    add_history(text, purposes.get("history", ""))
    return str(text)


def _add_head(text: ConfigText, export: Export) -> None:
    text.add_remark(
        _("Settings of crmclean for {name}: for --config of every command, and for “crmclean run”.").format(
            name=export.name
        )
    )
    text.add_remark(
        _(
            "A line that begins with # and a space explains. A line that begins with # alone is a setting that is "
            "off, shown with its usual value or an example: take the # away to turn it on."
        )
    )
    text.add_remark(_("A wrong setting is named with its line before anything is done. Save the file as UTF-8."))
    text.add_gap()


def _add_read(text: ConfigText, table: Table, given: ReadSettings) -> None:
    roles = [(_(ROLES[role]), ", ".join(headings)) for role, headings in roles_with_headings(table)]
    text.add_table("read", _("How the file is read."))
    text.add_remark(_("What its columns are:") if roles else _("It is not known what its columns are."))
    text.add_list(roles)
    found = {"sheet": table.origin.sheet, "encoding": "", "delimiter": ""}
    if table.origin.format == "csv":
        found |= {"encoding": table.origin.encoding, "delimiter": table.origin.dialect.delimiter}
    for name, value in found.items():
        asked = asdict(given)[name]
        if asked or value:
            text.add_setting(ReadSettings, name, asked or value, is_on=bool(asked))
    _add_roles(text, table, given)


def _add_roles(text: ConfigText, table: Table, given: ReadSettings) -> None:
    unknown = unknown_headings(table)
    if not given.map and not unknown:
        return
    text.add_table("read.map", _(setting_field(ReadSettings, "map").metadata["help"]))
    roles: dict[str, list[str]] = {}
    for role, heading in given.map:
        roles.setdefault(role, []).append(heading)
    for role, headings in roles.items():
        text.add_key(role, headings, is_on=True)
    if unknown and _NO_ROLE not in roles:
        text.add_remark(
            _(
                "These columns have no role: they stay as they are. Write those that crmclean should know under their "
                "role. The roles are: {roles}."
            ).format(roles=", ".join(ROLES))
        )
        text.add_key(_NO_ROLE, unknown)


def _add_statuses(text: ConfigText, export: Export) -> None:
    if not export.statuses:
        return
    text.add_table("statuses", _(STATUSES))
    text.add_remark(_("What the statuses and stages of this file were taken for:"))
    text.add_list([(name, ", ".join(values)) for name, values in export.statuses.items() if name])
    if unknown := export.statuses.get(""):
        text.add_remark(
            _("To do: these were not understood. Write each under its class. The classes are: {classes}.").format(
                classes=", ".join(CLASSES)
            )
        )
        text.add_key(_TO_SORT, unknown)


def _add_own_values(text: ConfigText, export: Export, name: str) -> None:
    """Add the settings of a table that are made of what the file holds."""
    if name == "funnel" and export.stages:
        text.add_setting(FunnelSettings, "stages", export.stages)
    if name == "normalize":
        _add_vocabulary(text, export.table)


def _add_vocabulary(text: ConfigText, table: Table) -> None:
    lists = {
        column.header: values
        for column in table.with_role("tags", "source", "product")
        if (values := frequent_values(table, column))
    }
    if lists:
        text.add_table("normalize.vocabulary", _(setting_field(NormalizeSettings, "vocabulary").metadata["help"]))
        for heading, values in lists.items():
            text.add_key(heading, values)
