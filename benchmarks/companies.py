"""Names of companies: what one different name costs in each function.

Run: ``python -m benchmarks.companies [names]`` (300,000 unless told). 85 % of the names are written plainly, the others
have branches, remarks, second names, telephones, slips and Latin letters.
"""

import random
import sys
import time
from collections.abc import Callable

import pandas as pd

from benchmarks.generator.vocabulary import company_words
from crmclean.fields.company import company_key, normalize_companies, parse_companies

SEED = 20260101
_FORMS = ("ООО", "ООО", "ООО", "ООО", "ООО", "АО", "ПАО", "ЗАО", "ТОО")
_PLAIN = ("{form} «{name}»", '{form} "{name}"', "{form} {name}", "{name} {form}", "{name}, {form}", "{name}")
_ODD = (
    '{form} "{name}" филиал {other}', "{form} {name} ({other})", '{form} "{name}" (бывш. {form} "{other}")',
    "{form} {name} тел. +7 900 000-{number:04}", "{form} {name} не звонить", '{form}"{name}',
    "{form} {name} № {number}", 'Общество с ограниченной ответственностью "{name}"', "{name} & {other} Ltd",
    '"Торговый дом "{name}" {form}', "{form} {name}-{other}", "{form}  “{name}”", "ИП {name}",
    "{form} {name} г. Самара", "ГБУ {name} № {number}", "{form} {name} / {form} {other}",
)  # fmt: skip
_GIVEN = ("Иван", "Анна", "Пётр", "Мария", "Олег", "Дарья", "Тимур")


def make_names(count: int, chance: random.Random) -> list[str]:
    """Return different names, 85 of 100 in one of the plain spellings."""
    words = company_words()
    names: dict[str, None] = {}
    while len(names) < count:
        root, ending = chance.choice(words.roots), chance.choice(words.endings)
        name = root + chance.choice(words.roots).lower() + ending
        if chance.random() < 0.5:
            name = f"{name} {chance.choice(words.names)}"
        surname = chance.choice(words.names).lower().capitalize() + chance.choice(("ов", "ин", "енко", "ский"))
        other, number = chance.choice(words.names), chance.randrange(10_000)
        values = {"form": chance.choice(_FORMS), "name": name, "other": other, "number": number}
        if chance.random() < 0.15:
            names[chance.choice(_ODD).format(**values)] = None
        elif chance.random() < 0.2:
            initials = f"{chance.choice('АВДИКМНПСТ')}.{chance.choice('АВДИКМНПСТ')}."
            names[f"ИП {surname} {chance.choice((initials, *_GIVEN))}"] = None
        else:
            names[chance.choice(_PLAIN).format(**values)] = None
    return list(names)


def main(count: int = 300_000) -> None:
    """Print microseconds a name for each function."""
    cells = pd.Series(make_names(count, random.Random(SEED)), dtype="str")
    functions: tuple[Callable[[pd.Series], object], ...] = (normalize_companies, parse_companies, company_key)
    for function in functions:
        start = time.process_time()
        function(cells)
        print(f"{function.__name__}: {(time.process_time() - start) / count * 1e6:.1f} microseconds a name")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
