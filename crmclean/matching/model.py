"""What is compared, in which levels, and what each level says before the file itself is asked.

The vocabulary is that of Fellegi and Sunter (1969): ``m`` is the probability of a level among pairs that are one
client, ``u`` among pairs that are not; the match weight of a level is ``log2(m / u)``. The priors below are
shipped judgements about client bases; ``scoring`` corrects them on a file that is big enough.
"""

from dataclasses import dataclass
from typing import Final

from crmclean.core.i18n import N_


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        code: stable name for reports and scripts.
        title: message id, to stand behind the title of the comparison; ``""`` where nothing need be added.
        m, u: prior probabilities; the levels of a comparison sum to 1.
        typical_share: how many of all records have one and the same value, typically; not 0 where a rare value
            weighs more than a frequent one at this level.
        told_already: the agreement follows from that of another field, and weighs nothing.
    """

    code: str
    title: str
    m: float
    u: float
    typical_share: float = 0.0
    told_already: bool = False


@dataclass(frozen=True)
class Comparison:
    """One field that two records are compared by. Level 0 of the arrays means: one of the two has no value."""

    name: str
    title: str
    levels: tuple[Level, ...]

    def number(self, code: str) -> int:
        """Return the number of a level in the arrays, counted from 1."""
        return [level.code for level in self.levels].index(code) + 1


SAME: Final = "same"
DIFFERENT: Final = "different"

PERSON: Final = (
    Comparison(
        "last_name",
        N_("last name"),
        (
            Level(SAME, "", 0.86, 0.002, typical_share=0.0005),
            Level("gender", N_("other gender ending"), 0.01, 0.002),
            Level("close", N_("a typo apart"), 0.07, 0.002),
            Level("initial", N_("initial"), 0.01, 0.03),
            Level("similar", N_("similar"), 0.02, 0.006),
            Level(DIFFERENT, N_("different"), 0.03, 0.958),
        ),
    ),
    Comparison(
        "first_name",
        N_("first name"),
        (
            Level(SAME, "", 0.79, 0.025, typical_share=0.005),
            Level("diminutive", N_("diminutive"), 0.10, 0.008),
            Level("initial", N_("initial"), 0.05, 0.06),
            Level("close", N_("a typo apart"), 0.04, 0.004),
            Level("crossed", N_("in the other column"), 0.005, 0.0005),
            Level("similar", N_("similar"), 0.005, 0.008),
            Level(DIFFERENT, N_("different"), 0.01, 0.8945),
        ),
    ),
    Comparison(
        "middle_name",
        N_("middle name"),
        (
            Level(SAME, "", 0.90, 0.03, typical_share=0.005),
            Level("initial", N_("initial"), 0.05, 0.06),
            Level("close", N_("a typo apart"), 0.03, 0.005),
            Level(DIFFERENT, N_("different"), 0.02, 0.905),
        ),
    ),
    Comparison(
        "phone",
        N_("phone"),
        (
            Level(SAME, "", 0.72, 0.00005, typical_share=0.00005),
            Level("shared", N_("used by several people"), 0.03, 0.00005, typical_share=0.00005),
            Level(DIFFERENT, N_("different"), 0.25, 0.9999),
        ),
    ),
    Comparison(
        "email",
        N_("e-mail"),
        (
            Level(SAME, "", 0.70, 0.00005, typical_share=0.00005),
            Level("shared", N_("used by several people"), 0.03, 0.0002, typical_share=0.00005),
            Level("close", N_("a typo apart"), 0.02, 0.00002),
            Level("similar", N_("similar"), 0.01, 0.0002),
            Level(DIFFERENT, N_("different"), 0.24, 0.99953),
        ),
    ),
    Comparison(
        "birthday",
        N_("birthday"),
        (
            Level(SAME, "", 0.92, 0.0001, typical_share=0.00005),
            Level("close", N_("a digit or a month apart"), 0.04, 0.003),
            Level("year", N_("within a year"), 0.01, 0.02),
            Level("decade", N_("within ten years"), 0.01, 0.15),
            Level(DIFFERENT, N_("different"), 0.02, 0.8269),
        ),
    ),
    Comparison(
        "snils",
        N_("SNILS"),
        (
            Level(SAME, "", 0.93, 0.00005, typical_share=0.00005),
            Level("close", N_("a digit apart"), 0.04, 0.00005),
            Level(DIFFERENT, N_("different"), 0.03, 0.9999),
        ),
    ),
    Comparison(
        "company",
        N_("company"),
        (
            Level(SAME, "", 0.75, 0.003, typical_share=0.0005),
            Level("office", N_("whose phone it is"), 0.0005, 0.0005, told_already=True),
            Level("name", N_("same name"), 0.10, 0.002),
            Level("close", N_("similar"), 0.03, 0.002),
            Level(DIFFERENT, N_("different"), 0.1195, 0.9925),
        ),
    ),
    Comparison(
        "address",
        N_("address"),
        (
            Level(SAME, "", 0.62, 0.0002, typical_share=0.0001),
            Level("close", N_("similar"), 0.23, 0.0008),
            Level(DIFFERENT, N_("different"), 0.15, 0.999),
        ),
    ),
    Comparison(
        "postal_code",
        N_("postal code"),
        (
            Level(SAME, "", 0.80, 0.002, typical_share=0.001),
            Level("close", N_("a digit apart"), 0.06, 0.006),
            Level(DIFFERENT, N_("different"), 0.14, 0.992),
        ),
    ),
    Comparison(
        "city",
        N_("city"),
        (
            Level(SAME, "", 0.86, 0.10, typical_share=0.02),
            Level("company", N_("that of the company"), 0.0005, 0.0005, told_already=True),
            Level("close", N_("a typo apart"), 0.05, 0.002),
            Level(DIFFERENT, N_("different"), 0.0895, 0.8975),
        ),
    ),
    Comparison(
        "region",
        N_("region"),
        (Level(SAME, "", 0.93, 0.15, typical_share=0.05), Level(DIFFERENT, N_("different"), 0.07, 0.85)),
    ),
    Comparison(
        "job_title",
        N_("job title"),
        (Level(SAME, "", 0.70, 0.08, typical_share=0.02), Level(DIFFERENT, N_("different"), 0.30, 0.92)),
    ),
)
"""How two people are compared; a field that nobody in the base has is left out."""

COMPANY: Final = (
    Comparison(
        "company",
        N_("company"),
        (
            Level(SAME, "", 0.75, 0.001, typical_share=0.0005),
            Level("close", N_("similar"), 0.15, 0.001),
            Level("part", N_("one within the other"), 0.03, 0.001),
            Level(DIFFERENT, N_("different"), 0.07, 0.997),
        ),
    ),
    Comparison(
        "inn",
        N_("INN"),
        (Level(SAME, "", 0.985, 0.00001), Level(DIFFERENT, N_("different"), 0.015, 0.99999)),
    ),
    Comparison(
        "phone",
        N_("phone"),
        (
            Level(SAME, "", 0.70, 0.0002, typical_share=0.00005),
            Level("shared", N_("used by several companies"), 0.05, 0.0005, typical_share=0.00005),
            Level(DIFFERENT, N_("different"), 0.25, 0.9993),
        ),
    ),
    Comparison(
        "email",
        N_("e-mail"),
        (
            Level(SAME, "", 0.50, 0.0002, typical_share=0.00005),
            Level("domain", N_("same domain"), 0.30, 0.0005, typical_share=0.00005),
            Level(DIFFERENT, N_("different"), 0.20, 0.9993),
        ),
    ),
    Comparison(
        "address",
        N_("address"),
        (
            Level(SAME, "", 0.60, 0.0002, typical_share=0.0001),
            Level("close", N_("similar"), 0.25, 0.001),
            Level(DIFFERENT, N_("different"), 0.15, 0.9988),
        ),
    ),
    Comparison(
        "postal_code",
        N_("postal code"),
        (Level(SAME, "", 0.80, 0.004, typical_share=0.001), Level(DIFFERENT, N_("different"), 0.20, 0.996)),
    ),
    Comparison(
        "city",
        N_("city"),
        (Level(SAME, "", 0.93, 0.15, typical_share=0.02), Level(DIFFERENT, N_("different"), 0.07, 0.85)),
    ),
)
"""How two companies are compared; a field that nobody in the base has is left out."""
