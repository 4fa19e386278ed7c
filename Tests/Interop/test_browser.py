"""A person in Chromium: every page and both buttons, by mouse and keyboard, light and dark, on a desk and a phone."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import person
import server as demo
from person import Flow

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]  # for root, containers and small machines
PATIENCE = 20_000  # milliseconds; a busy machine is slow, and nothing waits longer than it has to
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A new page, whose console may not report violations of a policy or errors of a script."""
    context = browser.new_context()
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


@pytest.fixture
def callback() -> Iterator["Callback"]:
    callback = Callback()
    yield callback
    callback.stop()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"screenshots: {folder}")
    return folder


class Callback:
    """A client that waits on a loopback port for the browser to return."""

    def __init__(self):
        self.received: list[str] = []
        received = self.received

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith("/callback"):
                    received.append(self.path)
                self.send_response(200 if self.path.startswith("/callback") else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Back</title><h1>Back in the client</h1>")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        self.url = f"http://localhost:{self.server.server_port}/callback"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def fill(page: Page, password: str = demo.PASSWORD) -> None:
    page.locator("input[name=username]").fill(demo.USERNAME)
    page.locator("input[name=password]").fill(password)


def press(page: Page, action: str) -> None:
    page.locator(f"button[name=action][value={action}]").click()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_approve_leads_back_to_the_client(server, page, callback, host):
    server.base_url = server.issuer = f"http://{host}:{server.port}"
    server.mcp_url = server.base_url + "/mcp"
    flow = Flow(server, redirect_uri=callback.url, state="naïve & sound=100% ☕")
    page.goto(flow.url)
    expect(page.locator("body")).to_contain_text(demo.CLIENT_ID)
    expect(page.locator("body")).to_contain_text("user")
    expect(page.locator("body")).to_contain_text(f"localhost:{callback.server.server_port}")
    assert "100%" not in page.locator("body").inner_text(), "the state is nobody's business"
    fill(page)
    press(page, "approve")
    expect(page.get_by_role("heading")).to_have_text("Back in the client")

    assert len(callback.received) == 1
    token = flow.redeem(flow.code("http://localhost:%d%s" % (callback.server.server_port, callback.received[0])))
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}


def test_a_wrong_password_can_be_corrected(server, page, callback):
    page.goto(Flow(server, redirect_uri=callback.url).url)
    fill(page, password="not it")
    with page.expect_response(lambda answer: "/login" in answer.url and answer.request.method == "POST") as answer:
        press(page, "approve")
    assert answer.value.status == 403
    assert not callback.received
    expect(page.locator("body")).to_contain_text("password")
    expect(page.locator("input[name=password]")).to_have_value("")
    fill(page)
    press(page, "approve")
    expect(page.get_by_role("heading")).to_have_text("Back in the client")


def test_deny_leads_back_without_a_password(server, page, callback):
    page.goto(Flow(server, redirect_uri=callback.url).url)
    press(page, "deny")
    expect(page.get_by_role("heading")).to_have_text("Back in the client")
    found = person.parameters(callback.received[0])
    assert found["error"] == "access_denied" and found["state"] == "a-state" and found["iss"] == server.issuer
    assert "code" not in found


def test_the_keyboard_is_enough(server, page, callback):
    flow = Flow(server, redirect_uri=callback.url)
    page.goto(flow.url)
    focus(page, "username")
    page.keyboard.press("Control+A")
    page.keyboard.type(demo.USERNAME)
    page.keyboard.press("Tab")
    assert focused(page) == "password"
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Back in the client")
    assert "code=" in callback.received[0], "Enter approves"


def test_both_buttons_are_reached_by_tab(server, page, callback):
    page.goto(Flow(server, redirect_uri=callback.url).url)
    focus(page, "password")
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.value"))
    assert "approve" in reached and "deny" in reached
    page.locator("button[value=deny]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Back in the client")
    assert "error=access_denied" in callback.received[0]


def test_two_tabs_do_not_meet(server, page, callback):
    one, two = Flow(server, redirect_uri=callback.url), Flow(server, redirect_uri=callback.url + "/two")
    page.goto(one.url)
    other = page.context.new_page()
    other.goto(two.url)
    for tab in (other, page):
        fill(tab)
        press(tab, "approve")
        expect(tab.get_by_role("heading")).to_have_text("Back in the client")
    for flow, path in zip((two, one), callback.received):
        assert flow.redeem(flow.code("http://localhost:%d%s" % (callback.server.server_port, path)))["access_token"]


def test_going_back_and_approving_again_gives_another_code(server, page, callback):
    flow = Flow(server, redirect_uri=callback.url)
    page.goto(flow.url)
    for _ in range(2):
        fill(page)
        press(page, "approve")
        expect(page.get_by_role("heading")).to_have_text("Back in the client")
        page.go_back()
    origin = "http://localhost:%d" % callback.server.server_port
    codes = {flow.code(origin + path) for path in callback.received}
    assert len(codes) == 2
    for code in codes:
        assert flow.redeem(code)["access_token"]


def test_our_own_callback_page_shows_how_to_go_on(server, page):
    flow = Flow(server, redirect_uri=server.url("/callback"))
    page.goto(flow.url)
    fill(page)
    press(page, "approve")
    page.wait_for_url("**/callback?*")
    code, shown = person.parameters(page.url)["code"], page.locator("body").inner_text()
    for expected in (code, "a-state", server.issuer, "curl", "/token"):
        assert expected in shown, f"{expected} is not on the page:\n{shown}"
    assert demo.CLIENT_SECRET not in page.content()
    assert flow.redeem(code)["access_token"]


def test_the_home_page_tells_what_this_is(server, page):
    page.goto(server.url("/"))
    shown = page.locator("body").inner_text()
    for expected in (server.mcp_url, demo.CLIENT_ID):
        assert expected in shown
    assert demo.CLIENT_SECRET in shown and demo.PASSWORD in shown, "the public defaults are no secret"
    for link in page.locator("a[href^='/'], a[href^='http://localhost']").all():
        address = link.evaluate("a => a.href")
        if address.startswith(server.base_url):
            assert person.fetch("GET", address).status < 500, address


def test_one_click_logs_in_while_the_default_password_stands(server, page, callback):
    flow = Flow(server, redirect_uri=callback.url)
    page.goto(flow.url)
    page.get_by_role("button", name=f"Log in as {demo.USERNAME}").click()
    expect(page.get_by_role("heading")).to_have_text("Back in the client")
    origin = "http://localhost:%d" % callback.server.server_port
    assert flow.redeem(flow.code(origin + callback.received[0]))["access_token"]


def test_a_client_is_connected_by_a_copied_card(server, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.base_url)
    page.goto(server.url("/"))
    page.locator("summary", has_text="cursor").click()
    card = page.locator("#card-cursor")
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["mcpServers"]["static-auth"]["url"] == server.mcp_url
    printed = subprocess.run(
        [demo.BINARY, "config", "cursor", "--url", server.base_url], capture_output=True, text=True, check=True)
    assert copied == json.loads(printed.stdout)
    page.reload()
    expect(card.locator("pre")).to_be_visible()


def test_the_page_of_a_request_leads_to_its_neighbours_and_its_flow(server, page):
    for _ in range(3):
        person.fetch("POST", server.mcp_url, headers={"User-Agent": "some-client/1"}, body='{"a": [1, 2]}')
    page.goto(server.url("/debug/requests/2"))
    expect(page.locator("#request-body")).to_contain_text('{\n  "a": [\n    1,')
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(server.url("/debug/requests/3"))
    page.get_by_role("link", name="Back to flow 1").click()
    expect(page.locator("#flow-1 > summary")).to_be_focused()
    assert page.locator("#flow-1").evaluate("flow => flow.open")


def test_every_page_looks_well_on_a_desk_and_on_a_phone(server, browser, callback, screenshots):
    flow = Flow(server, redirect_uri=callback.url)

    def wrong_password(page: Page) -> None:
        page.goto(flow.url)
        fill(page, password="not it")
        press(page, "approve")

    def own_callback(page: Page) -> None:
        page.goto(Flow(server, redirect_uri=server.url("/callback")).url)
        fill(page)
        press(page, "approve")
        page.wait_for_url("**/callback?*")

    untrusted = Flow(server, redirect_uri="https://elsewhere.example/<b>callback</b>")
    pages = {
        "home": lambda page: page.goto(server.url("/")),
        "login": lambda page: page.goto(flow.url),
        "login-wrong-password": wrong_password,
        "login-incomplete": lambda page: page.goto(server.url(f"/login?state=s&client_id={demo.CLIENT_ID}")),
        "callback": own_callback,
        "callback-denied": lambda page: page.goto(server.url("/callback?error=access_denied&state=s")),
        "error": lambda page: page.goto(untrusted.url),
        "report": lambda page: page.goto(server.url("/debug/report")),
        "scenarios": lambda page: page.goto(server.url("/debug/scenarios")),
        "request": lambda page: page.goto(server.url("/debug/requests/1")),
    }
    backgrounds: dict[str, set[str]] = {}
    for scheme, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        for name, visit in pages.items():
            visit(page)
            page.screenshot(path=screenshots / f"{name}-{scheme}-{width}.png", full_page=True)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name} is {overflow} px too wide for {width}"
            assert page.title(), f"{name} has no title"
            assert page.evaluate("document.documentElement.lang"), f"{name} does not say its language"
            backgrounds.setdefault(name, set()).add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    for name, colours in backgrounds.items():
        assert len(colours) == 2, f"{name} looks the same in light and dark: {colours}"


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || ''")


def focus(page: Page, name: str) -> None:
    """Presses Tab until the field has the focus, as a person without a mouse would."""
    for _ in range(10):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")
