"""What mailing services and mail servers say became of letters: which addresses take no mail, and who wants none.

Source of the codes: RFC 5321 (reply codes), RFC 3463 and its IANA registry (enhanced status codes), RFC 7504 and 7505,
and the services' documentation; all of them stand in ``data/delivery_codes.toml``. A letter that was refused for
its content, its sender or a full mailbox is no fault of the address: that is soft.
"""

import datetime
import re
import tomllib
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.email import email_keys, split_emails
from crmclean.fields.text import on_distinct, one_array
from crmclean.hygiene.bounce_events import BounceEvents
from crmclean.hygiene.evidence_columns import (
    UNREAD_REASONS,
    Evidence,
    Lines,
    distinct_sample,
    encode_combinations,
    find_blank,
    find_date_column,
    find_lines,
    free_columns,
    join_cells,
    make_unread,
    no_column,
    parse_moments,
    says_mostly,
    spread_texts,
)
from crmclean.hygiene.evidence_words import Said, Vocabulary

__all__ = ["KINDS", "UNREAD_REASONS", "Evidence", "kind_of_delivery", "read_bounces", "summarise_bounces"]

KINDS: Final = ("complaint", "unsubscribed", "hard", "soft", "delivered", "unknown")
"""What can become of a letter; of two equally exact words the earlier kind counts."""

# A class of 4 or 5, a subject of the registry (0 to 7) and a detail, and neither an IP address nor a date around it.
_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.]|\.\d)")
_REPLY: Final = re.compile(r"(?:^|[\s|:;(\[#>])([245][0-5]\d)(?=[\s|:;)\],\-]|$)")
# Names, places and numbers of a single letter: without them the texts of a million bounces are few.
_OF_ONE_LETTER: Final = (
    r"<?[^\s<>]*@[^\s<>]*>?|https?://\S+|\[[0-9a-fA-F.:]+\]|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+"
    r"|[A-Za-z0-9_.=-]*[0-9]{4,}[A-Za-z0-9_.=-]*"
)
_LONGEST: Final = 500


def read_bounces(table: Table) -> Evidence:
    """Return what a list of bounces or a delivery report says of every address.

    A list that holds nothing but addresses (and names, dates …) is taken at its word: all of it is hard. Where a
    column might be the verdict but says nothing that is known, its lines are ``unknown``.

    Returns:
        ``frame`` has ``row``, ``address`` (as ``email_keys`` makes it), ``kind`` (one of ``KINDS``), ``code`` (as it
        stands; of several columns joined by ``; ``) and ``date`` (``NaT`` unknown).

    Raises:
        UsageError: no column of addresses was found.
    """
    lines = _find_columns(table)
    if not lines.of("address"):
        raise no_column(
            table,
            _("No column of e-mail addresses was found in {path}. Headings: {headings}."),
            _("Give the column the heading 'E-mail', and 'Status' to what became of the letter."),
        )
    kinds, codes = _read_results(lines)
    dates = _read_dates(lines)
    cells = lines.cells("address")
    parts = split_emails(cells)
    keys = email_keys(parts["address"]).to_numpy(dtype=object)
    good = keys != ""
    position = parts["position"].to_numpy(dtype=np.int64)[good]
    frame = pd.DataFrame(
        {
            "row": lines.rows[position],
            "address": pd.Series(keys[good].tolist(), dtype="str"),
            "kind": kinds.array.take(position),
            "code": codes.array.take(position),
            "date": dates.array.take(position),
        }
    ).drop_duplicates(["row", "address"], ignore_index=True)
    unread = np.flatnonzero(np.bincount(position, minlength=len(cells)) == 0)
    reasons = np.full(len(cells), "", dtype=object)
    nothing = cells.iloc[unread].eq("").to_numpy()
    reasons[unread] = np.where(nothing, "no-address", "address-impossible")
    reasons[unread[find_blank(lines.frame.iloc[unread])]] = "empty"
    return Evidence(frame, make_unread(lines.rows, reasons), lines.used())


def _find_columns(table: Table) -> Lines:
    """Return the lines with every column that matters: by its heading, else by its cells."""
    lines = find_lines(table, "bounces", lambda heading: "@" in heading)
    roles = dict(lines.roles)
    roles["address"] = tuple(name for name in roles.get("address", ()) if says_mostly(lines.frame[name], _is_mail))
    if not roles["address"]:
        others = free_columns(replace(lines, roles={key: roles[key] for key in roles if key != "address"}))
        roles["address"] = tuple(name for name in others if says_mostly(lines.frame[name], _is_mail))[:1]
        named = tuple(lines.of("address"))
        roles["address"] = roles["address"] or named
    lines = replace(lines, roles=roles)
    if not lines.of("date"):
        lines = replace(lines, roles=roles | {"date": find_date_column(lines)})
    if not lines.of("result"):
        found = tuple(name for name in free_columns(lines) if says_mostly(lines.frame[name], _is_verdict))
        lines = replace(lines, roles=dict(lines.roles) | {"result": found})
    return lines


def _is_mail(text: str) -> bool:
    return "@" in text


def _is_verdict(text: str) -> bool:
    """Tell whether a text without a heading is a verdict: words, or an enhanced code; a bare number may be anything."""
    if not any(sign.isalpha() for sign in text):
        return _ENHANCED.fullmatch(text.strip()) is not None
    return (_vocabulary().find_word(text) or _vocabulary().find_phrase(text)) is not None or bool(
        _ENHANCED.search(text)
    )


def _read_dates(lines: Lines) -> pd.Series:
    """Return the date of every line; where a list has none, the date of what a filled cell alone says."""
    dates = parse_moments(lines.cells("date"))
    for role in ("cleaned_at", "unsubscribed_at"):
        if lines.of(role):
            dates = dates.where(dates.notna(), parse_moments(lines.cells(role)))
    return dates


def _read_results(lines: Lines) -> tuple[pd.Series, pd.Series]:
    """Return the kind and the code of every line."""
    columns = [lines.frame[name].str.strip() for name in lines.of("result")]
    codes = join_cells(columns) if columns else pd.Series("", index=lines.frame.index, dtype="str")
    if columns:
        shortened = [on_distinct(column, _drop_what_is_of_one_letter) for column in columns]
        places, rows = encode_combinations(shortened)
        kinds = spread_texts([kind_of_delivery(*row) for row in rows], places)
    else:
        # A list that says nothing of kinds is called a bounce list; unless it says it in words nobody knows.
        silent = not any(_may_be_verdicts(lines.frame[name]) for name in free_columns(lines))
        kind = "hard" if silent and not lines.of("unsubscribed_at") else "unknown"
        kinds = pd.Series(kind, index=lines.frame.index, dtype="str")
    for role, kind in (("unsubscribed_at", "unsubscribed"), ("cleaned_at", "hard")):
        if lines.of(role):
            kinds = kinds.mask(lines.cells(role).ne(""), kind)
    return kinds, codes


def _drop_what_is_of_one_letter(texts: pd.Series) -> pd.Series:
    short = pc.utf8_slice_codeunits(one_array(texts), 0, _LONGEST)
    return pd.Series(pc.utf8_trim_whitespace(pc.replace_substring_regex(short, _OF_ONE_LETTER, " ")), dtype="str")


def _may_be_verdicts(cells: pd.Series) -> bool:
    """Tell whether few different words repeat in a column, as a status does and a name or an ID does not."""
    filled = cells[cells.str.strip().ne("")]
    texts = distinct_sample(filled) if len(filled) else []
    worded = [text for text in texts if any(sign.isalpha() for sign in text) and len(text) <= 60]
    return 2 <= len(worded) <= 12 and len(worded) * 3 <= len(filled)


@cache
def _data() -> dict[str, dict[str, str]]:
    """Return the tables of codes: ``reply`` and ``enhanced``, code to kind."""
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/delivery_codes.toml").read_text("utf-8"))
    reply = {code: kind for kind, codes in source["reply"].items() for code in codes}
    return {"reply": reply, "enhanced": source["enhanced"]}


@cache
def _vocabulary() -> Vocabulary:
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/delivery_codes.toml").read_text("utf-8"))
    return Vocabulary(source["word"], source["phrase"], "kind")


@lru_cache(maxsize=1 << 16)
def kind_of_delivery(*cells: str) -> str:
    """Return what became of a letter, by all cells of a line that speak of it; one of ``KINDS``.

    >>> kind_of_delivery("bounce", "550 5.1.1 User unknown"), kind_of_delivery("hard_bounced", "err_mailbox_full")
    ('hard', 'soft')
    >>> kind_of_delivery("550 5.7.1 Message rejected as spam"), kind_of_delivery("отправлено")
    ('soft', 'unknown')
    """
    filled = [cell for cell in cells if cell]
    known = [_vocabulary().find_word(cell) for cell in filled]
    said = [word for word in known if word is not None]
    said += _read_diagnostic(" | ".join(cell for cell, word in zip(filled, known, strict=True) if word is None))
    said = [word for word in said if word.meaning in KINDS[:-1]]
    return min(said, key=lambda word: (-word.weight, KINDS.index(word.meaning)), default=Said("unknown", 0)).meaning


def _read_diagnostic(text: str) -> list[Said]:
    """Return what the codes and phrases of a diagnostic text say: all of its words at once."""
    if not text:
        return []
    enhanced = _ENHANCED.findall(text)
    replies = _REPLY.findall(text)
    phrase = _vocabulary().find_phrase(text)
    if phrase is not None and phrase.meaning in ("complaint", "unsubscribed"):
        return [phrase]
    if any(code[0] == "4" for code in enhanced) or (not enhanced and any(code[0] == "4" for code in replies)):
        return [Said("soft", 3)]
    if phrase is not None:
        return [phrase]
    said = [Said(_kind_of_enhanced(*code), 3) for code in enhanced]
    return said + [Said(_data()["reply"].get(code, "unknown"), 1) for code in replies]


def _kind_of_enhanced(status: str, subject: str, detail: str) -> str:
    if status == "2":
        return "delivered"
    table = _data()["enhanced"]
    return table.get(f"5.{subject}.{int(detail)}", table.get(f"5.{subject}", "unknown"))


def summarise_bounces(
    evidence: Evidence, as_of: datetime.date, soft_limit: int = 5, soft_days: int = 14
) -> pd.DataFrame:
    """Return what is known of every address on a day.

    Lines of later days are left out. Soft bounces are counted by days (a server tries one letter again and again) and
    since the last delivery. Where dates leave open which of a bounce and a delivery was first, the delivery counts.

    Args:
        soft_limit: so many soft bounces without a delivery behind them count as hard …
        soft_days: … if the last came so many days after the first.

    Returns:
        Sorted by ``address``: ``hard`` (takes no mail), ``soft`` (their number), ``last`` (the last line),
        ``opted_out`` (complained or unsubscribed, ever), and ``kind``, ``code`` and ``date`` of the line that decides.
    """
    frame = evidence.frame
    frame = frame[frame["date"].isna() | (frame["date"] < _end_of(as_of))]
    names, owners = np.unique(frame["address"].to_numpy(dtype=object).astype(str), return_inverse=True)
    events = BounceEvents(
        owners, len(names), frame["kind"].to_numpy(dtype=object), frame["date"].to_numpy("datetime64[us]")
    )
    soft, span = events.count_soft_days()
    hard_line = events.mark_hard()
    has_hard = events.any_of(hard_line)
    by_softs = (soft >= soft_limit) & (span >= np.timedelta64(soft_days, "D")) & ~has_hard
    opted_out = events.any_of(events.is_kind("complaint") | events.is_kind("unsubscribed"))
    grade = np.select(
        [
            hard_line,
            events.is_soft_now() & by_softs[owners],
            events.is_kind("complaint") | events.is_kind("unsubscribed"),
            events.is_soft_now(),
        ],
        [4, 3, 2, 1],
        0,
    )
    # Between lines of one moment the text decides, by its hash: to sort a million diagnostics takes seconds.
    tie = pd.util.hash_array((frame["kind"] + frame["code"]).to_numpy(dtype=object), categorize=False)
    deciding = events.last_by_grade(grade, tie)
    dates = frame["date"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "address": pd.Series(names, dtype="str"),
            "hard": has_hard | by_softs,
            "soft": soft,
            "last": events.last_date(),
            "opted_out": opted_out,
            "kind": frame["kind"].array.take(deciding),
            "code": frame["code"].array.take(deciding),
            "date": dates.array.take(deciding),
        }
    )


def _end_of(day: datetime.date) -> pd.Timestamp:
    return pd.Timestamp(day.year, day.month, day.day) + pd.Timedelta(days=1)
