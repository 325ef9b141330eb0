"""The settings of the hygiene jobs; see ``core.settings`` for how they are used."""

from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Ge, Le

from crmclean.core.i18n import N_
from crmclean.core.settings import setting

AS_OF: Final = N_("Today's date, so that a run repeats: 2026-11-22 or 22.11.2026; by default that of the computer.")
STATUSES: Final = N_(
    'What a status means, where yours has another name: CLASS=STATUS, as in no-answer="НБТ". Several times for several.'
)
REGION: Final = N_("Country of phone numbers that are written without a country code.")

Days = Annotated[int, Ge(1)]
Count = Annotated[int, Ge(1)]
Money = Annotated[float, Ge(0.0)]


@dataclass(frozen=True)
class DeadSettings:
    """What `dead` takes for a contact that cannot be won back."""

    as_of: str = setting("", AS_OF)
    silent_days: Days = setting(365, N_("Silent: no activity for longer than this many days."))
    attempts: Count = setting(5, N_("Not reached: so many attempts in a row failed."))
    attempt_days: Count = setting(
        3, N_("Not reached: the failed attempts were made on at least so many different days.")
    )
    stage_days: Days = setting(180, N_("Stuck: in one open stage for longer than this many days."))
    soft_bounces: Count = setting(5, N_("So many soft bounces without a delivery count as a hard one."))
    vip_amount: Money = setting(500_000.0, N_("From this amount on, a client is never archived without a check."))
    vip_tags: tuple[str, ...] = setting(
        ("VIP", "ВИП"), N_("A client with one of these tags is never archived without a check.")
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    remarks: tuple[tuple[str, str], ...] = setting(
        (),
        N_('What managers write in comments, besides the built-in: REASON=PHRASE, as in wrong-number="ошибка номера".'),
    )
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class DealsSettings:
    """What `deals` takes for one sale."""

    as_of: str = setting("", AS_OF)
    days_apart: Days = setting(90, N_("Two deals opened further apart than this many days are two sales."))
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class CadenceSettings:
    """How `cadence` reads the rhythm of purchases."""

    as_of: str = setting("", AS_OF)
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class FunnelSettings:
    """What `funnel` allows a client to wait."""

    as_of: str = setting("", AS_OF)
    stage_days: Days = setting(30, N_("Stuck: in one open stage for longer than this many days."))
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)


@dataclass(frozen=True)
class AuditSettings:
    """What `audit` asks of a base."""

    as_of: str = setting("", AS_OF)
    fail_under: Annotated[float, Ge(0.0), Le(100.0)] = setting(
        0.0, N_("End with exit code 1 where the quality score, of 100, is lower.")
    )
    region: str = setting("RU", REGION)
