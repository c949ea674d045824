"""What axe finds wrong with a page, by WCAG 2.2 AA and by good practice."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"  # axe-core 4.14.1, as its package has it
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (levels) => {
    const found = await axe.run(document, { runOnly: levels });
    return found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    return page.evaluate(RUN, LEVELS)
