"""How clients are lost: each story makes one card, and puts why into its cells, its calls or its bounces."""

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.generator.chance import Weighted
from benchmarks.generator.hygiene_calls import CallResult, draw_call, draw_failures
from benchmarks.generator.hygiene_cards import Card, Office
from benchmarks.generator.hygiene_mail import draw_delivery
from benchmarks.generator.hygiene_truth import STAGE_DAYS
from benchmarks.generator.numbers import FILLER_PHONES
from benchmarks.generator.spelling import spell_email, spell_phone

Story = Callable[[Office], Card]

_LONG_STAGES: Final = Weighted({"agreeing": 60, "in-work": 20, "payment": 8, "has-tasks": 6, "new": 6})
_NO_PHONES: Final = ("", "", "", "-", "нет", "нет данных", "+7", "—", "8-916-12", "4951")
_NO_MAILS: Final = ("", "", "", "-", "нет", "mail.ru", "ivanov@")
_FILLER_MAILS: Final = ("no@no.ru", "asdf@asdf.ru", "net@net.ru", "123@123.ru")
_TEST_MAILS: Final = ("test@test.ru", "test@test.com", "test@example.com", "test1@test.ru")
_TEST_NAMES: Final = (
    ("Тест", "Тестов"),
    ("тест", ""),
    ("Тест", "Тестович"),
    ("test", "test"),
    ("ТЕСТ", ""),
    ("Тестовый", "Клиент"),
    ("Тест", "Тест"),
)


def _lose_phones(office: Office, card: Card) -> None:
    """Let telephony say of every number of the card, more than once and to the last, that nobody has it."""
    chance = office.chance
    numbers = [card.person.phone]
    if chance.happens(0.25):
        numbers.append(card.person.second_phone)
        card.phones.append(("other", spell_phone(chance, card.person.second_phone, notes=False)))
    for number in numbers:
        result: CallResult = "not-in-service" if chance.happens(0.6) else "not-existing"
        age = card.contact_age
        if chance.happens(0.3):
            card.calls.append(draw_call(chance, number, age + chance.between(40, 300), "answered"))
        for _ in range(chance.between(2, 4) if len(numbers) == 1 else 2):  # fewer than make a chain of attempts
            card.calls.append(draw_call(chance, number, age, result))
            age += chance.between(1, 9)
    card.facts.told.add("not-in-service")


def _bounce_mails(office: Office, card: Card) -> None:
    """Let the last letters to the only address come back for good."""
    chance, address = office.chance, card.person.mail
    if not card.mails:
        card.mails.append(("private", spell_email(chance, address)))
    if chance.happens(0.3):
        card.deliveries.append(draw_delivery(chance, address, card.contact_age + 200, "delivered"))
    for age in range(0, chance.between(1, 3) * 14, 14):
        card.deliveries.append(draw_delivery(chance, address, card.contact_age + age, "hard"))
    card.facts.told.add("bounced")


def _lose_silently(office: Office, story: str, mail: float = 0.55, firm: float = 0.5) -> Card:
    """Return a card of which one in four has been silent for long as well."""
    return office.open_card(story, old=office.chance.happens(0.25), mail=mail, firm=firm)


def dead_number(office: Office) -> Card:
    """No number of the card is in service, and there is no address."""
    card = _lose_silently(office, "dead-number", mail=0.0)
    _lose_phones(office, card)
    card.facts.live_channel = False
    return card


def dead_number_and_mail(office: Office) -> Card:
    """No number is in service, and letters come back."""
    card = _lose_silently(office, "dead-number-and-mail", mail=0.0)
    _lose_phones(office, card)
    _bounce_mails(office, card)
    card.facts.live_channel = False
    return card


def dead_mail(office: Office) -> Card:
    """There is only an address, and letters come back."""
    card = _lose_silently(office, "dead-mail", mail=0.0)
    card.drop_contacts()
    _bounce_mails(office, card)
    return card


def _remarked(story: str, reason: str, mail: float = 0.55, firm: float = 0.5) -> Story:
    """Return a story that a remark tells."""

    def tell(office: Office) -> Card:
        card = _lose_silently(office, story, mail, firm)
        office.remark(card, office.words.remarks[reason])
        card.facts.told.add(reason)
        if reason in ("not-in-service", "wrong-number"):
            card.facts.live_channel = bool(card.mails)
        return card

    return tell


def failed_attempts(office: Office) -> Card:
    """Five to nine calls in a row, each on its day, that nobody took; before them perhaps a talk."""
    chance = office.chance
    card = _lose_silently(office, "failed-attempts", mail=0.4)
    number = card.person.phone
    card.calls = draw_failures(chance, number, card.contact_age, chance.between(5, 9))
    if chance.happens(0.35):
        first = max(call.age for call in card.calls)
        card.calls.append(draw_call(chance, number, first + chance.between(3, 200), "answered", chance.happens(0.4)))
    card.facts.told.add("attempts-failed")
    card.facts.live_channel = bool(card.mails)
    return card


def long_silent(office: Office) -> Card:
    """Nobody has heard of them for more than a year; in four of ten the stage still says that work goes on."""
    card = office.open_card("long-silent", old=True)
    if office.chance.happens(0.4) and card.modified_age > STAGE_DAYS + 5:
        stage = _LONG_STAGES.draw(office.chance)
        office.set_stage(card, stage, card.modified_age + office.chance.between(0, 90))
    return card


def long_stage(office: Office) -> Card:
    """Half a year and more in one open stage, with something going on all the time."""
    chance = office.chance
    card = office.open_card("long-stage")
    age = chance.between(STAGE_DAYS + 8, 500)
    card.modified_age = min(card.modified_age, age)
    office.set_stage(card, _LONG_STAGES.draw(chance), age)
    return card


def refused(office: Office) -> Card:
    """The stage says that the client does not want it."""
    card = _lose_silently(office, "refused")
    office.set_stage(card, "refused", card.modified_age + office.chance.between(0, 200))
    return card


def opted_out_by_column(office: Office) -> Card:
    """The mark «Не звонить» is set."""
    card = _lose_silently(office, "opted-out-column")
    card.opt_out = office.chance.pick(("да", "Да", "ДА"))
    card.facts.told.add("opted-out")
    return card


def closed_by_column(office: Office) -> Card:
    """The column of the state of the firm says that it is no more."""
    card = _lose_silently(office, "closed-column", firm=1.0)
    card.company_state = office.chance.pick(office.words.closed_states)
    card.facts.told.add("company-closed")
    return card


def closed_but_talking(office: Office) -> Card:
    """A remark says that the firm is closed, and last month its manager talked with them for minutes."""
    chance = office.chance
    card = office.open_card("closed-but-talking", firm=1.0)
    office.remark(card, office.words.remarks["company-closed"], dated=0.0)
    card.facts.told.add("company-closed")
    card.facts.contradicted = True
    _bring_up_to(card, chance.between(2, 25))
    for age in (card.contact_age, card.contact_age + chance.between(3, 20)):
        call = draw_call(chance, card.person.phone, age, "answered", chance.happens(0.5))
        call.seconds += 60
        card.calls.append(call)
    return card


def _bring_up_to(card: Card, age: int) -> None:
    card.contact_age = card.facts.silent_age = age
    card.activity_age = age if card.activity_age >= 0 else -1
    if card.activity_age < 0:
        card.modified_age = age


def test_record(office: Office) -> Card:
    """Somebody tried out the form or the telephony."""
    chance = office.chance
    card = office.open_card("test-record", firm=0.0, mail=0.0)
    card.first, card.last = chance.pick(_TEST_NAMES)
    card.middle = card.city = ""
    card.facts.told.add("test-record")
    card.facts.named = False
    office.set_stage(card, "", -1)
    card.comment = ""
    if chance.happens(0.5):
        office.remark(card, office.words.living["test"], dated=0.0)
    if chance.happens(0.5):
        card.mails.append(("private", chance.pick(_TEST_MAILS)))
    if chance.happens(0.5):
        card.phones[:] = [("mobile", spell_phone(chance, chance.pick(FILLER_PHONES), notes=False))]
        card.facts.told.add("only-fillers")
    return card


def only_fillers(office: Office) -> Card:
    """A real person whose required fields were filled with nines."""
    chance = office.chance
    card = _lose_silently(office, "only-fillers", mail=0.0)
    card.drop_contacts()
    card.phones.append(("mobile", spell_phone(chance, chance.pick(FILLER_PHONES), notes=False)))
    if chance.happens(0.4):
        card.mails.append(("private", chance.pick(_FILLER_MAILS)))
    card.facts.told.add("only-fillers")
    return card


def no_contacts(office: Office) -> Card:
    """Neither a phone nor an address, or what stands there can be neither."""
    chance = office.chance
    card = _lose_silently(office, "no-contacts")
    card.drop_contacts()
    phone, mail = chance.pick(_NO_PHONES), chance.pick(_NO_MAILS)
    if phone:
        card.phones.append(("mobile", phone))
    if mail:
        card.mails.append(("private", mail))
    card.facts.told.add("no-contact")
    return card


DEAD_STORIES: Final[Mapping[Story, float]] = {
    dead_number: 9,
    dead_number_and_mail: 4,
    dead_mail: 7,
    _remarked("dead-number-remark", "not-in-service", mail=0.0): 5,
    _remarked("wrong-number-remark", "wrong-number", mail=0.35): 6,
    failed_attempts: 10,
    long_silent: 20,
    long_stage: 9,
    refused: 6,
    opted_out_by_column: 3,
    _remarked("opted-out-remark", "opted-out"): 4,
    _remarked("asked-to-delete", "asked-to-delete"): 2,
    _remarked("closed-remark", "company-closed", firm=1.0): 6,
    closed_by_column: 3,
    closed_but_talking: 1,
    _remarked("died", "person-died"): 2,
    _remarked("left", "person-left", firm=1.0): 4,
    test_record: 3,
    only_fillers: 3,
    no_contacts: 6,
}
"""How often each story is told among those of lost clients."""
