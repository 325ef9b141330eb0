"""Delivery reports of a mailing service, in the manner of Unisender: address, send_result, last_update.

The results are those of its method getCampaignDeliveryStats.
"""

from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.hygiene_calendar import Calendar

MailKindOfResult = Literal["hard", "soft", "delivered"]

BOUNCE_HEADER: Final = ("email", "send_result", "last_update")
_RESULTS: Final[dict[MailKindOfResult, Weighted[str]]] = {
    "hard": Weighted({"err_user_unknown": 65, "err_user_inactive": 20, "err_domain_inactive": 15}),
    "soft": Weighted({"err_mailbox_full": 50, "err_will_retry": 25, "err_spam_rejected": 15, "err_resend": 10}),
    "delivered": Weighted({"ok_delivered": 55, "ok_read": 35, "ok_link_visited": 10}),
}


@dataclass(slots=True)
class Delivery:
    """What became of one letter; ``age`` is days before today."""

    address: str
    age: int
    kind: MailKindOfResult
    result: str
    second_of_day: int


def draw_delivery(chance: Chance, address: str, age: int, kind: MailKindOfResult) -> Delivery:
    """Return the fate of a letter of that day."""
    return Delivery(address, age, kind, _RESULTS[kind].draw(chance), chance.between(0, 86_399))


def delivery_cells(calendar: Calendar, delivery: Delivery) -> list[str]:
    """Return the cells of one line of the report."""
    return [delivery.address, delivery.result, calendar.iso_second(delivery.age, delivery.second_of_day)]
