"""The tables of a funnel as the report shows them, and what the report has to say of how they were made."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_, _, ngettext
from crmclean.core.section import Section, SectionColumn
from crmclean.hygiene.funnel_order import ORDERS
from crmclean.hygiene.funnel_stages import CLOSED_STATE, LOST_STATE
from crmclean.hygiene.funnel_tables import REMARKS, Funnel, count_unknown
from crmclean.hygiene.rules import RULES_SECTION

_MOST_LINES: Final = 200
_MOST_PIPELINES: Final = 10

_PIPELINE: Final = SectionColumn("pipeline", N_("Pipeline"))
_TAGGED: Final = (
    SectionColumn("stuck", N_("Stuck"), "count"),
    SectionColumn("no_task", N_("No task"), "count"),
    SectionColumn("overdue", N_("Overdue"), "count"),
)
_STAGES: Final = (
    SectionColumn("stage", N_("Stage")),
    SectionColumn("records", N_("Records"), "count"),
    SectionColumn("share", N_("Share"), "share"),
    SectionColumn("median_days", N_("Days"), "days"),
    *_TAGGED,
    SectionColumn("money", N_("Money"), "money"),
)
_DROP_OUT: Final = (
    SectionColumn("step", N_("Step"), "count"),
    SectionColumn("stages", N_("Stages")),
    SectionColumn("reached", N_("Came so far"), "count"),
    SectionColumn("lost_here", N_("Lost here"), "count"),
    SectionColumn("went_on", N_("Went on"), "count"),
    SectionColumn("least", N_("At least"), "share"),
    SectionColumn("most", N_("At most"), "share"),
)
_MANAGERS: Final = Section(
    "manager_lines",
    N_("Managers"),
    (
        SectionColumn("manager", N_("Manager")),
        SectionColumn("records", N_("Records"), "count"),
        SectionColumn("open", N_("Open"), "count"),
        *_TAGGED,
        SectionColumn("won", N_("Won"), "count"),
        SectionColumn("conversion", N_("Conversion"), "share"),
        SectionColumn("money", N_("Money won"), "money"),
    ),
    N_("Conversion: won, of all records of the manager."),
)
_SOURCES: Final = Section(
    "source_lines",
    N_("Sources"),
    (
        SectionColumn("source", N_("Source")),
        SectionColumn("leads", N_("Leads"), "count"),
        SectionColumn("reached", N_("Reached"), "count"),
        SectionColumn("silent", N_("Silent"), "count"),
        SectionColumn("silent_share", N_("Share"), "share"),
        SectionColumn("won", N_("Won"), "count"),
        SectionColumn("conversion", N_("Conversion"), "share"),
        SectionColumn("money", N_("Money"), "money"),
        SectionColumn("remark_text", N_("Note")),
    ),
    N_(
        "Reached: known to have spoken with us. Silent: does not answer. Conversion: won, of all leads. A note tells "
        "what sets a source apart from the others and is hardly chance."
    ),
    is_summary=True,
    most=20,
)
_LOSSES: Final = Section(
    "losses",
    N_("Reasons of the loss"),
    (
        SectionColumn("reason", N_("Reason")),
        SectionColumn("records", N_("Records"), "count"),
        SectionColumn("share", N_("Share"), "share"),
        SectionColumn("money", N_("Money"), "money"),
    ),
)
_FIRST: Final = Section(
    "first",
    N_("Whom to see first"),
    (
        SectionColumn("title", N_("Deal or client"), is_contact=True),
        SectionColumn("manager", N_("Manager")),
        SectionColumn("money", N_("Money"), "money"),
        SectionColumn("why", N_("Why")),
    ),
    N_("Stuck or forgotten records, the most money first."),
)
_METHOD: Final = Section("method", N_("How this was counted"), (SectionColumn("text", N_("Note")),), is_summary=True)


def list_sections(funnel: Funnel) -> tuple[Section, ...]:
    """Return the sections of the report; the pipeline is named where there are several."""
    first = (_PIPELINE,) if funnel.stages.listed["pipeline"].nunique() > 1 else ()
    key = SectionColumn("id", N_("ID")) if funnel.table.with_role("id") else SectionColumn("row", N_("Row"), "count")
    return (
        Section(
            "stage_lines",
            N_("Stages"),
            (*first, *_STAGES),
            N_("Median days: of open records in the stage so far, of ended ones from creation to the end."),
            is_summary=True,
            most=40,
        ),
        Section(
            "drop_out",
            N_("Where they drop out"),
            (*first, *_DROP_OUT),
            N_("Of a lost record nobody may know how far it came: the share that went on lies between the two."),
            is_summary=True,
            most=40,
        ),
        _SOURCES,
        _MANAGERS,
        _LOSSES,
        replace(_FIRST, columns=(key, *_FIRST.columns)),
        RULES_SECTION,
        _METHOD,
    )


def show_lines(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of stages, managers and sources as pages show them: in words, and no endless lists."""
    stages = tables["by_stage"].head(_MOST_LINES)
    shown = {"stage_lines": stages.assign(stage=_name_empty(stages["stage"]))}
    managers, sources = tables["by_manager"].head(_MOST_LINES), tables["by_source"].head(_MOST_LINES)
    if len(managers):
        shown["manager_lines"] = managers.assign(manager=_name_empty(managers["manager"]))
    if len(sources):
        texts = [
            ", ".join(_(REMARKS[code]) for code in codes.split("; ") if code) for codes in sources["remark"].tolist()
        ]
        shown["source_lines"] = sources.assign(source=_name_empty(sources["source"]), remark_text=texts)
    return shown


def _name_empty(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.mask(texts.eq(""), _("(not given)"))


def list_notes(funnel: Funnel) -> pd.DataFrame:
    """Return sentences on how the figures were found and what nobody can know, column ``text``."""
    texts = [*_describe_order(funnel), *_describe_days(funnel), *_describe_doubts(funnel)]
    return pd.DataFrame({"text": pd.Series(texts, dtype="str")})


def _describe_order(funnel: Funnel) -> list[str]:
    texts = []
    sizes = funnel.stages.listed.groupby("pipeline")["records"].sum()
    largest = sorted(funnel.order.basis, key=lambda pipeline: (-int(sizes[pipeline]), pipeline))
    for pipeline in largest[:_MOST_PIPELINES]:
        basis = funnel.order.basis[pipeline]
        if pipeline:
            text = _("Order of the stages of “{pipeline}”: {basis}.").format(pipeline=pipeline, basis=_(ORDERS[basis]))
        else:
            text = _("Order of the stages: {basis}.").format(basis=_(ORDERS[basis]))
        texts.append(text)
    return texts


def _describe_days(funnel: Funnel) -> list[str]:
    is_open = funnel.stages.is_open
    counts = np.bincount(funnel.times.since[is_open], minlength=4).tolist()
    messages = (
        (
            counts[2],
            ngettext(
                "{count} open record without a date of its stage: its days are counted from its last change, too few "
                "rather than too many.",
                "{count} open records without a date of their stage: their days are counted from their last change, "
                "too few rather than too many.",
                counts[2],
            ),
        ),
        (
            counts[3],
            ngettext(
                "{count} open record without a date of its stage or of a change: its days are counted from its "
                "creation, too many rather than too few.",
                "{count} open records without a date of their stage or of a change: their days are counted from their "
                "creation, too many rather than too few.",
                counts[3],
            ),
        ),
        (
            counts[0],
            ngettext(
                "{count} open record has no date that tells how long it has stood.",
                "{count} open records have no date that tells how long they have stood.",
                counts[0],
            ),
        ),
    )
    texts = [message.format(count=count) for count, message in messages if count]
    if "overdue-promise" in funnel.applied and not funnel.promises.tasks_dated and funnel.promises.has_task.any():
        texts.append(_("The next tasks have no dates: whether one is overdue cannot be told."))
    return texts


def _describe_doubts(funnel: Funnel) -> list[str]:
    ended = funnel.of_state(LOST_STATE) | funnel.of_state(CLOSED_STATE)
    steps = funnel.order.steps
    nowhere = int((ended & (steps[funnel.stages.last] == 0)).sum()) if len(steps) else 0
    unknown, others = count_unknown(funnel), funnel.money.others
    messages = (
        (
            nowhere,
            ngettext(
                "{count} ended record does not tell at which stage it ended.",
                "{count} ended records do not tell at which stage they ended.",
                nowhere,
            ),
        ),
        (
            unknown,
            ngettext(
                "{count} record is neither open nor closed for sure, and has no tag: say what its stage means with "
                "--statuses.",
                "{count} records are neither open nor closed for sure, and have no tags: say what their stages mean "
                "with --statuses.",
                unknown,
            ),
        ),
        (
            others,
            ngettext(
                "Money is in {currency}; {count} record in another currency is left out.",
                "Money is in {currency}; {count} records in other currencies are left out.",
                others,
            ),
        ),
    )
    return [message.format(count=count, currency=funnel.money.currency) for count, message in messages if count]
