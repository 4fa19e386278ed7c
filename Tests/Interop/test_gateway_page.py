"""The page of the gateway in Chromium: connect, log in, list, call with progress, disconnect; and axe-core."""

import gateway as web
import pytest
import sdk_examples
import server as demo
from axe_playwright_python.sync_playwright import Axe
from instances import free_port
from playwright.sync_api import Page, expect
from test_browser import LOOKS, PATIENCE, browser, fill, page, press, screenshots  # noqa: F401  (fixtures)


@pytest.fixture
def pair(start_gateway, start_server) -> tuple[web.Gateway, demo.Server]:
    port = free_port()
    server = start_server("--redirect-uris", f"http://localhost:{port}/api/mcp/auth/callback")
    return start_gateway("--port", str(port), "--client", f"{server.mcp_url}={demo.CLIENT_ID}"), server


def open_page(page: Page, gateway: web.Gateway, server: str) -> None:
    page.goto(f"http://localhost:{gateway.port}/")
    page.get_by_label("Server").fill(server)
    page.get_by_role("button", name="Connect", exact=True).click()


def log_in(page: Page) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Log in").click()
    popup = opened.value
    fill(popup)
    with popup.expect_event("close", timeout=PATIENCE):
        press(popup, "approve")


def test_a_person_connects_logs_in_calls_and_disconnects(page, pair):
    gateway, server = pair
    open_page(page, gateway, server.mcp_url)
    log_in(page)
    expect(page.get_by_role("status")).to_contain_text("Connected")
    page.get_by_role("button", name="Echo").click()
    page.get_by_label("message").fill("hello")
    page.get_by_role("button", name="Call").click()
    expect(page.locator("#result")).to_contain_text('"echo": "hello"')
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_have_text("Disconnected.")
    assert server.broken_rules() == []


def test_the_same_with_a_server_that_registers_clients(page, start_gateway, examples):
    issuer, resource = sdk_examples.free_ports(2)
    examples.start(issuer, "-m", "mcp_simple_auth.auth_server")
    examples.start(
        resource, "-m", "mcp_simple_auth.server", "--auth-server", f"http://localhost:{issuer}", "--oauth-strict")
    gateway = start_gateway()
    open_page(page, gateway, f"http://localhost:{resource}/mcp")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Log in").click()
    with opened.value.expect_event("close", timeout=PATIENCE):
        opened.value.get_by_role("button").click()
    page.get_by_role("button", name="get_time").click()
    page.get_by_role("button", name="Call").click()
    expect(page.locator("#result")).to_contain_text("current_time")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_have_text("Disconnected.")


def test_progress_is_shown(page, start_gateway, stub):
    gateway = start_gateway()
    open_page(page, gateway, stub.url)
    page.get_by_role("button", name="Count").click()
    page.get_by_role("button", name="Call").click()
    expect(page.locator("#progress li")).to_have_text(["1 of 3: step 1", "2 of 3: step 2", "3 of 3: step 3"])
    expect(page.locator("#result")).to_contain_text("counted")


def test_failures_are_shown(page, start_gateway, stub):
    gateway = start_gateway()
    open_page(page, gateway, "https://127.0.0.1:1/mcp")
    expect(page.get_by_role("status")).to_contain_text("server_unreachable")
    open_page(page, gateway, stub.url)
    page.get_by_role("button", name="Refuse").click()
    page.get_by_role("button", name="Call").click()
    expect(page.get_by_role("status")).to_contain_text("server_error")


def test_a_refused_login_is_shown(page, pair):
    gateway, server = pair
    open_page(page, gateway, server.mcp_url)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Log in").click()
    with opened.value.expect_event("close", timeout=PATIENCE):
        press(opened.value, "deny")
    expect(page.get_by_role("status")).to_contain_text("access_denied")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_page_is_accessible_and_fits(  # noqa: F811
    browser, start_server, start_gateway, stub, screenshots, scheme, width
):
    gateway = start_gateway()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    open_page(page, gateway, stub.url)
    page.get_by_role("button", name="Count").click()
    page.get_by_role("button", name="Call").click()
    expect(page.locator("#result")).to_be_visible()
    page.screenshot(path=screenshots / f"gateway-{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
