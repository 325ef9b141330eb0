"""The words for every code that a page shows: figures, files, roles, comparisons, levels.

A code that is not listed here is shown as it is, with spaces for underscores: a page never fails on a new one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import N_, _, ngettext
from crmclean.core.table import ROLES, Column, Origin
from crmclean.reporting.numbers import format_count

FIGURES: Final = MappingProxyType(
    {
        "files": N_("Files"),
        "rows_in": N_("Records in the file"),
        "rows": N_("Records in the file"),
        "columns": N_("Columns"),
        "rows_out": N_("Records left"),
        "added": N_("New records"),
        "known": N_("Records that the base had"),
        "base_rows": N_("Records in the base"),
        "merged": N_("Merged into another record"),
        "new": N_("Records that the base does not have"),
        "clusters": N_("Clients that had duplicates"),
        "clients_new": N_("New clients"),
        "clients_merged": N_("Known clients that became one"),
        "changed": N_("Changed cells"),
        "suggested": N_("Suggested, not made"),
        "doubtful": N_("Doubtful, for a person to decide"),
        "answers": N_("Answers of people used"),
        "households": N_("Households"),
        "companies": N_("Companies"),
        "pairs_compared": N_("Pairs compared"),
        "clients": N_("Clients"),
        "purchases": N_("Orders that count as purchases"),
        "overdue_clients": N_("Clients overdue"),
        "open_records": N_("Open"),
        "stuck": N_("Stuck in a stage"),
        "no_task": N_("Open without a next task"),
        "overdue_promises": N_("A promised date has passed"),
        "silent": N_("Do not answer"),
        "won": N_("Won"),
        "lost": N_("Lost"),
        "due_clients": N_("Clients ready for a repeat sale"),
        "promoters": N_("Clients ready to recommend"),
        "base_period": N_("Median days between purchases"),
        "open_deals": N_("Deals on the way"),
        "twins": N_("Twin deals"),
        "twins_to_close": N_("Twins to close"),
        "twins_to_decide": N_("For the head to decide"),
        "twin_amount": N_("Money counted twice"),
        "dead": N_("Dead contacts"),
        "archive": N_("To archive"),
        "enrich": N_("To find a number or address for"),
        "check": N_("For a person to check"),
        "left_in_peace": N_("May not be contacted"),
        "archived": N_("Moved into the archive"),
        "restored": N_("Brought back"),
        "returning": N_("In the archive, but active again"),
        "no_reason": N_("Without a reason, not archived"),
        "in_archive": N_("Records in the archive"),
        "in_both": N_("Of the file, in the archive before"),
        "quality": N_("Quality, of 100"),
        "completeness": N_("Completeness"),
        "validity": N_("Valid values"),
        "uniqueness": N_("Records without a double"),
        "consistency": N_("Records without a contradiction"),
        "freshness": N_("Freshness"),
        "gaps": N_("Records with an empty required field"),
        "segmented": N_("Records with a segment"),
        "unsegmented": N_("Records without a segment"),
        "tasks": N_("Tasks"),
        "overdue_tasks": N_("Tasks overdue"),
        "without_task": N_("Clients without a task"),
        "left_out": N_("Clients whom no manager could take"),
        "rules": N_("Rules"),
        "empty_rules": N_("Rules that took nobody"),
        "skipped_rules": N_("Rules skipped"),
    }
)
"""Titles of the figures that pages show, in the order they are shown in."""

SHARES: Final = frozenset({"completeness", "validity", "uniqueness", "consistency", "freshness"})
"""Figures that are shares: shown in per cent."""

OUTPUTS: Final = MappingProxyType(
    {
        "data": N_("Clean data"),
        "review": N_("Doubtful pairs to decide"),
        "report": N_("Report"),
        "clusters": N_("Clusters, a line per record"),
        "merge_map": N_("Old ID to surviving ID"),
        "journal": N_("Journal of what merging dropped"),
        "changes": N_("Changed cells"),
        "suggestions": N_("Suggestions"),
        "tags": N_("Tags, a line per record"),
        "deal_changes": N_("Changes to load into the CRM"),
        "decide": N_("For the head to decide"),
        "clients": N_("Clients, a line each"),
        "checklist": N_("Checklist of the controller"),
        "sample": N_("Checklist of the controller"),
        "archive": N_("The archive"),
        "warm_up": N_("Lists for warming up"),
        "by_stage": N_("Stages, a line each"),
        "by_source": N_("Sources, a line each"),
        "by_manager": N_("Managers, a line each"),
        "tasks": N_("Tasks, to load into the CRM"),
        "calendar": N_("Tasks for a calendar"),
    }
)

LEVELS: Final = MappingProxyType(
    {
        "same": N_("the same"),
        "close": N_("almost the same"),
        "gender": N_("other gender ending"),
        "diminutive": N_("short form of the same name"),
        "initial": N_("the initial fits"),
        "shared": N_("the same, but many share it"),
        "domain": N_("the same domain"),
        "similar": N_("alike"),
        "crossed": N_("stands in the other column"),
        "year": N_("within a year"),
        "decade": N_("within ten years"),
        "name": N_("the same name"),
        "office": N_("whose phone it is"),
        "company": N_("that of the company"),
        "part": N_("one within the other"),
        "missing": N_("not known"),
        "different": N_("different"),
    }
)

KINDS: Final = MappingProxyType(
    {
        "work": N_("work"),
        "mobile": N_("mobile"),
        "home": N_("home"),
        "direct": N_("direct"),
        "other": N_("other"),
    }
)

RECOGNISED_BY: Final = MappingProxyType(
    {"heading": N_("by its heading"), "content": N_("by its content"), "map": N_("by --map")}
)

SEVERITIES: Final = MappingProxyType({"change": N_("changed"), "doubt": N_("look at it"), "note": N_("note")})

SHARED_KINDS: Final = MappingProxyType({"phone": N_("Phone"), "email": N_("E-mail")})

COMMANDS: Final = MappingProxyType(
    {
        "dedup": N_("Duplicates found and merged"),
        "normalize": N_("Values brought to one standard"),
        "inspect": N_("What this file is"),
        "import": N_("Exports brought together"),
        "link": N_("Records looked up in a base"),
        "dead": N_("Dead contacts tagged"),
        "deals": N_("Twin deals found"),
        "cadence": N_("Rhythm of purchases"),
        "funnel": N_("The funnel"),
        "audit": N_("The base audited"),
        "archive": N_("Clients moved into the archive"),
        "run": N_("The run of a config"),
        "segment": N_("Clients sorted into segments"),
    }
)

ENTITIES: Final = MappingProxyType(
    {
        "contact": N_("contacts"),
        "company": N_("companies"),
        "lead": N_("leads"),
        "deal": N_("deals"),
        "order": N_("orders"),
        "mixed": N_("people and companies"),
    }
)

SYSTEMS: Final = MappingProxyType(
    {
        "bitrix24": "Bitrix24",
        "amocrm": "amoCRM",
        "1c": N_("1C"),
        "moysklad": N_("MoySklad"),
        "retailcrm": "RetailCRM",
        "planfix": N_("Planfix"),
        "hubspot": "HubSpot",
        "salesforce": "Salesforce",
        "pipedrive": "Pipedrive",
        "zoho": "Zoho",
        "google_contacts": "Google Contacts",
        "outlook": "Outlook",
    }
)


def word_for(vocabulary: Mapping[str, str], code: str) -> str:
    """Return the word for ``code`` in the user's language, or the code itself with spaces for underscores."""
    return _(vocabulary[code]) if code in vocabulary else code.replace("_", " ")


def output_title(name: str) -> str:
    """Return the title of a file that was written; in a run, that of another step than the merge names the step."""
    step, _underscore, table = name.partition("_")
    if name not in OUTPUTS and step in COMMANDS and table in OUTPUTS:
        return f"{word_for(OUTPUTS, table)} ({step})"
    return word_for(OUTPUTS, name)


def comparison_title(code: str) -> str:
    """Return the title of a comparison: that of the role it is named after."""
    return word_for(ROLES, code)


def role_title(column: Column) -> str:
    """Return the role of a column with its kind, as in ``Phone (work)``; ``""`` where none was recognised."""
    return kind_of_role(column.role, column.kind)


def kind_of_role(role: str, kind: str) -> str:
    """Return the title of a role with the kind in brackets; ``""`` for no role."""
    if not role:
        return ""
    title = word_for(ROLES, role)
    return f"{title} ({word_for(KINDS, kind)})" if kind else title


def describe_origin(origin: Origin) -> list[str]:
    """Return what is known of a file as short phrases: system, what it lists, format, encoding, delimiter."""
    phrases = []
    if origin.system:
        phrases.append(word_for(SYSTEMS, origin.system))
    if origin.entity:
        phrases.append(word_for(ENTITIES, origin.entity))
    if origin.format == "csv":
        delimiter = {"\t": _("tab"), " ": _("space")}.get(origin.dialect.delimiter, origin.dialect.delimiter)
        phrases.append("CSV")
        phrases.append(_("delimiter {delimiter}").format(delimiter=delimiter))
    else:
        titles = {"xlsx": "XLSX", "jsonl": "JSON Lines", "parquet": "Parquet", "vcard": "vCard"}
        phrases.append(titles.get(origin.format) or _("HTML table (.xls)"))
    if origin.sheet:
        phrases.append(_("sheet {sheet}").format(sheet=origin.sheet))
    if origin.format in ("csv", "html"):
        encoding = origin.encoding.upper()
        phrases.append(_("{encoding} with BOM").format(encoding=encoding) if origin.bom else encoding)
    if not origin.header_row:
        phrases.append(_("no heading row"))
    elif origin.header_row > 1:
        phrases.append(_("heading in row {row}").format(row=origin.header_row))
    return phrases


def count_records(number: int) -> str:
    """Return ``1 record``, ``2 records`` … in the user's language."""
    return ngettext("{number} record", "{number} records", number).format(number=format_count(number))


def count_columns(number: int) -> str:
    """Return ``1 column``, ``2 columns`` … in the user's language."""
    return ngettext("{number} column", "{number} columns", number).format(number=format_count(number))
