"""The main screens in Spanish: chosen by a person, no English left on them, nothing out of its place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from hearteam.language import files
from tests.browser.conftest import SignIn
from tests.browser.console import command, make_call, triage
from tests.browser.site import Site
from tests.browser.tablet import TABLET
from tests.browser.tablet import make_call as make_tablet_call

pytestmark = pytest.mark.browser

SMALL = {"width": 1366, "height": 768}
# What is seen and what is read out. Words said to a caller stand in their own language; a map's names are no words.
SHOWN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement;
    if (element.closest("[lang=en], script, noscript, .map, .who, textarea, datalist")) continue;
    if (!element.checkVisibility()) continue;
    if (node instanceof Text) found.push(node.textContent);
    else found.push(...["aria-label", "title", "placeholder"].map((name) => node.getAttribute(name) ?? ""));
  }
  return [...new Set(found.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean))];
}"""
# Beyond the right edge, and not in something that clips or scrolls.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility() || element.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let around = element.parentElement; around !== document.body; around = around.parentElement)
    if (getComputedStyle(around).overflowX !== "visible") return false;
  return true;
}).map((element) => element.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def english() -> list[re.Pattern[str]]:
    """Every English text that has another Spanish, as a pattern: values may be anything."""
    found = []
    for domain in files.DOMAINS:
        catalogue = files.read(domain)
        said = {words for message in catalogue for words in message.string or ()} | {m.string for m in catalogue}
        for message in catalogue:
            for words in [message.id] if isinstance(message.id, str) else message.id:
                own = re.sub(r"{\w+}|%\(\w+\)s", "", words)
                if words not in said and len(re.findall(r"[A-Za-z]{3,}", own)) > ("{" in words):
                    parts = re.split(r"{\w+}|%\(\w+\)s", words)
                    found.append(re.compile(".+".join(re.escape(part) for part in parts)))
    return found


def left_in_english(page: Page, english: list[re.Pattern[str]], site: Site) -> list[str]:
    """What is shown in English. A person may be called like a word."""
    names = {user["username"] for user in site.users.values()}
    shown = [text for text in page.evaluate(SHOWN) if text not in names]
    return [text for text in shown if any(words.fullmatch(text) for words in english)]


def test_the_console_in_spanish(site: Site, sign_in: SignIn, english: list[re.Pattern[str]]) -> None:
    page = sign_in("dispatcher", viewport=SMALL)
    page.get_by_role("button", name="Español").press("Enter")
    expect(page.get_by_role("button", name="Llamada nueva").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "es"
    served = make_call(site, "100 Albany Ave", priority=1)
    site.post("dispatcher-2", f"calls/{served['id']}/assignments/", {"units": ["HPD5"]})
    site.post("dispatcher-2", "units/HPD5/emergency/", {})
    call = make_call(site, caller={"name": "Luz Ejemplo", "phone": "860-555-0142", "language": "es"})
    triage(site, call, self_harm="INTENT")
    command(page, f"S {call['number'][-4:]}")
    expect(page.locator("#head-call")).to_contain_text("pendiente")
    expect(page.locator(".recommend")).to_contain_text("intención de autolesión", ignore_case=True)
    expect(page.locator(".card")).to_contain_text("Llame a la unidad por radio de voz.")
    page.keyboard.press("F4")
    assert left_in_english(page, english, site) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    command(page, "ER HPD9")
    expect(page.locator("#notices, #preview").filter(has_text="HPD9").first).to_be_visible()
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog")).to_contain_text("Despachar")
    assert left_in_english(page, english, site) == []


def test_the_tablet_in_spanish(site: Site, sign_in: SignIn, english: list[re.Pattern[str]]) -> None:
    page = sign_in("responder-CRT1", path="/unit/", viewport=TABLET, locale="es-US")
    expect(page.get_by_text("Ninguna llamada. En vivo")).to_be_visible()
    call = make_tablet_call(site, ["CRT1"])
    expect(page.get_by_text("Revisión de bienestar")).to_be_visible()
    expect(page.get_by_role("button", name="En camino")).to_be_visible()
    assert left_in_english(page, english, site) == []
    site.post(
        "dispatcher",
        f"assignments/{call['assignments']['CRT1']}/order/",
        {"order": "STAGE", "reason": "Word of a weapon"},
    )
    expect(page.get_by_role("alert").filter(has_text="ESPERE CERCA: deténgase, no entre")).to_be_visible()
    assert left_in_english(page, english, site) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
