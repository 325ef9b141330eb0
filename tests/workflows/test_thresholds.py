"""What crosses a threshold that the owner of a base set."""

from collections.abc import Mapping

import pytest

from crmclean.core.run_settings import NotifySettings
from crmclean.workflows.thresholds import crossed_thresholds

FIGURES = {"rows_in": 1000.0, "dead": 120.0, "merged": 200.0, "doubtful": 41.0, "quality": 79.96}


@pytest.mark.parametrize(
    ("settings", "figures", "earlier", "expected"),
    [
        pytest.param(NotifySettings(), FIGURES, None, [], id="none is set"),
        pytest.param(
            NotifySettings(quality_under=80), FIGURES, None, ["The quality is 79.96 of 100, below 80."], id="quality"
        ),
        pytest.param(NotifySettings(quality_under=79.96), FIGURES, None, [], id="quality just met"),
        pytest.param(
            NotifySettings(quality_under=80),
            {"rows_in": 5.0},
            None,
            ["The quality was not measured: the run has no step “audit”."],
            id="quality not measured",
        ),
        pytest.param(
            NotifySettings(dead_over=0.1),
            FIGURES,
            None,
            ["12% of the records are dead, more than 10%."],
            id="share of the dead",
        ),
        pytest.param(NotifySettings(dead_over=0.12), FIGURES, None, [], id="share of the dead just met"),
        pytest.param(
            NotifySettings(merged_over=0.05),
            FIGURES,
            None,
            ["20% of the records were merged away, more than 5%."],
            id="share of the merged",
        ),
        pytest.param(
            NotifySettings(doubtful_over=40),
            FIGURES,
            None,
            ["41 doubtful pairs wait for a person, more than 40."],
            id="doubtful pairs",
        ),
        pytest.param(NotifySettings(doubtful_over=41), FIGURES, None, [], id="doubtful pairs just met"),
        pytest.param(NotifySettings(rows_change=0.2), FIGURES, None, [], id="the first run has none before it"),
        pytest.param(
            NotifySettings(rows_change=0.2),
            FIGURES,
            {"rows_in": 2000.0},
            ["The export has 1,000 records, the one before had 2,000."],
            id="half an export",
        ),
        pytest.param(
            NotifySettings(rows_change=0.2),
            FIGURES,
            {"rows_in": 700.0},
            ["The export has 1,000 records, the one before had 700."],
            id="twice an export",
        ),
        pytest.param(NotifySettings(rows_change=0.2), FIGURES, {"rows_in": 900.0}, [], id="a usual night"),
        pytest.param(
            NotifySettings(quality_under=80, doubtful_over=1),
            FIGURES,
            None,
            ["The quality is 79.96 of 100, below 80.", "41 doubtful pairs wait for a person, more than 1."],
            id="two at once",
        ),
    ],
)
def test_crossed(
    settings: NotifySettings, figures: Mapping[str, float], earlier: Mapping[str, float] | None, expected: list[str]
) -> None:
    assert list(crossed_thresholds(settings, figures, earlier)) == expected
