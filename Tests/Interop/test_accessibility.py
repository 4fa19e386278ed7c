"""axe-core in Chromium finds nothing on any page, light and dark, narrow and wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import person
import server as demo
from person import Flow
from test_browser import LOOKS, PATIENCE, browser  # noqa: F401  (fixture)
from test_timeline import broken_client, good_client, recovering_client, silent_client


@pytest.fixture
def busy(server):
    """A server with flows of every kind, and something of each kind in force."""
    for client in (good_client, recovering_client, broken_client, silent_client):
        client(server)
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "issuer-slash"}')
    person.fetch("POST", server.url("/debug/faults"), body='{"endpoint": "token", "fault": {"status": 503}}')
    person.fetch("POST", server.url("/debug/clock"), body='{"advance": 5400}')
    return server


def timeline(page: Page, server) -> None:
    page.goto(server.url("/debug"))
    expect(page.locator("#strip p")).to_have_count(3)


def opened(page: Page, server) -> None:
    """Every flow and a request in each."""
    timeline(page, server)
    for flow in page.locator(".flow").all():
        if not flow.evaluate("flow => flow.open"):
            flow.locator("> summary").click()
        flow.locator(".step .title").first.click()
        expect(flow.locator(".entry h3").first).to_be_visible()


def steering(page: Page, server) -> None:
    timeline(page, server)
    page.locator("#steer").click()
    expect(page.locator(".scenarios li").first).to_be_visible()
    page.get_by_role("button", name="+ 1 hour").click()
    expect(page.locator(".said.fine")).to_be_visible()


def keys(page: Page, server) -> None:
    timeline(page, server)
    page.locator("#keys").click()


def home(page: Page, server) -> None:
    page.goto(server.url("/"))
    page.locator("#card-cursor summary").click()


def login(page: Page, server) -> None:
    page.goto(Flow(server).url)


def wrong_password(page: Page, server) -> None:
    login(page, server)
    page.locator("input[name=username]").fill(demo.USERNAME)
    page.locator("input[name=password]").fill("not it")
    page.locator("button[value=approve]").click()


def report(page: Page, server) -> None:
    page.goto(server.url("/debug/report"))
    for part in page.locator("details").all():
        part.locator("summary").click()


PAGES = {
    "timeline": timeline, "timeline, opened": opened, "timeline, steering": steering, "timeline, keys": keys,
    "home": home, "login": login, "login, a wrong password": wrong_password, "report": report,
    "login, incomplete": lambda page, server: page.goto(server.url("/login?state=s")),
    "callback": lambda page, server: page.goto(server.url("/callback?code=abc&state=s&iss=x")),
    "callback, empty": lambda page, server: page.goto(server.url("/callback")),
    "callback, denied": lambda page, server: page.goto(server.url("/callback?error=access_denied&state=s")),
    "error": lambda page, server: page.goto(server.url("/authorize?client_id=x")),
    "not found": lambda page, server: page.goto(server.url("/nothing")),
    "request": lambda page, server: page.goto(server.url("/debug/requests/4")),
    "scenarios": lambda page, server: page.goto(server.url("/debug/scenarios")),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(busy, browser, name):
    found = []
    for scheme, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        PAGES[name](page, busy)
        for violation in Axe().run(page).response["violations"]:
            places = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            found.append(f"{scheme} {width}: {violation['id']}: {violation['help']}: {places}")
        context.close()
    assert found == []


def test_axe_finds_nothing_where_a_debug_token_is_asked_for_or_scripts_are_off(start_server, browser):
    server = start_server("--debug-token", "a-debug-token-of-16")
    for scheme, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(server.url("/debug"))
        expect(page.locator("#gate")).to_be_visible()
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
        context.close()
