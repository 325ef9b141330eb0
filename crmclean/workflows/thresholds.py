"""The limits that the owner of a base set for a run: which of them were crossed."""

from collections.abc import Iterator, Mapping

from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings
from crmclean.reporting.numbers import format_count, format_share


def crossed_thresholds(
    settings: NotifySettings, figures: Mapping[str, float], earlier: Mapping[str, float] | None
) -> tuple[str, ...]:
    """Return what crossed a threshold, in sentences without data of clients.

    A figure that the run did not measure crosses its threshold: silence would look like health.

    Args:
        figures: of this run, by name.
        earlier: those of the run before it, ``None`` where this is the first.
    """
    return tuple(_crossed(settings, figures, earlier))


def _crossed(
    settings: NotifySettings, figures: Mapping[str, float], earlier: Mapping[str, float] | None
) -> Iterator[str]:
    rows = figures.get("rows_in", 0.0)
    quality, least = figures.get("quality"), settings.quality_under
    if least and quality is None:
        yield _("The quality was not measured: the run has no step “audit”.")
    elif least and quality is not None and not quality >= least:
        text = _("The quality is {quality} of 100, below {least}.")
        yield text.format(quality=format_count(quality), least=format_count(least))
    yield from _share_over(figures, "dead", settings.dead_over, _("{share} of the records are dead, more than {most}."))
    yield from _share_over(
        figures, "merged", settings.merged_over, _("{share} of the records were merged away, more than {most}.")
    )
    doubtful = figures.get("doubtful", 0.0)
    if settings.doubtful_over and doubtful > settings.doubtful_over:
        text = _("{number} doubtful pairs wait for a person, more than {most}.")
        yield text.format(number=format_count(doubtful), most=format_count(settings.doubtful_over))
    before = 0.0 if earlier is None else earlier.get("rows_in", 0.0)
    if settings.rows_change and before and abs(rows - before) > settings.rows_change * before:
        text = _("The export has {rows} records, the one before had {before}.")
        yield text.format(rows=format_count(rows), before=format_count(before))


def _share_over(figures: Mapping[str, float], name: str, most: float, text: str) -> Iterator[str]:
    rows = figures.get("rows_in", 0.0)
    if most < 1 and rows and figures.get(name, 0.0) > most * rows:
        yield text.format(share=format_share(figures[name], rows), most=format_share(most))
