"""The page: complete, escaped, offline, small, and opened by a real browser."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from lxml import html as lxml_html

from crmclean.core.step import Outcome
from crmclean.core.table import Column, Table
from crmclean.reporting.html import render_html
from crmclean.reporting.summary import RunSummary

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def parse(page: bytes) -> lxml_html.HtmlElement:
    """Return the page as a tree."""
    return lxml_html.document_fromstring(page)


def section(page: bytes, name: str) -> str:
    """Return the text of the section whose heading has the given id, white space folded."""
    (found,) = parse(page).xpath(f"//section[@aria-labelledby='{name}']")
    return " ".join(found.text_content().split())


def test_figures_of_a_merge_stand_on_the_page(dedup_summary: RunSummary) -> None:
    text = section(render_html(dedup_summary), "result")
    assert "7 Records in the file" in text or "Records in the file7" in text
    assert "Records left5 71.4%" in text
    assert "Merged into another record2 28.6%" in text
    assert "secret" not in text


def test_bar_splits_all_records_by_what_became_of_them(dedup_summary: RunSummary) -> None:
    bars = parse(render_html(dedup_summary)).xpath("//*[local-name()='svg'][@class='parts']/*")
    widths = {bar.get("class"): float(bar.get("width")) for bar in bars}
    assert widths == {"kept": 428.57, "doubt": 285.71, "merged": 285.71}


def test_merge_shows_survivor_first_and_what_differs(dedup_summary: RunSummary) -> None:
    page = parse(render_html(dedup_summary))
    (article,) = page.xpath("//section[@aria-labelledby='merges']/article")
    heads = [" ".join(cell.text_content().split()) for cell in article.xpath(".//thead//th")]
    assert heads == ["Field", "After the merge", "Row 1, ID 101 survives", "Row 2, ID 102", "Row 7, ID 107"]
    marked = {cell.text_content() for cell in article.xpath(".//td[@class='differs']")}
    assert marked == {"Петя", "П."}
    gained = [cell.text_content() for cell in article.xpath(".//td[@class='gained']")]
    assert gained == ["просил перезвонить"]
    assert "probability 99.1%" in article.text_content()
    assert "+12.0" in article.text_content()


def test_doubtful_pair_shows_both_records_and_evidence(dedup_summary: RunSummary) -> None:
    text = section(render_html(dedup_summary), "doubts")
    assert "Pair 1 · probability 81%" in text
    assert "Row 3, ID 103" in text
    assert "Row 4, ID 104" in text
    assert "E-mail: the same anna@example.com +11.9" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shared", "+79000005566"),
        ("findings", "Different people share this number"),
        ("weights", "0.00005"),
        ("columns", "Рабочий телефон"),
        ("run", "crmclean undo 12"),
        ("run", "dedup.keep"),
        ("run", "oldest"),
        ("run", "data/contacts.review.xlsx"),
        ("notes", "Two columns were called Phone."),
    ],
)
def test_section_says(dedup_summary: RunSummary, name: str, expected: str) -> None:
    assert expected in section(render_html(dedup_summary), name)


def test_normalize_page_shows_changes(normalize_summary: RunSummary) -> None:
    text = section(render_html(normalize_summary), "changes")
    assert "8(900)0001122" in text
    assert "+79000001122" in text


def test_inspect_page_shows_measured_columns(inspect_summary: RunSummary) -> None:
    page = render_html(inspect_summary)
    text = section(page, "columns")
    assert "Distinct" in text
    assert "r*****@e******.r*" in text
    assert "Итого: 7" in section(page, "skipped")
    assert "Quality, of 10084" in section(page, "result")


def test_hostile_cells_are_text(hostile_summary: RunSummary) -> None:
    page = render_html(hostile_summary)
    tree = parse(page)
    assert not tree.xpath("//script | //img | //iframe | //link | //object")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert '<script>alert("1")</script>' in section(page, "merges")


@pytest.mark.parametrize("name", ["dedup_summary", "normalize_summary", "inspect_summary"])
def test_page_asks_for_nothing_outside_itself(name: str, request: pytest.FixtureRequest) -> None:
    page = render_html(request.getfixturevalue(name))
    tree = parse(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not re.findall(rb"https?://|url\(|@import", page)
    assert all(link.startswith("#") for link in tree.xpath("//@href"))


@pytest.mark.parametrize("name", ["dedup_summary", "normalize_summary", "inspect_summary"])
def test_page_is_accessible(name: str, request: pytest.FixtureRequest) -> None:
    tree = parse(render_html(request.getfixturevalue(name)))
    assert tree.xpath("/html/@lang") == ["en"]
    assert len(tree.xpath("//h1")) == 1
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert {link.removeprefix("#") for link in tree.xpath("//nav//@href")} <= set(identifiers)
    for table in tree.xpath("//table"):
        assert table.xpath("caption") or table.getparent().get("aria-label")
        assert table.getparent().get("class") == "scroll"
    for image in tree.xpath("//*[local-name()='svg']"):
        assert image.get("aria-hidden") == "true" or image.get("aria-label")


def make_large_summary(groups: int) -> RunSummary:
    """Return a run with many merged and doubtful pairs of records full of long text."""
    columns = tuple(Column(f"Поле {number}", f"Поле {number}") for number in range(30))
    texts = {
        column.name: [f"{column.name}: запись {row} " + "текст " * 60 for row in range(4 * groups)]
        for column in columns
    }
    table = Table(pd.DataFrame(texts, dtype="str"), columns)
    rows = list(range(1, 4 * groups + 1))
    clusters = pd.DataFrame(
        {
            "row": rows,
            "id": [""] * len(rows),
            "cluster_id": [f"c{(row + 1) // 2}" if row <= 2 * groups else f"d{row}" for row in rows],
            "role": [("merged" if row % 2 == 0 else "survivor") if row <= 2 * groups else "review" for row in rows],
            "probability": [0.98] * len(rows),
            "reason": ["phone"] * len(rows),
        }
    )
    firsts = list(range(2 * groups + 1, 4 * groups, 2))
    review = pd.DataFrame(
        {
            "pair": range(1, groups + 1),
            "probability": [0.6] * groups,
            "weight": [3.0] * groups,
            "row_a": firsts,
            "id_a": [""] * groups,
            "row_b": [row + 1 for row in firsts],
            "id_b": [""] * groups,
            "reason": ["name"] * groups,
        }
    )
    after = table.frame[clusters["role"].ne("merged")]
    outcome = Outcome(table.with_frame(after), tables={"clusters": clusters, "review": review})
    return RunSummary("1", "dedup", "base.csv", {}, 1.0, {}, table, outcome)


def test_large_run_stays_below_a_megabyte_and_says_what_is_left_out() -> None:
    page = render_html(make_large_summary(groups=400))
    assert len(page) < 1_000_000
    shown = len(parse(page).xpath("//section[@aria-labelledby='merges']/article"))
    assert 1 <= shown <= 200
    assert f"{shown} of 400 are shown here. The journal has all" in section(page, "merges")
    assert "of 400 are shown here. The review workbook" in section(page, "doubts")


def test_same_run_gives_the_same_bytes(dedup_summary: RunSummary) -> None:
    assert render_html(dedup_summary) == render_html(replace(dedup_summary))


def test_merge_without_a_matching_outcome_shows_no_result(dedup_summary: RunSummary) -> None:
    outcome = replace(dedup_summary.outcome, table=dedup_summary.before)
    page = render_html(replace(dedup_summary, outcome=outcome))
    assert "After the merge" not in section(page, "merges")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_browser_shows_the_page(dedup_summary: RunSummary, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render_html(dedup_summary))
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    call = [str(CHROMIUM), *flags, "--dump-dom", path.as_uri()]
    shown = subprocess.run(call, capture_output=True, check=True, timeout=120)
    tree = parse(shown.stdout)
    assert tree.xpath("//h1")[0].text_content() == "Duplicates found and merged"
    assert len(tree.xpath("//section[@aria-labelledby='merges']/article")) == 1
    assert b"violates" not in shown.stderr
