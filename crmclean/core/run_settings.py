"""The settings of `run`: what the night reads, does and writes, and who is told of it."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Ge

from crmclean.core.i18n import N_
from crmclean.core.settings import Share, setting

StepName = Literal[
    "import", "normalize", "dedup", "dead", "deals", "cadence", "funnel", "audit", "segment", "archive"
]  # fmt: skip

USUAL_STEPS: Final[tuple[StepName, ...]] = ("normalize", "dedup", "dead", "audit")


@dataclass(frozen=True)
class RunSettings:
    """What a run reads, does and writes. Paths are taken from the folder of the config file."""

    input: tuple[str, ...] = setting(
        (), N_("Files to read: names, patterns (exports/*.csv) or folders; for import one of each system.")
    )
    newest: bool = setting(False, N_("Of the files of each pattern or folder, only the one that was changed last."))
    steps: tuple[StepName, ...] = setting(USUAL_STEPS, N_("What is done, in this order."))
    output: str = setting("clean", N_("Folder of the results; every run that changes them makes a folder in it."))
    name: str = setting(
        "{name}-{date}", N_("How the files are called: {name} is clients, report, review …, {date} the day.")
    )
    format: str = setting("", N_("Format of the clean base: csv, xlsx, jsonl, parquet, html; by default as it came."))
    excel_safe: bool = setting(
        False, N_("For CSV that is opened in Excel: an apostrophe before cells that would be taken for formulas.")
    )
    decisions: tuple[str, ...] = setting((), N_("Review workbooks that people have filled in: review/*.xlsx."))
    calls: str = setting(
        "", N_("Results of calls from your telephony, for dead and funnel: the newest file of this pattern.")
    )
    bounces: str = setting("", N_("Returned mails, for dead: the newest file of this pattern."))
    restore: bool = setting(True, N_("Clients of the archive who show new activity come back into the base."))
    as_of: str = setting(
        "", N_("Today's date, so that a run repeats: 2026-11-22 or 22.11.2026; by default that of the computer.")
    )
    lang: Literal["", "ru", "en"] = setting(
        "", N_("Language of the results, whoever starts the run; by default that of the call.")
    )
    log: str = setting("", N_("File that gets one line for every run."))
    log_format: Literal["text", "json"] = setting("text", N_("The line of the log: for people, or a JSON object."))
    state: str = setting("", N_("Folder of the history; by default CRMCLEAN_STATE, else .crmclean in the output."))


@dataclass(frozen=True)
class NotifySettings:
    """Who is told, and when. A notice holds figures and names of files, never data of clients."""

    on: tuple[Literal["failure", "threshold", "success"], ...] = setting(
        ("failure", "threshold"), N_("When: the run failed, one of the thresholds below was crossed, or all went well.")
    )
    quality_under: Annotated[float, Ge(0.0)] = setting(0.0, N_("Threshold: the quality score of audit is lower."))
    dead_over: Share = setting(1.0, N_("Threshold: a larger share of the records is dead."))
    merged_over: Share = setting(1.0, N_("Threshold: a larger share of the records was merged away."))
    doubtful_over: Annotated[int, Ge(0)] = setting(0, N_("Threshold: more doubtful pairs than this; 0 is none."))
    rows_change: Share = setting(
        0.0, N_("Threshold: the number of records differs from that of the last run by a larger share; 0 is none.")
    )
    command: tuple[str, ...] = setting(
        (), N_("Program to call, with its arguments; it gets the notice on its standard input.")
    )
    email_to: tuple[str, ...] = setting((), N_("Addresses that get the notice by e-mail."))
    email_from: str = setting("", N_("Address that the e-mail comes from; by default the first that gets it."))
    smtp: str = setting("localhost:25", N_("Mail server: HOST:PORT."))
    security: Literal["none", "starttls", "tls"] = setting("none", N_("How the mail server is spoken to."))
    user: str = setting("", N_("Name at the mail server."))
    password_variable: str = setting(
        "CRMCLEAN_SMTP_PASSWORD", N_("Environment variable that holds the password; it never stands in this file.")
    )
