"""Days of a base told by their age: how many days before today, today being given."""

from datetime import date, timedelta
from typing import Final

from benchmarks.generator.chance import Chance

_DAY_SECONDS: Final = 24 * 3600


class Calendar:
    """Writes days as the systems do; an age below zero lies in the future."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._texts: dict[int, str] = {}

    def day(self, age: int) -> str:
        """Return a day as 22.11.2026."""
        text = self._texts.get(age)
        if text is None:
            text = self._texts[age] = f"{self.today - timedelta(days=age):%d.%m.%Y}"
        return text

    def year(self, age: int) -> str:
        """Return the year of a day."""
        return self.day(age)[6:]

    def moment(self, chance: Chance, age: int) -> str:
        """Return a minute of the working hours of a day as 22.11.2026 14:05:00."""
        minutes = chance.between(9 * 60, 19 * 60)
        return f"{self.day(age)} {minutes // 60:02d}:{minutes % 60:02d}:00"

    def moments(self, chance: Chance, *ages: int | None) -> list[str]:
        """Return a minute of each day; equal days get the same one, so that no card is changed before it is made.

        There is no text for None and for an age below zero.
        """
        texts = {age: self.moment(chance, age) for age in dict.fromkeys(ages) if age is not None and age >= 0}
        return ["" if age is None else texts.get(age, "") for age in ages]

    def second(self, age: int, second: int) -> str:
        """Return a second of a day, told by its number, as 22.11.2026 14:05:09."""
        return f"{self.day(age)} {_clock(second)}"

    def iso_second(self, age: int, second: int) -> str:
        """Return a second of a day as 2026-11-22 14:05:09."""
        day = self.day(age)
        return f"{day[6:]}-{day[3:5]}-{day[:2]} {_clock(second)}"

    def epoch_second(self, age: int, second: int) -> int:
        """Return a second of a day in seconds since 1970."""
        return (self.today.toordinal() - date(1970, 1, 1).toordinal() - age) * _DAY_SECONDS + second

    def age_of(self, text: str) -> int:
        """Return how many days ago the day was that a text like 22.11.2026 begins with."""
        return (self.today - date(int(text[6:10]), int(text[3:5]), int(text[:2]))).days


def _clock(second: int) -> str:
    second %= _DAY_SECONDS
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
