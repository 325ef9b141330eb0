import numpy as np
import pytest

from crmclean.matching.evidence import is_name_alone, is_reachable, is_same_place
from crmclean.matching.levels import Compared
from crmclean.matching.model import PERSON


def pair(**levels: str) -> Compared:
    """Return one pair of people at these levels; of what is not given one of them has no value."""
    numbers = [[item.number(levels[item.name]) if item.name in levels else 0 for item in PERSON]]
    array = np.array(numbers, dtype=np.uint8)
    return Compared(PERSON, np.array([0]), np.array([1]), array, np.full(array.shape, np.nan, dtype=np.float32))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param({"phone": "same"}, True, id="one phone"),
        pytest.param({"phone": "shared"}, True, id="a phone that many use"),
        pytest.param({"email": "same"}, True, id="one mailbox"),
        pytest.param({"email": "shared", "phone": "different"}, True, id="info@"),
        pytest.param({"email": "close"}, False, id="another mailbox, a letter apart"),
        pytest.param({"phone": "different", "email": "different"}, False, id="nothing in common"),
        pytest.param({"last_name": "same"}, False, id="a name"),
    ],
)
def test_is_reachable(levels: dict[str, str], expected: bool) -> None:
    assert is_reachable(pair(**levels)).tolist() == [expected]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param({"address": "same"}, True, id="one address"),
        pytest.param({"address": "close"}, True, id="flat missing"),
        pytest.param({"address": "different"}, False, id="two addresses"),
        pytest.param({"city": "same", "postal_code": "same"}, False, id="one town"),
    ],
)
def test_is_same_place(levels: dict[str, str], expected: bool) -> None:
    assert is_same_place(pair(**levels)).tolist() == [expected]


NAMESAKES = {"last_name": "same", "first_name": "same", "middle_name": "same", "city": "same", "phone": "different"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, True, id="name and city"),
        pytest.param({"email": "different", "birthday": "different"}, True, id="everything else differs"),
        pytest.param({"region": "same", "job_title": "same", "postal_code": "same"}, True, id="region, job and code"),
        pytest.param({"birthday": "year"}, True, id="born in one year"),
        pytest.param({"company": "name"}, True, id="firms of one name"),
        pytest.param({"phone": "same"}, False, id="phone"),
        pytest.param({"email": "shared"}, False, id="mailbox of many"),
        pytest.param({"birthday": "same"}, False, id="birthday"),
        pytest.param({"birthday": "close"}, False, id="birthday a digit apart"),
        pytest.param({"snils": "same"}, False, id="SNILS"),
        pytest.param({"address": "close"}, False, id="address"),
        pytest.param({"company": "same"}, False, id="one employer"),
    ],
)
def test_is_name_alone(more: dict[str, str], expected: bool) -> None:
    assert is_name_alone(pair(**{**NAMESAKES, **more})).tolist() == [expected]
