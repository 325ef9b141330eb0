"""Why deals and contacts of the samples were lost, row by row: what their reasons and notes mean to a person."""

import re

import pytest

from tests.segmenting.sample_stories import Answer, answers_of, read_rows, read_sample

LEADS = "real_estate_leads.csv"

# A fifth working day from Sunday is Friday; 22.12.2026 is a Tuesday; 22.02.2027 is off in exchange for Saturday the
# 20th, the 23rd is a holiday; 22.05.2027 is a Saturday.
AFTER_A_LOSS = {
    "Отказ: ушёл к конкуренту": ("Спросить, доволен ли он выбором, и показать отличия", "2027-05-24"),
    "Отказ: нет денег": ("Предложить рассрочку; спросить, когда новый бюджет", "2026-12-22"),
    "Отказ: цена": ("В список скидок: прислать ближайшую акцию", "2026-12-22"),
    "Отказ: не хватило возможностей": ("В список статей: написать, когда появится нужное", "2027-02-24"),
    "Отказ: не сейчас": ("Назначить дату звонка и позвонить к сроку", "2027-02-24"),
    "Отказ: сроки": ("Сообщить, когда товар есть на складе", "2026-12-22"),
    "Отказ: причина неизвестна": ("Узнать причину отказа и записать в карточку", "2026-11-27"),
    "": ("", ""),
}


def expect_loss(stage: str, reason: str) -> str:
    """Tell by which word a lost lead is to be warmed up."""
    if stage != "Закрыто и не реализовано":
        return ""
    words = {
        "": "Отказ: причина неизвестна",
        "Ушёл к конкуренту": "Отказ: ушёл к конкуренту",
        "Сняли у других": "Отказ: ушёл к конкуренту",
        "Банк отказал, нет средств": "Отказ: нет денег",
        "Дорого": "Отказ: цена",
        "Не подошла планировка": "Отказ: не хватило возможностей",
        "Отложили покупку до весны": "Отказ: не сейчас",
        "Не устроил срок сдачи дома": "Отказ: сроки",
        "Передумали переезжать": "",
    }
    return words[reason]


def test_reasons_of_leads_row_by_row() -> None:
    rows, truth = read_rows(LEADS, ","), read_rows(f"{LEADS}.truth.csv", ",")
    losses = [expect_loss(row["Этап сделки"], row["Причина отказа"]) for row in rows]
    assert losses == [line["loss_segment"] for line in truth]
    assert set(losses) == set(AFTER_A_LOSS)
    expected = []
    for row, loss in zip(rows, losses, strict=True):
        action, due = AFTER_A_LOSS[loss]
        expected.append(Answer(loss, action, due, row["Ответственный"] if action else ""))
    assert answers_of(read_sample(LEADS), "loss-reasons") == expected


LOSS_WORDS = (
    ("дорого", "Отказ: цена"),
    ("скидку", "Отказ: цена"),
    ("сезон", "Отказ: не сейчас"),
)
"""What the notes of the lost contacts say that is a reason; they say nothing else of reasons."""


def test_loss_reasons_of_the_notes_of_contacts_row_by_row() -> None:
    """Where no column holds the reason, the notes do: a lost card without a word on it is left to its manager."""
    expected = []
    for row in read_rows("amocrm_contacts.csv", ";"):
        said = " ".join(row[f"Примечание {number}"] for number in range(1, 6)).lower()
        may_ask = row["Статус"] == "Отказ" and row["Не звонить"] != "да"
        loss = next((name for word, name in LOSS_WORDS if may_ask and re.search(rf"\b{word}", said)), "")
        action, due = AFTER_A_LOSS[loss]
        expected.append(Answer(loss, action, due, row["Ответственный"] if action else ""))
    assert answers_of(read_sample("amocrm_contacts.csv"), "loss-reasons") == expected
    assert [answer.segment for answer in expected if answer.segment] == [
        *("Отказ: цена", "Отказ: цена", "Отказ: не сейчас"),
    ]


@pytest.mark.parametrize(
    ("name", "delimiter", "stage", "note"),
    [
        pytest.param("bitrix24_deals.csv", ";", "Стадия сделки", "Комментарий", id="bitrix24 deals"),
        pytest.param("amocrm_leads.csv", ",", "Этап сделки", "Примечание", id="amocrm deals"),
    ],
)
def test_deals_that_say_nothing_of_the_reason_are_in_no_list(name: str, delimiter: str, stage: str, note: str) -> None:
    rows = read_rows(name, delimiter)
    lost = [row for row in rows if re.search("(?i)отказ|провал|не интерес|не заключ|не реализ", row[stage])]
    assert len(lost) >= 3
    assert not any(row[note] for row in lost)
    assert answers_of(read_sample(name), "loss-reasons") == [Answer()] * len(rows)
