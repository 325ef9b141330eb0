"""The chart of a figure: heights, widths, and what a terminal without block characters shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.reporting.history_chart import HEIGHT, can_show_blocks, draw_chart


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([0, 31], ["   ██", "   ██", "   ██", "▁▁ ██"], id="least and greatest"),
        pytest.param([0, 7, 31], ["      ██", "      ██", "      ██", "▁▁ ██ ██"], id="a quarter"),
        pytest.param([5, 5], ["     ", "     ", "██ ██", "██ ██"], id="all the same"),
        pytest.param([9], ["  ", "  ", "██", "██"], id="one value"),
        # The chart spans 2 % of the greatest value: one of 20 is a twentieth of the 31 steps.
        pytest.param([1000, 1001], ["     ", "     ", "     ", "▁▁ ▃▃"], id="next to no change"),
        pytest.param([], ["", "", "", ""], id="nothing"),
    ],
)
def test_bars(values: list[float], expected: list[str]) -> None:
    assert draw_chart(values, 40, blocks=True) == expected


def test_without_block_characters() -> None:
    assert draw_chart([0, 16, 31], 40, blocks=False) == ["      ##", "   .. ##", "   ## ##", ".. ## ##"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        pytest.param(3, "▁█▁", id="the last ones"),
        pytest.param(5, "▁█▁█▁", id="no room for gaps"),
        pytest.param(10, "▁ █ ▁ █ ▁", id="narrow"),
        pytest.param(15, "▁▁ ██ ▁▁ ██ ▁▁", id="wide"),
        pytest.param(99, "▁▁ ██ ▁▁ ██ ▁▁", id="never wider bars"),
    ],
)
def test_room(width: int, expected: str) -> None:
    assert draw_chart([0, 7, 0, 7, 0], width, blocks=True, height=1) == [expected]


@pytest.mark.parametrize(
    ("encoding", "expected"), [("utf-8", True), ("cp866", False), ("cp1251", False), ("no", False)]
)
def test_encodings(encoding: str, expected: bool) -> None:
    assert can_show_blocks(encoding) is expected


@given(values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50), width=st.integers(1, 120), blocks=st.booleans())
def test_the_chart_keeps_to_its_room(values: list[float], width: int, blocks: bool) -> None:
    lines = draw_chart(values, width, blocks)
    assert len(lines) == HEIGHT
    assert {len(line) for line in lines} == {len(lines[0])}
    assert 0 < len(lines[0]) <= width
    # Every value stands on the lowest line.
    assert lines[-1].strip() == lines[-1]
