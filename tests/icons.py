"""Draw the PNG icons of the tablet's app from static/dispatch/icons/icon.svg: `python -m tests.icons`."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests import tools

ICONS = tools.PROJECT / "static" / "dispatch" / "icons"
BACKGROUND = "#121a23"
SIZES = (192, 512)
SHARE = {"any": 1.0, "maskable": 0.8}
"""How much of the picture the drawing takes: a mask may cut a tenth off each side."""


def main() -> None:
    tools.help_playwright()
    chromium = tools.chromium()
    if not chromium:
        sys.exit("MISSING: Chromium; the icons were not drawn.")
    drawing = (ICONS / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            for purpose, share in SHARE.items():
                page = browser.new_page(viewport={"width": size, "height": size})
                ground = "transparent" if purpose == "any" else BACKGROUND
                inner = f"width:{size * share}px;margin:{size * (1 - share) / 2}px"
                page.set_content(f'<body style="margin:0;background:{ground}"><div style="{inner}">{drawing}</div>')
                page.screenshot(path=ICONS / f"{purpose}-{size}.png", omit_background=purpose == "any")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
