"""Whom the pack wakes up of the clients that `cadence` lists from the orders of the samples, client by client.

How often each of them buys is reckoned here a second time, in plain Python over the lines of the orders.
"""

import math
from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from crmclean.cli.app import main
from crmclean.core.i18n import set_language
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from tests.segmenting.sample_stories import SAMPLES, SAMPLES_DAY, Answer, answers_of, read_rows

NO_PURCHASE = {"Возврат", "Отменён"}
NOTHING = Answer()
LONG_GONE = Answer("Давно не покупал", "Написать: что нового и повод вернуться; через неделю позвонить", "2026-11-30")
LATE = Answer("Пропустил покупку", "Позвонить: что изменилось, что нужно сейчас", "2026-11-24")
SOON = Answer("Пора покупать снова", "Предложить следующий заказ", "2026-11-23")


def list_clients(name: str, folder: Path) -> Table:
    """Return the list of clients that the program writes of a sample."""
    path = folder / "clients.csv"
    call = ["cadence", str(SAMPLES / name), "--as-of", SAMPLES_DAY.isoformat(), "--no-history", "--quiet"]
    assert main([*call, "-o", str(folder / "orders.csv"), "--clients", str(path)]) == 0
    set_language("en")
    return read_table(read_bytes(str(path)), str(path), ReadSettings()).table


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return list_clients("orders.csv", tmp_path_factory.mktemp("orders"))


def plain(phone: str) -> str:
    """Return the ten digits of a Russian number; Excel has put ``.0`` behind some."""
    return "".join(filter(str.isdigit, phone.removesuffix(".0")))[-10:]


def buying_days() -> dict[str, list[date]]:
    """Return the days on which each client bought; clients by INN, else by phone."""
    rows = read_rows("orders.csv", ";")
    inns = defaultdict(set)
    for row in rows:
        inns[plain(row["Телефон"])].add(row["ИНН"])
    found: defaultdict[str, set[date]] = defaultdict(set)
    for row in rows:
        phone = plain(row["Телефон"])
        known = inns[phone] - {""}
        key = row["ИНН"] or (known.copy().pop() if len(known) == 1 else phone)
        if row["Статус"] not in NO_PURCHASE:
            found[key].add(datetime.strptime(row["Дата"], "%d.%m.%Y").date())
    return {key: sorted(days) for key, days in found.items()}


def expect_answers() -> dict[str, Answer]:
    """Return what each client is to get, by INN or phone.

    The period of a client lies between the median of its own intervals and that of the base, as a mean of logarithms
    where the base weighs as much as one interval. Late is who is silent for more than one and a half periods and more
    than two weeks; a delay counts from the day on which the purchase was due.
    """
    bought = buying_days()
    gaps = {key: [(b - a).days for a, b in pairwise(days)] for key, days in bought.items()}
    usual = median(median(own) for own in gaps.values() if own)
    answers = {}
    for key, own in gaps.items():
        weight = len(own) / (len(own) + 1)
        period = math.exp(weight * math.log(median(own) if own else usual) + (1 - weight) * math.log(usual))
        silent = (SAMPLES_DAY - bought[key][-1]).days
        late_by = silent - round(period)
        if silent > max(1.5 * period, 14):
            answers[key] = LONG_GONE if late_by > 180 else LATE
        else:
            answers[key] = SOON if late_by >= -7 else NOTHING
    return answers


def by_client(clients: Table) -> dict[str, Answer]:
    """Return what each client got, by INN or phone."""
    inns, phones = clients.frame["inn"].tolist(), clients.frame["phone"].tolist()
    keys = [inn or plain(phone) for inn, phone in zip(inns, phones, strict=True)]
    found = dict(zip(keys, answers_of(clients, "reactivation"), strict=True))
    assert len(found) == len(clients)
    return found


def test_clients_of_the_orders_one_by_one(clients: Table) -> None:
    assert by_client(clients) == expect_answers()


def test_who_is_silent_by_the_truth_is_woken_up(clients: Table) -> None:
    """The truth was told with the orders: silent for at least twice as long as between its purchases."""
    found = by_client(clients)
    truth = read_rows("orders.csv.truth.csv", ",")
    # Two shops of one firm buy under one INN: to the program they are one client.
    inns = [line["inn"] for line in truth if line["inn"]]
    alone = [line for line in truth if inns.count(line["inn"]) < 2]
    assert len(alone) == 16
    for line in alone:
        answer = found[line["inn"] or plain(line["phone"])]
        assert (answer in (LONG_GONE, LATE)) == (line["overdue"] == "1"), line["client"]


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        pytest.param("+79671363126", LONG_GONE, id="bought once, in September of last year"),
        pytest.param("+79671064404", LATE, id="monthly, last in September"),
        pytest.param("+79814855804", SOON, id="weekly, last on Friday"),
        pytest.param("+79786301434", NOTHING, id="every second week, last on Wednesday"),
        pytest.param("+79618806303", NOTHING, id="bought once, this week"),
    ],
)
def test_some_clients_by_name(clients: Table, phone: str, expected: Answer) -> None:
    rows = dict(zip(clients.frame["phone"], answers_of(clients, "reactivation"), strict=True))
    assert rows[phone] == expected


def test_who_has_an_open_deal_is_left_to_its_manager(tmp_path: Path) -> None:
    """Of the deals of Bitrix24: all four bought years or months ago, one of them talks about the next deal."""
    clients = list_clients("bitrix24_deals.csv", tmp_path)
    answers = dict(zip(clients.frame["phone"], answers_of(clients, "reactivation"), strict=True))
    assert {phone: answers[phone].segment for phone in ("+79231223503", "+79134325816", "+79636126096")} == {
        "+79231223503": "Давно не покупал",  # Литвин Юрий, January 2024
        "+79134325816": "Давно не покупал",  # Юранкина Ирина, August 2024
        "+79636126096": "Давно не покупал",  # Орлова Дарья, November 2025
    }
    # Коретухин Артём, four purchases and the last in January; «Отложено до весны» is open
    assert answers["+79866178050"] == NOTHING
