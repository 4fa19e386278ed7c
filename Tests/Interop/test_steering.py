"""Steering the server from the timeline in Chromium; and that no page of another site can."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Locator, Page, expect

import person
from test_browser import LOOKS, PATIENCE, browser, page, screenshots  # noqa: F401  (fixtures)
from test_timeline import DEBUG_TOKEN, broken_client, good_client, recovering_client


@pytest.fixture
def drawer(server, page) -> Iterator[Locator]:
    page.goto(server.url("/debug"))
    expect(page.locator("#state")).to_have_text("live")
    page.locator("#steer").click()
    expect(page.locator("#drawer")).to_be_visible()
    yield page.locator("#drawer")


def action(drawer: Locator, name: str) -> Locator:
    """The form that has a button of a name."""
    return drawer.locator("form.action").filter(has=drawer.page.get_by_role("button", name=name, exact=True))


def do(drawer: Locator, name: str) -> str:
    """Presses the button of an action, and returns what the server said."""
    form = action(drawer, name)
    form.get_by_role("button", name=name, exact=True).click()
    expect(form.locator(".said")).to_have_class("said fine")
    return form.locator(".said").inner_text()


def debug(server, path: str) -> dict:
    return person.fetch("GET", server.url("/debug" + path)).json


def test_a_scenario_is_found_switched_on_shown_and_undone(server, page, drawer):
    expect(drawer.locator(".scenarios li:visible")).to_have_count(len(debug(server, "/scenarios")["scenarios"]))
    drawer.get_by_role("searchbox").fill("slash issuer")
    entry = drawer.locator(".scenarios li:visible", has=page.get_by_role("heading", name="issuer-slash", exact=True))
    for part in ("Specification", "Affected", "A correct client"):
        expect(entry).to_contain_text(part)
    entry.get_by_role("button").click()
    expect(page.locator("#strip")).to_contain_text("Scenario issuer-slash")
    expect(entry).to_have_class("on")
    assert debug(server, "/scenario")["scenario"]["name"] == "issuer-slash"
    page.locator("#strip").get_by_role("button", name="Undo").click()
    expect(page.locator("#strip")).to_be_hidden()
    assert debug(server, "/scenario")["scenario"] is None


def test_the_scenario_of_the_start_is_shown_and_comes_back(start_server, page):
    server = start_server("--scenario", "issuer-slash")
    page.goto(server.url("/debug"))
    expect(page.locator("#strip")).to_contain_text("Scenario issuer-slash")
    expect(page.locator("#strip button")).to_have_count(0)
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "token-slow"}')
    expect(page.locator("#strip")).to_contain_text("Scenario token-slow")
    page.locator("#strip").get_by_role("button", name="Undo").click()
    expect(page.locator("#strip")).to_contain_text("Scenario issuer-slash")


def test_every_preset_is_a_fault_that_the_server_takes(server, page, drawer):
    form = action(drawer, "Plant")
    options = form.locator("option").all_inner_texts()
    assert len(options) > 20
    for number, title in enumerate(options):
        form.locator("select").select_option(label=title)
        planted = json.loads(do(drawer, "Plant"))
        assert planted["id"] == number + 1, title
        expect(page.locator("#strip p")).to_have_count(number + 1)
    do(drawer, "Remove all")
    expect(page.locator("#strip")).to_be_hidden()


def test_a_planted_fault_waits_applies_and_is_gone(server, page, drawer):
    form = action(drawer, "Plant")
    form.locator("input").fill("2")
    do(drawer, "Plant")
    expect(page.locator("#strip")).to_contain_text("for token, 2 times: status 503")
    for text in ("once: status 503", None):
        assert person.fetch("POST", server.url("/token"), form={"grant_type": "x"}).status == 503
        if text:
            expect(page.locator("#strip")).to_contain_text(text)
    expect(page.locator("#strip")).to_be_hidden()
    form.locator("input").fill("always")
    do(drawer, "Plant")
    expect(page.locator("#strip")).to_contain_text("every time")
    page.locator("#strip").get_by_role("button", name="Remove").click()
    expect(page.locator("#strip")).to_be_hidden()
    form.locator("input").fill("often")
    form.get_by_role("button", name="Plant", exact=True).click()
    expect(form.locator(".said.bad")).to_contain_text("times")


def test_the_clock_is_moved_shown_and_restored(server, page, drawer):
    do(drawer, "+ 1 hour")
    expect(page.locator("#strip")).to_contain_text("The clock is 1 h ahead")
    do(drawer, "+ 1 day")
    expect(page.locator("#strip")).to_contain_text("1 day 1 h ahead")
    page.locator("#strip").get_by_role("button", name="Real time").click()
    expect(page.locator("#strip")).to_be_hidden()
    assert debug(server, "/clock")["offset_seconds"] == 0


def test_tokens_and_sessions_are_issued_and_ended(server, page, drawer):
    issued = json.loads(do(drawer, "Issue"))
    assert person.echo(server, issued["access_token"], "x")["length"] == 1
    assert json.loads(do(drawer, "Expire")) == {"expired": 1}
    form = action(drawer, "Issue")
    form.get_by_label("with refresh token").check()
    form.get_by_label("for", exact=True).fill("somebody")
    assert json.loads(do(drawer, "Issue"))["refresh_token"]
    action(drawer, "Revoke").get_by_label("of", exact=True).fill("somebody")
    assert json.loads(do(drawer, "Revoke"))["revoked"] >= 1
    assert json.loads(do(drawer, "Drop sessions")) == {"dropped": 0}
    assert json.loads(do(drawer, "Announce changed tools")) == {"open_streams": 0}
    good_client(server)
    expect(page.locator(".flow").first).to_be_visible()
    assert json.loads(do(drawer, "Reset"))["requests"] > 0
    expect(page.locator(".flow")).to_have_count(0)


def test_the_command_of_an_action_does_the_same(server, page, drawer):
    """Each line that the drawer shows is run by a shell, as somebody would paste it."""
    action(drawer, "Issue").get_by_label("for", exact=True).fill("o'neill; exit 1")
    commands = []
    for form in drawer.locator("form.action").all():
        for button in form.get_by_role("button").all():
            if button.inner_text() != "Copy":
                button.focus()
                commands.append(form.locator(".curl").inner_text())
    drawer.locator(".scenarios button").first.focus()
    commands.append(drawer.locator(".scenarios + .outcome-of .curl").inner_text())
    assert len(set(commands)) == len(commands) == 14
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", f"{command} -w '\\n%{{http_code}}'"], capture_output=True, text=True, check=True)
        assert done.stdout.endswith(("200", "201")), f"{command}\n{done.stdout}"
    assert any("o'\\''neill" in command for command in commands)


def test_the_keyboard_opens_and_closes_the_drawer(server, page, drawer):
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("#steer")).to_be_focused()
    expect(page.locator("#steer")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("s")
    expect(drawer).to_be_visible()


def test_after_a_restart_the_open_page_steers_the_new_server(start_server, page):
    server = start_server()
    page.goto(server.url("/debug"))
    page.locator("#steer").click()
    server.stop()
    expect(page.locator("#state")).not_to_have_text("live")
    start_server(port=server.port)
    expect(page.locator("#state")).to_have_text("live")
    do(page.locator("#drawer"), "+ 1 minute")
    expect(page.locator("#strip")).to_contain_text("1 min ahead")


def test_with_a_debug_token_the_drawer_works_and_its_commands_name_the_variable(start_server, page):
    server = start_server("--debug-token", DEBUG_TOKEN)
    page.goto(server.url("/debug"))
    expect(page.locator("#steer")).to_be_disabled()
    page.locator("#token").fill(DEBUG_TOKEN)
    page.keyboard.press("Enter")
    expect(page.locator("#steer")).to_be_enabled()
    page.locator("#steer").click()
    drawer = page.locator("#drawer")
    do(drawer, "+ 1 hour")
    expect(action(drawer, "+ 1 hour").locator(".curl")).to_contain_text("$MCP_STATIC_DEBUG_TOKEN")
    assert DEBUG_TOKEN not in page.content()
    expect(page.locator("#strip")).to_contain_text("1 h ahead")


# MARK: Foreign pages

ATTACKS = {
    "form, as text": """
        const form = document.createElement("form");
        form.method = "post"; form.action = path; form.enctype = "text/plain"; form.target = "frame";
        const field = document.createElement("input");
        field.name = body.slice(0, -1) + ',"x":"'; field.value = '"}';
        form.append(field); document.body.append(form); form.submit();""",
    "form, urlencoded": """
        const form = document.createElement("form");
        form.method = "post"; form.action = path; form.target = "frame";
        document.body.append(form); form.submit();""",
    "form, in this tab": """
        const form = document.createElement("form");
        form.method = "post"; form.action = path; form.enctype = "text/plain";
        document.body.append(form); form.submit();""",
    "fetch without CORS": 'fetch(path, { method: "POST", mode: "no-cors", body });',
    "fetch without CORS, no referrer": """
        fetch(path, { method: "POST", mode: "no-cors", body, referrerPolicy: "no-referrer" });""",
    "fetch with CORS": 'fetch(path, { method: "POST", body }).catch(() => {});',
    "fetch with the token's field": """
        fetch(path, { method: "POST", body, headers: { "Debug-Page-Token": "0" } }).catch(() => {});""",
    "fetch with another method": 'fetch(path, { method, body: method === "PUT" ? body : undefined }).catch(() => {});',
    "beacon": "navigator.sendBeacon(path, body);",
    "image": "new Image().src = path;",
    "script": 'document.body.append(Object.assign(document.createElement("script"), { src: path }));',
    "frame": 'document.body.append(Object.assign(document.createElement("iframe"), { src: path }));',
    "frame without an origin": """
        const frame = document.createElement("iframe");
        frame.sandbox = "allow-forms allow-scripts";
        frame.srcdoc = `<form method=post enctype=text/plain action="${path}"><input name=x></form>`
          + "<script>document.forms[0].submit()</scr" + "ipt>";
        document.body.append(frame);""",
    "navigation": "location.href = path;",
    "window": "window.open(path);",
    "prefetch": 'document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: path }));',
}

#: Every request that changes something, each with a document that it takes.
CHANGES = [
    ("/debug/clock", "POST", '{"advance":3600}'),
    ("/debug/faults", "POST", '{"endpoint":"token","fault":{"status":503}}'),
    ("/debug/scenario", "PUT", '{"name":"issuer-slash"}'), ("/debug/tokens/expire", "POST", '{"all":true}'),
    ("/debug/tokens/revoke", "POST", '{"all":true}'), ("/debug/tokens/issue", "POST", "{}"),
    ("/debug/sessions/drop", "POST", '{"all":true}'), ("/debug/tools/list-changed", "POST", "{}"),
    ("/debug/reset", "POST", "{}"), ("/debug/requests", "DELETE", "{}"), ("/debug/faults/1", "DELETE", "{}"),
]


@pytest.fixture
def foreign() -> Iterator[str]:
    """The origin of another site's page, without any policy."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Another site</title><iframe name=frame></iframe>")

        def log_message(self, *_):
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
    yield f":{site.server_port}/"
    site.shutdown()
    site.server_close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_foreign_page_steers_nothing(server, browser, foreign, attack):
    """From another port of the same host, which counts as the same site, and from another site."""
    token = good_client(server)["access_token"]
    before = person.fetch(
        "POST", server.url("/debug/faults"), body='{"endpoint":"revoke","fault":{"status":418}}').json
    count = debug(server, "/requests/count")["count"]
    context = browser.new_context()
    # A timeline is open in the same browser.
    context.new_page().goto(server.url("/debug"))
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.url))
    for number, (path, method, body) in enumerate(CHANGES):
        page = context.new_page()
        page.goto(f"http://{('localhost', '127.0.0.1')[number % 2]}{foreign}")
        page.evaluate(f"([path, method, body]) => {{ {ATTACKS[attack]} }}", [server.url(path), method, body])
        for _ in range(25):
            if server.url(path) in sent:
                break
            page.wait_for_timeout(20)
        page.wait_for_timeout(60)
        page.close()
    context.close()
    assert {server.url(path) for path, _, _ in CHANGES} & set(sent), f"{attack} has sent nothing"
    assert debug(server, "/clock")["offset_seconds"] == 0
    assert debug(server, "/faults")["faults"] == [before]
    assert debug(server, "/scenario")["scenario"] is None
    assert debug(server, "/requests/count")["count"] == count
    assert person.echo(server, token, "still good")["length"] == 10


def test_it_looks_well_in_every_light_and_width(server, browser, screenshots):
    for client in (good_client, recovering_client, broken_client):
        client(server)
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "issuer-slash"}')
    person.fetch("POST", server.url("/debug/faults"), body='{"endpoint": "token", "fault": {"status": 503}}')
    person.fetch("POST", server.url("/debug/clock"), body='{"advance": 5400}')
    for scheme, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page: Page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(server.url("/debug"))
        expect(page.locator("#strip p")).to_have_count(3)
        page.locator("#steer").click()
        expect(page.locator(".scenarios li").first).to_be_visible()
        page.screenshot(path=screenshots / f"steering-{scheme}-{width}.png", full_page=width < 800)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{overflow} px too wide for {width}"
        context.close()
