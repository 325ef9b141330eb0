"""The steps that a run can do, each by its name in the config: what it takes besides the table, and what it calls."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from crmclean.core.executing import IN_TURN
from crmclean.core.hygiene_settings import AuditSettings, CadenceSettings, DeadSettings, DealsSettings, FunnelSettings
from crmclean.core.segment_settings import ArchiveSettings, SegmentSettings
from crmclean.core.settings import DedupSettings, ImportSettings, NormalizeSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.history.known_clients import KnownClients
from crmclean.hygiene.audit import audit
from crmclean.hygiene.bounces import read_bounces
from crmclean.hygiene.cadence import cadence
from crmclean.hygiene.calls import read_calls
from crmclean.hygiene.dead import find_dead
from crmclean.hygiene.deals import find_twin_deals
from crmclean.hygiene.funnel import funnel
from crmclean.segmenting.archive import archive
from crmclean.segmenting.segment import segment
from crmclean.workflows.dedup import dedup
from crmclean.workflows.import_base import Source, import_base, origin_of_base
from crmclean.workflows.normalize import normalize


@dataclass(frozen=True)
class Evidence:
    """What the steps of a run know besides the table.

    Attributes:
        answers: what people have decided of doubtful pairs, see ``workflows.dedup.dedup``.
        known: the clients that earlier runs know by their ids.
        calls, bounces: results of calls and returned mails, as they were read.
        sources: exports of several systems, for ``import``.
        archived: the archive as the last run left it.
        restore: clients of the archive with new activity come back.
        beside: does a part of the work beside this thread.
    """

    answers: pd.DataFrame | None = None
    known: KnownClients = field(default_factory=KnownClients.none)
    calls: Table | None = None
    bounces: Table | None = None
    sources: tuple[Source, ...] = ()
    archived: Table | None = None
    restore: bool = True
    beside: Executor = IN_TURN


@dataclass(frozen=True)
class RunStep:
    """One step.

    Attributes:
        settings: the type of its settings.
        work: does it.
        of_clients: the rows have to say who the clients are.
    """

    settings: type[Any]
    work: Callable[[Table, Any, Evidence], Outcome]
    of_clients: bool = True


def _import(table: Table, settings: ImportSettings, evidence: Evidence) -> Outcome:
    return import_base(None, evidence.sources, origin_of_base("", "csv"))


def _dedup(table: Table, settings: DedupSettings, evidence: Evidence) -> Outcome:
    return dedup(table, settings, evidence.answers, evidence.known, beside=evidence.beside)


def _dead(table: Table, settings: DeadSettings, evidence: Evidence) -> Outcome:
    calls = None if evidence.calls is None else read_calls(evidence.calls, settings.region)
    bounces = None if evidence.bounces is None else read_bounces(evidence.bounces)
    return find_dead(table, settings, calls, bounces, evidence.beside)


def _funnel(table: Table, settings: FunnelSettings, evidence: Evidence) -> Outcome:
    calls = None if evidence.calls is None else read_calls(evidence.calls, settings.region)
    return funnel(table, settings, calls)


def _archive(table: Table, settings: ArchiveSettings, evidence: Evidence) -> Outcome:
    return archive(table, settings, evidence.archived, evidence.restore)


RUN_STEPS: Final[Mapping[str, RunStep]] = MappingProxyType(
    {
        "import": RunStep(ImportSettings, _import),
        "normalize": RunStep(NormalizeSettings, lambda table, settings, evidence: normalize(table, settings)),
        "dedup": RunStep(DedupSettings, _dedup),
        "dead": RunStep(DeadSettings, _dead),
        "deals": RunStep(DealsSettings, lambda table, settings, evidence: find_twin_deals(table, settings)),
        "cadence": RunStep(CadenceSettings, lambda table, settings, evidence: cadence(table, settings)),
        "funnel": RunStep(FunnelSettings, _funnel, of_clients=False),
        "audit": RunStep(AuditSettings, lambda table, settings, evidence: audit(table, settings)),
        "segment": RunStep(SegmentSettings, lambda table, settings, evidence: segment(table, settings)),
        "archive": RunStep(ArchiveSettings, _archive),
    }
)
"""A new step is a line here, and its name among those of ``core.run_settings``."""
