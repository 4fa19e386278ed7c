"""The timeline in Chromium: live, by mouse and keyboard, light and dark, wide and narrow."""

import json
import re
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import person
from person import Flow
from test_browser import LOOKS, PATIENCE, browser, page, screenshots  # noqa: F401  (fixtures)

DEBUG_TOKEN = "a-debug-token-of-16"
EVIL = "<img src=x onerror=alert(1)>"


def discover(server, agent: dict[str, str]) -> None:
    assert person.fetch("POST", server.mcp_url, headers=agent).status == 401
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server"):
        assert person.fetch("GET", server.url(path), headers=agent).status == 200


def broken_client(server) -> None:
    """A client that mixes up two flows: it redeems the code of one with the verifier of the other."""
    agent = {"User-Agent": "notes-app/1.4"}
    discover(server, agent)
    flow, other = a_flow(server), a_flow(server)
    flow.code(callback := person.log_in(flow.url))
    answer = person.fetch("POST", server.url("/token"), headers=person.basic() | agent, form={
        "grant_type": "authorization_code", "code": person.parameters(callback)["code"],
        "code_verifier": other.verifier, "redirect_uri": flow.redirect_uri, "resource": server.mcp_url,
    })
    assert answer.status == 400


def a_flow(server) -> Flow:
    return Flow(server, scope="user", state=secrets.token_hex(8))


def good_client(server, agent: str = "good-client/2.0") -> dict:
    """A client that follows every rule; returns its tokens."""
    discover(server, {"User-Agent": agent})
    flow = a_flow(server)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)), person.basic() | {"User-Agent": agent})
    for message in ("one", "two", "three"):
        person.echo(server, tokens["access_token"], message)
    return tokens


def recovering_client(server) -> None:
    """A client that is told 503 once, and refreshes again."""
    tokens = good_client(server, "patient-client/3")
    person.fetch("POST", server.url("/debug/faults"), body='{"endpoint": "token", "fault": {"status": 503}}')
    for status in (503, 200):
        answer = person.fetch("POST", server.url("/token"), headers=person.basic(), form={
            "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "resource": server.mcp_url,
        })
        assert answer.status == status
    person.echo(server, answer.json["access_token"], "four")


def unfold(flow: Locator) -> None:
    """Opens a flow that is folded, as a person would."""
    expect(flow.locator("> summary .badge")).not_to_have_text("open")
    if not flow.evaluate("flow => flow.open"):
        flow.locator("> summary").click()


def silent_client(server) -> None:
    """A client that stops after the metadata."""
    discover(server, {"User-Agent": "shy-client/0.1"})


@pytest.fixture
def timeline(server, page) -> Iterator[Page]:
    page.goto(server.url("/debug"))
    expect(page.locator("#state")).to_have_text("live")
    yield page


def test_requests_appear_as_they_come(server, timeline):
    expect(timeline.locator("#empty")).to_be_visible()
    good_client(server)
    flow = timeline.locator("#flow-1")
    unfold(flow)
    expect(flow.locator(".step .title").first).to_have_text("POST /mcp")
    expect(flow.locator(".step")).to_have_count(8)
    expect(flow.locator(".step .title").last).to_have_text("POST /mcp tools/call echo (3 times)")
    expect(flow.locator(".badge")).to_have_text("fine")
    expect(timeline.locator("#empty")).to_be_hidden()


def test_calls_that_only_count_are_told(server, timeline):
    token = person.fetch(
        "POST", server.url("/token"), headers=person.basic(), form={"grant_type": "client_credentials"}
    ).json["access_token"]
    headers, body = person.request(token, "tools/call", {"name": "echo", "arguments": {"message": "x"}})
    headers |= {"Host": f"localhost:{server.port}", "Content-Length": str(len(body))}
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    call = f"POST /mcp HTTP/1.1\r\n{fields}\r\n{body}".encode()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        sending = threading.Thread(target=connection.sendall, args=(call * 3000,))
        sending.start()
        with connection.makefile("rb") as answers:
            for _ in range(3000):
                while b"HTTP/1.1 200 " not in next(answers):
                    pass
        sending.join()
    expect(timeline.locator("#unrecorded")).to_contain_text("calls that went well")
    expect(timeline.locator("#unrecorded")).to_be_visible()


def test_the_first_problem_is_marked(server, timeline):
    broken_client(server)
    flow = timeline.locator("#flow-1")
    expect(flow.locator(".badge")).to_have_text("broken")
    expect(flow.locator(".says.wrong h3")).to_have_text("First problem: POST /token, authorization_code")
    expect(flow.locator(".step.wrong .outcome")).to_contain_text("invalid_grant")
    expect(flow.locator(".step.wrong .outcome")).to_contain_text("first problem")


def test_a_broken_rule_stands_on_its_step_and_in_its_flow(server, timeline):
    broken_client(server)
    flow = timeline.locator("#flow-1")
    expect(flow.locator(".step.breach")).to_have_count(1)
    expect(flow.locator(".step.breach .title")).to_have_text("POST /token, authorization_code")
    expect(flow.locator(".step .breaches:visible")).to_contain_text("Breaks pkce-verifier (RFC 7636 §4.5, MUST): The ")
    expect(flow.locator(".says.wrong")).to_contain_text("Breakspkce-verifier (RFC 7636 §4.5, MUST)")
    expect(flow.locator(".rules")).to_be_hidden()


def test_a_rule_that_a_good_request_broke_is_named_as_well(server, timeline):
    flow = Flow(server, scope="user", state=None)
    flow.redeem(person.parameters(person.log_in(flow.url))["code"])
    timeline.locator("#flow-1 .badge", has_text="broken").wait_for()
    expect(timeline.locator("#flow-1 .rules")).to_have_text("1 broken rule: state-sent in request 1")
    expect(timeline.locator("#flow-1 .says.wrong")).to_be_hidden()
    expect(timeline.locator("#flow-1 .step.breach .title")).to_have_text("GET /authorize")


def test_a_problem_that_was_corrected_is_told_with_its_correction(server, timeline):
    recovering_client(server)
    flow = timeline.locator("#flow-1")
    expect(flow.locator(".badge")).to_have_text("recovered")
    expect(flow.locator(".says.wrong:visible")).to_have_count(0)
    expect(flow.locator(".step.wrong")).to_have_count(0)
    step = flow.locator(".step.corrected")
    expect(step.locator(".marks")).to_have_text("on purpose: fault 1: status 503")
    expect(step.locator(".correction")).to_contain_text("The client sent this again in request ")
    expect(flow.locator("summary .dim").first).to_contain_text("1 corrected")


def test_a_login_is_open_until_it_counts_as_silent(server, timeline):
    silent_client(server)
    person.open_login(a_flow(server).url)
    badge = timeline.locator("#flow-1 .badge")
    expect(badge).to_have_text("open")
    expect(badge).to_have_text("silent")
    expect(timeline.locator("#flow-1 .says.silence")).to_contain_text("nobody has logged in")


def test_a_status_and_a_client_can_be_chosen(server, timeline):
    for client in (good_client, broken_client, silent_client):
        client(server)
    clients = ["good-client/2.0", "notes-app/1.4", "shy-client/0.1"]
    expect(timeline.locator("#client option")).to_have_text(["any", *clients])
    timeline.locator("#client").select_option("notes-app/1.4")
    expect(timeline.locator(".flow:visible .badge")).to_have_text("broken")
    timeline.locator("#client").select_option("")
    timeline.locator("#status").select_option("fine")
    expect(timeline.locator(".flow:visible")).to_contain_text("good-client/2.0")
    expect(timeline.locator(".flow:visible")).to_have_count(1)
    timeline.locator("#status").select_option("silent")
    expect(timeline.locator(".flow:visible")).to_contain_text("shy-client/0.1")
    timeline.locator("#clear").click()
    expect(timeline.locator("#client option")).to_have_text(["any"])


def test_what_is_done_on_purpose_is_marked(server, timeline):
    person.fetch("POST", server.mcp_url)
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "issuer-slash"}')
    person.fetch("POST", server.url("/debug/faults"), body='{"endpoint": "metadata", "fault": {"preset": "html-500"}}')
    flow = timeline.locator("#flow-1")
    person.fetch("GET", server.url("/.well-known/oauth-authorization-server"))
    expect(flow.locator(".says.purpose h3")).to_contain_text("Failed on purpose: GET /.well-known/")
    expect(flow.locator(".says.purpose")).to_contain_text("on purpose: fault 1: html-500.")
    expect(flow.locator(".says.wrong")).to_have_count(0)
    person.fetch("GET", server.url("/.well-known/oauth-authorization-server"))
    expect(flow.locator(".step.corrected .correction")).to_contain_text("sent this again in request 3")
    expect(flow.locator("summary .marks:visible")).to_have_text(
        ["on purpose: fault 1: html-500 · scenario issuer-slash from here on"]
    )


def test_a_refusal_that_a_scenario_causes_is_marked(server, timeline):
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "code-expired"}')
    flow = a_flow(server)
    answer = person.fetch("POST", server.url("/token"), headers=person.basic(), form={
        "grant_type": "authorization_code", "code": flow.code(person.log_in(flow.url)), "code_verifier": flow.verifier,
        "redirect_uri": flow.redirect_uri, "resource": server.mcp_url,
    })
    assert answer.status == 400
    marks = timeline.locator("#flow-1 summary .marks:visible")
    expect(marks).to_have_text(["scenario code-expired from here on", "on purpose: the scenario 'code-expired'"])


def test_silence_is_told_without_any_further_request(server, timeline):
    flow = Flow(server)
    flow.redeem(flow.code(person.log_in(flow.url)))
    expect(timeline.locator("#flow-1 .badge")).to_have_text("silent")
    expect(timeline.locator("#flow-1 .says.silence")).to_contain_text("never called /mcp with it")


def test_a_step_opens_to_the_whole_request(server, timeline):
    good_client(server)
    unfold(timeline.locator("#flow-1"))
    timeline.locator("#flow-1 .step .title", has_text="POST /token").click()
    entry = timeline.locator("#flow-1 .entry")
    expect(entry).to_contain_text("grant_type")
    expect(entry).to_contain_text("authorization_code")
    expect(entry).to_contain_text("sha256")
    expect(entry).to_contain_text('"token_type": "Bearer"')


def test_the_keyboard_is_enough(server, timeline):
    good_client(server)
    expect(timeline.locator("#flow-1 .badge")).to_have_text("fine")
    timeline.locator("#filter").focus()
    timeline.keyboard.type("/token")
    expect(timeline.locator("#flow-1 .step:visible")).to_have_count(1)
    for _ in range(20):
        timeline.keyboard.press("Tab")
        if "POST /token" in timeline.evaluate("document.activeElement.textContent") and timeline.evaluate(
            "document.activeElement.closest('.step') !== null"
        ):
            break
    timeline.keyboard.press("Enter")
    expect(timeline.locator("#flow-1 .entry")).to_contain_text("grant_type")
    timeline.locator("#clear").focus()
    timeline.keyboard.press("Enter")
    expect(timeline.locator(".flow")).to_have_count(0)
    assert person.fetch("GET", server.url("/debug/requests")).json["count"] == 0


def test_filters_hide_and_bring_back(server, timeline):
    good_client(server)
    broken_client(server)
    expect(timeline.locator(".flow")).to_have_count(2)
    timeline.locator("#problems").check()
    expect(timeline.locator(".flow:visible")).to_have_count(1)
    expect(timeline.locator(".flow:visible")).to_contain_text("notes-app/1.4")
    timeline.locator("#problems").uncheck()
    timeline.locator("#filter").fill("tools/call")
    expect(timeline.locator(".flow:visible")).to_have_count(1)
    timeline.locator("#filter").fill("")
    expect(timeline.locator(".flow:visible")).to_have_count(2)


def test_what_a_client_sends_is_never_markup(server, timeline):
    person.fetch("POST", server.mcp_url, headers={"User-Agent": EVIL, "Accept": EVIL}, body=EVIL)
    person.fetch("POST", server.url(f"/{EVIL.replace(' ', '%20')}"), headers={"User-Agent": EVIL})
    person.fetch("GET", server.url("/authorize?client_id=") + "%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    expect(timeline.locator(".flow").first).to_contain_text(EVIL)
    for flow in timeline.locator(".flow").all():
        unfold(flow)
    for title in timeline.locator(".step .title").all():
        title.click()
    expect(timeline.locator(".entry").first).to_contain_text(EVIL)
    expect(timeline.locator("#client option").last).to_contain_text(EVIL)
    assert timeline.locator("img").count() == 0


def test_a_server_that_stops_is_noticed_and_its_successor_found(start_server, page):
    server = start_server()
    page.goto(server.url("/debug"))
    expect(page.locator("#state")).to_have_text("live")
    server.stop()
    expect(page.locator("#state")).not_to_have_text("live")
    start_server(port=server.port)
    expect(page.locator("#state")).to_have_text("live")


def test_the_debug_token_is_asked_for_and_kept_in_memory_only(start_server, page):
    server = start_server("--debug-token", DEBUG_TOKEN)
    person.fetch("POST", server.mcp_url, headers={"User-Agent": "a-client/1"})
    page.goto(server.url("/debug"))
    page.locator("#token").fill("a-wrong-token-of-16")
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_be_visible()
    assert "a-client/1" not in page.content()
    page.locator("#token").fill(DEBUG_TOKEN)
    page.keyboard.press("Enter")
    expect(page.locator("#flow-1")).to_contain_text("a-client/1")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert DEBUG_TOKEN not in kept and DEBUG_TOKEN not in page.content()


def test_with_a_debug_token_the_report_requests_and_the_archive_are_reached_with_it(start_server, page):
    server = start_server("--debug-token", DEBUG_TOKEN)
    broken_client(server)
    page.goto(server.url("/debug"))
    expect(page.locator("#links")).to_be_hidden()
    page.locator("#token").fill(DEBUG_TOKEN)
    page.keyboard.press("Enter")
    with page.expect_popup() as opened:
        page.locator("#links").get_by_text("Report").click()
    report = opened.value
    expect(report.locator("h1")).to_have_text("Report")
    assert report.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none", "it has its style"
    report.locator("[name=since]").fill("1")
    report.get_by_role("button", name="Show").click()
    expect(report.locator("[name=since]")).to_have_value("1")
    with page.expect_download() as junit:
        report.get_by_role("link", name="junit").click()
    assert junit.value.suggested_filename == "report.xml"
    report.get_by_role("link", name=re.compile("^Request [0-9]+$")).first.click()
    expect(report.locator("h1")).to_contain_text("→")
    with page.expect_download() as archive:
        page.locator("#links").get_by_text("HAR").click()
    assert archive.value.suggested_filename == "requests.har"
    assert json.loads(Path(archive.value.path()).read_text())["log"]["entries"]
    assert DEBUG_TOKEN not in page.content() and DEBUG_TOKEN not in report.content()


def test_a_flow_that_is_fine_is_folded_and_stays_as_a_person_leaves_it(server, timeline):
    good_client(server)
    flow = timeline.locator("#flow-1")
    expect(flow.locator("> summary .badge")).to_have_text("fine")
    expect(flow).not_to_have_attribute("open", "")
    broken_client(server)
    expect(timeline.locator("#flow-2")).to_have_attribute("open", "")
    unfold(flow)
    timeline.locator("#flow-2 > summary").click()
    silent_client(server)
    expect(timeline.locator("#flow-3")).to_be_visible()
    expect(flow).to_have_attribute("open", "")
    expect(timeline.locator("#flow-2")).not_to_have_attribute("open", "")


def test_the_header_counts_and_leads_to_each_problem(server, timeline):
    expect(timeline).to_have_title("Timeline · static-auth-server")
    broken_client(server)
    for number in range(20):
        good_client(server, f"good-{number}/1")
    broken_client(server)
    expect(timeline.locator("#counts .badge")).to_have_text(["2 broken", "20 fine"])
    expect(timeline).to_have_title("(2) Timeline · static-auth-server")
    timeline.locator("#flow-1 > summary").click()
    for flow in ("#flow-22", "#flow-1", "#flow-22"):
        timeline.locator("#next").click()
        expect(timeline.locator(f"{flow} > summary")).to_be_focused()
        expect(timeline.locator(f"{flow} .says.wrong")).to_be_in_viewport()
        top = timeline.locator(f"{flow} > summary").bounding_box()["y"]
        bar = timeline.locator(".bar").bounding_box()
        assert top >= bar["y"] + bar["height"], "the header does not cover the flow"


def test_keys_lead_through_the_flows_and_can_be_switched_off(server, timeline):
    for client in (good_client, broken_client, good_client):
        client(server)
    expect(timeline.locator(".flow")).to_have_count(3)
    for key, flow in (("n", 2), ("j", 1), ("j", 3), ("k", 1), ("p", 2)):
        timeline.keyboard.press(key)
        expect(timeline.locator(f"#flow-{flow} > summary")).to_be_focused()
    timeline.keyboard.press("/")
    expect(timeline.locator("#filter")).to_be_focused()
    timeline.keyboard.type("n")
    expect(timeline.locator("#filter")).to_have_value("n")
    timeline.locator("h1").click()
    timeline.keyboard.press("?")
    timeline.locator("dialog input[type=checkbox]").uncheck()
    timeline.keyboard.press("Escape")
    timeline.keyboard.press("n")
    expect(timeline.locator("#flow-2 > summary")).not_to_be_focused()


def test_the_first_link_skips_the_header(server, timeline):
    timeline.keyboard.press("Tab")
    expect(timeline.locator(".skip")).to_be_focused()
    timeline.keyboard.press("Enter")
    expect(timeline.locator("#flows")).to_be_focused()
    assert timeline.locator("#flow-1 h2").count() == 0
    good_client(server)
    expect(timeline.locator("#flow-1 h2")).to_have_text("Flow 1")


def test_each_row_has_status_and_time_and_an_expected_answer_is_neutral(server, timeline):
    good_client(server)
    flow = timeline.locator("#flow-1")
    unfold(flow)
    expect(flow.locator(".step .code").first).to_have_text("401")
    for text in flow.locator(".step .ms").all_inner_texts():
        assert re.fullmatch(r"\d+(\.\d)? ms", text), text
    colour = "element => getComputedStyle(element).color"
    expected = flow.locator(".step.expected .outcome").first.evaluate(colour)
    assert expected == timeline.locator("#flow-1 .time").first.evaluate(colour)
    assert expected != flow.locator(".step.fine .outcome").first.evaluate(colour)


def test_a_flow_can_be_taken_along(server, timeline):
    good_client(server)
    flow = timeline.locator("#flow-1")
    unfold(flow)
    timeline.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.base_url)
    for button, part in (("Copy diagram", "sequenceDiagram"), ("Copy as curl", "curl -sS -i -g --path-as-is")):
        flow.get_by_role("button", name=button).click()
        expect(flow.get_by_role("button", name="Copied")).to_be_visible()
        assert part in timeline.evaluate("navigator.clipboard.readText()")
        expect(flow.get_by_role("button", name=button)).to_be_visible()
    with timeline.expect_download() as download:
        flow.get_by_role("button", name="Save HAR").click()
    archive = json.loads(Path(download.value.path()).read_text())
    assert download.value.suggested_filename == "flow-1.har"
    assert {entry["_flow"] for entry in archive["log"]["entries"]} == {1}


def test_without_scripts_the_flows_are_there(server, browser):
    for client in (good_client, broken_client):
        client(server)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url("/debug"))
    expect(page.locator("section.flow")).to_have_count(2)
    expect(page.locator("section.flow").first).to_contain_text("broken")
    expect(page.locator("#steer")).to_be_hidden()
    expect(page.locator(".step", has_text="invalid_grant")).to_contain_text("Breaks pkce-verifier")
    page.locator(".step a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("/")
    context.close()


def test_hundreds_of_flows_and_a_full_journal_stay_in_proportion(server, page):
    """The page makes no row before a flow is opened, and a change touches one flow."""
    for number in range(500):
        person.fetch("POST", server.mcp_url, headers={"User-Agent": f"client-{number}/1"}, body="x" * 2000)
    page.goto(server.url("/debug"))
    expect(page.locator("#flow-500")).to_be_visible()
    kept = page.locator(".flow").count()
    assert kept == 500
    # A folded flow costs the same, however much is in it.
    assert page.evaluate("document.querySelectorAll('*').length") < 60 * kept
    page.evaluate("""() => {
        window.touched = new Set();
        new MutationObserver((changes) => changes.forEach(({ target }) => {
            const flow = target.nodeType === 1 && target.closest(".flow");
            if (flow) window.touched.add(flow.id);
        })).observe(document.getElementById("list"), { subtree: true, childList: true, characterData: true });
    }""")
    person.fetch("POST", server.mcp_url, headers={"User-Agent": "client-499/1"}, body="x")
    expect(page.locator("#flow-500 .dim").first).to_contain_text("2 requests")
    assert page.evaluate("[...window.touched]") == ["flow-500"]


def test_it_looks_well_in_every_light_and_width(server, browser, screenshots):
    for client in (good_client, recovering_client, broken_client, silent_client):
        client(server)
    backgrounds = set()
    for scheme, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(server.url("/debug"))
        page.locator(".step.wrong .title").click()
        expect(page.locator(".entry")).to_contain_text("grant_type")
        page.screenshot(path=screenshots / f"timeline-{scheme}-{width}.png", full_page=True)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{overflow} px too wide for {width}"
        backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert len(backgrounds) == 2, "light and dark look the same"
