"""Browser tests: real Chromium against the real processes. Every page must keep the strict content security policy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from hearteam.events.models import Stream
from tests import tools
from tests.browser import strain
from tests.browser.site import Site
from tests.waiting import until

# Playwright's synchronous API keeps a loop in this thread; Django would refuse the database calls of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

tools.help_playwright()

# What a busy machine may take at most to show what was awaited; nothing waits longer than it must.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
AXE = Path(settings.PROJECT_DIR) / "node_modules" / "axe-core" / "axe.min.js"
SignIn = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder is `browser`: it runs in a process of its own, also where a file forgets to say so."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = tools.chromium() or tools.cannot_run("Chromium is missing: the pages are not tried")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: rows are committed and stay for the session, as the site's processes see them."""
    with django_db_blocker.unblock():
        Stream.objects.get_or_create(name="board")
        yield
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


@pytest.fixture(scope="session")
def site(transactional_db: None) -> Iterator[Site]:
    """One site for the session; each test makes the calls it needs."""
    running = Site().prepare().start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def quiet_board(site: Site) -> Iterator[None]:
    """Each test leaves no open call behind, so that the next starts with every unit free."""
    yield
    until(lambda: is_quiet(site), "no call is open and no alert stands")


def is_quiet(site: Site) -> bool:
    """Whether nothing was left; else it is ended, where the timers are not faster."""
    board = site.get("dispatcher", "board/")
    for call in board["calls"]:
        with suppress(HTTPError):
            site.post("dispatcher", f"calls/{call['id']}/close/", {"disposition": "10"})
    for alert in board["alerts"]:
        with suppress(HTTPError):
            site.post("dispatcher", f"alerts/{alert['id']}/clear/", {"reason": "The test is over"})
    return not board["calls"] and not board["alerts"]


@pytest.fixture
def sign_in(browser: Browser, site: Site) -> Iterator[SignIn]:
    """`sign_in("dispatcher", path="/", **context options)` -> a page of that person, in a context of its own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

    def enter(who: str, *, path: str = "/", **options: Any) -> Page:
        # A service worker loads its files once more and answers for routed requests: only where a test is about it.
        usual = {"viewport": {"width": 1920, "height": 1080}, "service_workers": "block"}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(2 * PATIENCE_MS)
        strain.lay_on(context)
        context.on("page", watch)
        contexts.append(context)
        send_sign_in_form(context, site, who)
        page = context.new_page()
        page.goto(f"{site.base_url}{path}")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints, complaints


def send_sign_in_form(context: BrowserContext, site: Site, who: str) -> None:
    """The real sign-in with its cookies, without drawing its page and the one it leads to (test_login_pages does)."""
    address = f"{site.base_url}/login/"
    context.request.get(address)
    token = next(cookie["value"] for cookie in context.cookies(address) if cookie["name"] == "csrftoken")
    person = {name: site.users[who][name] for name in ("username", "password")}
    answer = context.request.post(address, form={**person, "csrfmiddlewaretoken": token}, max_redirects=0)
    assert answer.status == 302, answer.text()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Run axe-core (WCAG 2.2 A and AA) in a page; returns `rule: element` for each violation."""

    def check(page: Page) -> list[str]:
        page.evaluate(AXE.read_text())
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        # With `preload`, axe copies stylesheets into the page, which its policy refuses; no rule we run needs them.
        found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}, preload: false})", tags)
        return [f"{v['id']}: {node['html'][:120]}" for v in found["violations"] for node in v["nodes"]]

    return check
