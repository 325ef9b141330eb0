"""The leads of an estate agency, row by row: as their truth has it, and as the cells say to an agent."""

from tests.segmenting.sample_stories import Answer, answers_of, days, read_rows, read_sample

NAME = "real_estate_leads.csv"
CLOSED = {"Закрыто и не реализовано", "Успешно реализовано", "Дубль", "Спам"}
ROWS = read_rows(NAME, ",")
TRUTH = read_rows(f"{NAME}.truth.csv", ",")

WHAT_FOLLOWS = {
    # The 22nd is a Sunday: today is Monday the 23rd, a week later Sunday the 29th, so Monday the 30th.
    "Продавец": ("Отчитаться о показах и обсудить цену", "2026-11-30"),
    "После показа": ("Позвонить: что понравилось, что нет; предложить ещё три объекта", "2026-11-23"),
    "Ипотека": ("Проверить одобрение банка и срок, до которого оно действует", "2026-11-24"),
    "Инвестор": ("Отправить расчёт доходности и старты продаж", "2026-11-25"),
    "Дорогой объект": ("Личная встреча, закрытая подборка", "2026-11-23"),
    "Аренда": ("Прислать подборку сегодня: аренду решают за день", "2026-11-23"),
    "Подбор": ("Прислать новые объекты по запросу", "2026-11-23"),
    "": ("", ""),
}


def expect_segment(row: dict[str, str]) -> str:
    """Tell to whom a lead belongs, by its cells."""
    stage, tags, silent = row["Этап сделки"], set(row["Теги"].split(",")), days(row["Дата редактирования"])
    if stage in CLOSED:
        return ""
    if row["Тип клиента"] in ("Собственник", "Продавец") or "собственник" in tags:
        return "Продавец"
    was_shown = stage in ("Показ состоялся", "Показ проведён", "После показа", "Осмотр квартиры")
    if (was_shown or tags & {"показ", "после показа"}) and silent >= 3:
        return "После показа"
    if was_shown:
        return ""  # decides these days
    amount = int(row["Бюджет"] or 0)
    wants = (
        ("Ипотека", "ипотека" in tags or row["Форма оплаты"].endswith("потека") or row["Ипотека"] == "да"),
        ("Инвестор", "инвестор" in tags or row["Цель покупки"] == "Инвестиции"),
        ("Дорогой объект", amount >= 20_000_000 or bool(tags & {"премиум", "элит"})),
        ("Аренда", "аренда" in tags or row["Тип сделки"] == "Аренда"),
        ("Подбор", silent > 7),
    )
    return next((name for name, fits in wants if fits), "")


def test_the_cells_and_the_truth_say_the_same() -> None:
    assert [line["id"] for line in TRUTH] == [row["ID"] for row in ROWS]
    assert [expect_segment(row) for row in ROWS] == [line["segment"] for line in TRUTH]
    assert {line["segment"] for line in TRUTH} == set(WHAT_FOLLOWS)


def test_real_estate_row_by_row() -> None:
    expected = []
    for row, line in zip(ROWS, TRUTH, strict=True):
        action, due = WHAT_FOLLOWS[line["segment"]]
        expected.append(Answer(line["segment"], action, due, row["Ответственный"] if action else ""))
    assert answers_of(read_sample(NAME), "real-estate") == expected
