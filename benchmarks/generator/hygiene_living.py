"""Living clients, plain ones and those who only look lost: each story makes one card."""

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.generator.companies import spell_company
from benchmarks.generator.hygiene_calls import CallResult, draw_call, draw_failures
from benchmarks.generator.hygiene_cards import Card, Office
from benchmarks.generator.hygiene_mail import draw_delivery
from benchmarks.generator.spelling import spell_email, spell_phone

Story = Callable[[Office], Card]


def ordinary(office: Office) -> Card:
    """A client like any other: now and then a talk, a missed call, a letter."""
    chance = office.chance
    card = office.open_card("ordinary")
    if card.person.company and chance.happens(0.4):
        card.phones.append(("work", spell_phone(chance, card.person.company.phone, notes=False)))
    if chance.happens(0.25):
        age = card.contact_age
        for _ in range(chance.between(1, 3)):
            result: CallResult = "answered" if chance.happens(0.75) else "no-answer"
            card.calls.append(draw_call(chance, card.person.phone, age, result, chance.happens(0.3)))
            age += chance.between(1, 40)
    if card.mails and chance.happens(0.4):
        card.deliveries.append(draw_delivery(chance, card.person.mail, card.contact_age, "delivered"))
    if card.company and chance.happens(0.3):
        card.company_state = chance.pick(office.words.alive_states)
    return card


def long_ago_modified(office: Office) -> Card:
    """Nobody has changed the card for years, and there was a talk this year."""
    chance = office.chance
    card = office.open_card("long-ago-modified")
    card.activity_age = card.contact_age
    card.modified_age = chance.between(400, 1500)
    card.created_age = card.modified_age + chance.between(0, 300)
    office.draw_stage(card)
    return card


def phone_works(office: Office) -> Card:
    """Letters come back for good, but the phone is answered."""
    chance = office.chance
    card = office.open_card("phone-works", mail=0.0)
    card.mails.append(("private", spell_email(chance, card.person.mail)))
    card.deliveries.append(draw_delivery(chance, card.person.mail, card.contact_age, "hard"))
    if chance.happens(0.6):
        card.calls.append(draw_call(chance, card.person.phone, card.contact_age, "answered"))
    return card


def soft_bounces(office: Office) -> Card:
    """There is only an address, whose box is full now and then."""
    chance = office.chance
    card = office.open_card("soft-bounces", mail=0.0)
    card.phones.clear()
    card.mails.append(("private", spell_email(chance, card.person.mail)))
    for age in range(0, chance.between(1, 3) * 10, 10):
        card.deliveries.append(draw_delivery(chance, card.person.mail, card.contact_age + age, "soft"))
    return card


def mail_came_back_to_life(office: Office) -> Card:
    """There is only an address: it was unknown once, and letters have reached it since."""
    chance = office.chance
    card = office.open_card("mail-came-back", mail=0.0)
    card.phones.clear()
    card.mails.append(("private", spell_email(chance, card.person.mail)))
    card.deliveries = [
        draw_delivery(chance, card.person.mail, card.contact_age, "delivered"),
        draw_delivery(chance, card.person.mail, card.contact_age + chance.between(20, 300), "hard"),
    ]
    return card


def one_address_of_two(office: Office) -> Card:
    """There are only two addresses, of which one bounces."""
    chance = office.chance
    card = office.open_card("one-address-of-two", mail=0.0)
    card.phones.clear()
    second = office.world.mail(card.person.last, card.person.first)
    card.mails += [("private", card.person.mail), ("work", second)]
    card.deliveries.append(draw_delivery(chance, card.person.mail, card.contact_age, "hard"))
    return card


def reached_at_last(office: Office) -> Card:
    """Many calls in vain, then a talk, or the client called."""
    chance = office.chance
    card = office.open_card("reached-at-last")
    number = card.person.phone
    card.calls = draw_failures(chance, number, card.contact_age + chance.between(1, 5), chance.between(5, 8))
    card.calls.append(draw_call(chance, number, card.contact_age, "answered", chance.happens(0.4)))
    return card


def few_attempts(office: Office) -> Card:
    """Four calls in vain at most, or more of them on one day."""
    chance = office.chance
    card = office.open_card("few-attempts")
    one_day = chance.happens(0.4)
    count = chance.between(5, 8) if one_day else chance.between(2, 4)
    card.calls = draw_failures(chance, card.person.phone, card.contact_age, count, one_day)
    return card


def one_number_of_two(office: Office) -> Card:
    """One number is not in service, the other has not been called or is answered."""
    chance = office.chance
    card = office.open_card("one-number-of-two", mail=0.3)
    second = card.person.second_phone
    card.phones.append(("home", spell_phone(chance, second, notes=False)))
    card.calls = [draw_call(chance, second, card.contact_age + age, "not-in-service") for age in (0, 3, 4)]
    if chance.happens(0.5):
        card.calls.append(draw_call(chance, card.person.phone, card.contact_age, "answered"))
    return card


def number_lost_mail_works(office: Office) -> Card:
    """The only number is not in service, but letters are read."""
    chance = office.chance
    card = office.open_card("number-lost-mail-works", mail=0.0)
    card.mails.append(("private", spell_email(chance, card.person.mail)))
    card.calls = [draw_call(chance, card.person.phone, card.contact_age + age, "not-existing") for age in (0, 2)]
    card.deliveries.append(draw_delivery(chance, card.person.mail, card.contact_age, "delivered"))
    return card


def number_came_back(office: Office) -> Card:
    """The number was not in service, paid its bill and is answered again."""
    chance = office.chance
    card = office.open_card("number-came-back")
    since = card.contact_age + chance.between(5, 60)
    card.calls = [draw_call(chance, card.person.phone, since + age, "not-in-service") for age in (0, 4)]
    card.calls.append(draw_call(chance, card.person.phone, card.contact_age, "answered"))
    return card


def _remarked(kind: str) -> Story:
    """Return a story with a remark that speaks of something else than a lost client."""

    def tell(office: Office) -> Card:
        card = office.open_card(f"remark-{kind}", firm=1.0 if kind == "other-firm" else 0.5)
        office.remark(card, office.words.living[kind])
        return card

    return tell


def quiet_for_months(office: Office) -> Card:
    """Silent for three to eleven months, which is not yet long."""
    chance = office.chance
    card = office.open_card("quiet-for-months")
    card.contact_age = card.facts.silent_age = chance.between(100, 345)
    card.modified_age = card.contact_age
    card.activity_age = card.contact_age if chance.happens(0.7) else -1
    card.created_age = max(card.created_age, card.contact_age + 20)
    office.draw_stage(card)
    return card


def opt_out_not_set(office: Office) -> Card:
    """The mark «Не звонить» says no."""
    card = office.open_card("opt-out-not-set")
    card.opt_out = office.chance.pick(("нет", "Нет"))
    return card


def colleagues_at_one_phone(office: Office) -> Card:
    """A clerk of whom only the reception of the firm is known: the phone is answered."""
    chance = office.chance
    card = office.open_card("reception", firm=1.0)
    company = card.person.company
    if company:
        card.phones[:] = [("work", spell_phone(chance, company.phone, notes=False))]
        card.company = spell_company(chance, company)
        if chance.happens(0.5):
            card.calls.append(draw_call(chance, company.phone, card.contact_age, "answered"))
    card.person.phone = company.phone if company else card.person.phone
    return card


LIVING_STORIES: Final[Mapping[Story, float]] = {
    ordinary: 60,
    long_ago_modified: 3,
    phone_works: 4,
    soft_bounces: 2,
    mail_came_back_to_life: 2,
    one_address_of_two: 1.5,
    reached_at_last: 4,
    few_attempts: 4,
    one_number_of_two: 3,
    number_lost_mail_works: 2,
    number_came_back: 2,
    _remarked("other-firm"): 2,
    _remarked("time-limit"): 3,
    _remarked("negated"): 2,
    _remarked("other-meaning"): 3,
    _remarked("taken-back"): 2,
    quiet_for_months: 5,
    opt_out_not_set: 2,
    colleagues_at_one_phone: 2,
}
"""How often each story is told among those of living clients."""
