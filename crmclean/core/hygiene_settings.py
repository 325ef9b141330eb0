"""The settings of the hygiene jobs; see ``core.settings`` for how they are used."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Ge, Le

from crmclean.core.i18n import N_
from crmclean.core.settings import PhoneStyle, Share, setting

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
    sure_days: Days = setting(
        30, N_("Closed without asking: only a twin that was opened within this many days of the older deal.")
    )
    amount_tolerance: Share = setting(
        0.1, N_("Amounts that differ by no more than this share are those of one sale: 0.1 is ten per cent.")
    )
    most_open: Count = setting(
        5, N_("A client with more open deals than this: all twins go into the list for the head.")
    )
    shared_by: Count = setting(
        3, N_("A phone or mailbox that more clients than this use shows nothing: a reception, a call centre.")
    )
    other_owner: Literal["decide", "close"] = setting(
        "decide", N_("A twin of another manager: the head decides (decide), or it is closed like any other (close).")
    )
    status_word: str = setting("Дубль", N_("Stage that the twins get in the file of changes, as your CRM calls it."))
    deal_url: str = setting(
        "",
        N_("Address of a deal in your CRM, {id} for its ID, as in https://crm.example/crm/deal/details/{id}/."),
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class CadenceSettings:
    """How `cadence` reads the rhythm of purchases."""

    as_of: str = setting("", AS_OF)
    factor: Annotated[float, Ge(1.0)] = setting(
        1.5, N_("Overdue: silent for longer than so many of the client's own periods between purchases.")
    )
    least_days: Days = setting(14, N_("Overdue: silent for longer than this many days, however short the period."))
    soon_days: Days = setting(7, N_("Ready for a repeat sale: the next purchase is due within this many days."))
    a_share: Share = setting(0.8, N_("Class A: the clients who together bring this share of the turnover."))
    b_share: Share = setting(0.95, N_("Class B: those after A, up to this share of the turnover."))
    touch_cost: Money = setting(0.0, N_("What an attempt to win a client back costs: taken off its expected value."))
    promoter_from: Annotated[float, Ge(0.0), Le(10.0)] = setting(
        9.0, N_("Ready to recommend: a mark of loyalty from this one on, of 10.")
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class FunnelSettings:
    """What `funnel` allows a client to wait."""

    as_of: str = setting("", AS_OF)
    stages: tuple[str, ...] = setting(
        (), N_("Your stages in their order, the first one first; by default the order is found by itself.")
    )
    stage_days: Days = setting(30, N_("Stuck: in one open stage for longer than this many days."))
    allowed: tuple[tuple[str, str], ...] = setting(
        (),
        N_(
            'Days allowed in one stage, where they differ: STAGE=DAYS, as in "Переговоры=14". Also for all stages of a '
            "class: payment=7. Several times for several."
        ),
    )
    attempts: Count = setting(3, N_("Does not answer: so many attempts were made, and none was answered."))
    few: Count = setting(20, N_("A source or manager with fewer records than this is marked: its shares are chance."))
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    region: str = setting("RU", REGION)


@dataclass(frozen=True)
class AuditSettings:
    """What `audit` asks of a base."""

    as_of: str = setting("", AS_OF)
    required: tuple[str, ...] = setting(
        (),
        N_(
            "Fields that every record must have, by role: phone,email,owner; name is any part of a name, client a "
            "person or a company, phone/email one of the two. By default those usual for contacts, companies or deals."
        ),
    )
    vocabulary: tuple[tuple[str, str], ...] = setting(
        (), N_('A value that a column may hold: HEADER=VALUE, as in "Теги=VIP". Given several times, a list.')
    )
    fresh_days: Days = setting(
        180, N_("Fresh: touched within this many days; with each further such time freshness halves.")
    )
    sample: Count = setting(5, N_("For the controller: so many records of every stage."))
    seed: Annotated[int, Ge(0)] = setting(
        0, N_("Which records the controller gets: another number, another sample; the same number, the same.")
    )
    statuses: tuple[tuple[str, str], ...] = setting((), STATUSES)
    phone_style: PhoneStyle = setting(
        "e164", N_("The standard of phones: +79161234567, +7 916 123-45-67 or 8 (916) 123-45-67.")
    )
    fail_under: Annotated[float, Ge(0.0), Le(100.0)] = setting(
        0.0, N_("End with exit code 1 where the quality score, of 100, is lower.")
    )
    region: str = setting("RU", REGION)
