"""The last tables of a config file: the nightly run, who is told of it, and what stays of it."""

from collections.abc import Sequence

from crmclean.config import HistorySettings
from crmclean.core.i18n import _, language
from crmclean.core.run_settings import NotifySettings, RunSettings
from crmclean.core.steps import default_of
from crmclean.workflows.config_text import ConfigText
from crmclean.workflows.init_export import Export


def add_run(text: ConfigText, export: Export, inputs: Sequence[str], purpose: str) -> None:
    """Add the table of the nightly run.

    Args:
        inputs: names of the files as seen from the config file; empty for stdin, which a run cannot read.
        purpose: what the command does.
    """
    text.add_table("run", purpose)
    text.add_setting(RunSettings, "input", list(inputs) or ["exports/*.csv"], is_on=bool(inputs))
    text.add_setting(RunSettings, "newest", True)
    text.add_setting(RunSettings, "steps", export.steps, is_on=True)
    text.add_remark(_("Further steps: archive, as soon as [[archive.rule]] says who leaves."))
    text.add_setting(RunSettings, "output", default_of(RunSettings, "output"), is_on=True)
    text.add_setting(RunSettings, "name", default_of(RunSettings, "name"))
    if "dedup" in export.steps:
        text.add_setting(RunSettings, "decisions", ["review/*.xlsx"])
    if "dead" in export.steps:
        text.add_setting(RunSettings, "calls", "calls/*.csv")
        text.add_setting(RunSettings, "bounces", "bounces/*.csv")
    text.add_setting(RunSettings, "lang", language(), is_on=True)
    text.add_setting(RunSettings, "log", "crmclean.log")


def add_notify(text: ConfigText) -> None:
    """Add the table of notices; all of it is off."""
    text.add_table("notify", _("Who is told of the nightly run, and when. A notice holds no data of clients."))
    for name, value in (
        ("on", default_of(NotifySettings, "on")),
        ("quality_under", 60),
        ("rows_change", 0.2),
        ("command", ["python", "notify.py"]),
        ("email_to", ["ops@example.com"]),
        ("smtp", "mail.example.com:587"),
        ("security", "starttls"),
        ("user", "crmclean"),
        ("password_variable", default_of(NotifySettings, "password_variable")),
    ):
        text.add_setting(NotifySettings, name, value)


def add_history(text: ConfigText, purpose: str) -> None:
    """Add the table of the history."""
    text.add_table("history", purpose)
    text.add_setting(HistorySettings, "keep", default_of(HistorySettings, "keep"))
