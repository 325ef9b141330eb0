import dataclasses

import pytest

from crmclean.core.steps import STEPS, default_of, setting_field


@pytest.mark.parametrize("model", STEPS.values(), ids=STEPS)
def test_every_setting_is_frozen_described_and_has_a_default(model: type) -> None:
    for item in dataclasses.fields(model):
        assert item.metadata["help"].endswith(".")
        assert item.default is not dataclasses.MISSING
    with pytest.raises(dataclasses.FrozenInstanceError):
        model().anything = 1


def test_an_unknown_setting_is_a_key_error() -> None:
    assert default_of(STEPS["dedup"], "keep") == "fullest"
    with pytest.raises(KeyError):
        setting_field(STEPS["dedup"], "kept")
