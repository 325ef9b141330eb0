"""What of the comparison levels is evidence of what kind: contacts, names, places."""

import numpy as np

from crmclean.matching.arrays import Bools
from crmclean.matching.levels import Compared
from crmclean.matching.model import SAME


def is_reachable(compared: Compared) -> Bools:
    """Return which pairs share a phone or a mailbox, be it one that many use."""
    return np.asarray(compared.at("phone", SAME, "shared") | compared.at("email", SAME, "shared"))


def is_same_place(compared: Compared) -> Bools:
    """Return which pairs have one address."""
    return compared.at("address", SAME, "close")


def is_name_alone(compared: Compared) -> Bools:
    """Return which pairs have nothing in common but names, a city and the like: two namesakes have that too."""
    personal = compared.at("birthday", SAME, "close") | compared.at("snils", SAME, "close")
    return np.asarray(
        ~is_reachable(compared) & ~personal & ~is_same_place(compared) & ~compared.at("company", SAME, "office")
    )
