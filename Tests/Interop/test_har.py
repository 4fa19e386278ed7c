"""The journal as an HTTP Archive, read by others: a model of HAR 1.2, and Chromium, which replays the file."""

import json

from hario_core.models import HarLog

import person
from test_browser import browser, page  # noqa: F401  (fixtures)
from test_timeline import broken_client, good_client


def test_it_is_har_1_2_and_what_is_ours_begins_with_an_underscore(server):
    good_client(server)
    person.fetch("PUT", server.url("/debug/scenario"), body='{"name": "issuer-slash"}')
    broken_client(server)
    person.fetch("DELETE", server.url("/debug/scenario"))
    person.fetch("POST", server.url("/debug/faults"), body='{"endpoint": "token", "fault": {"drop": "before-headers"}}')
    try:
        person.fetch("POST", server.url("/token"), form={"grant_type": "refresh_token"})
    except OSError:
        pass
    document = person.fetch("GET", server.url("/debug/requests?format=har")).json
    log = HarLog.model_validate(document["log"])
    assert log.version == "1.2" and log.creator.name == "static-auth-server"
    assert len(log.entries) == person.fetch("GET", server.url("/debug/requests/count")).json["count"]
    for entry in log.entries:
        assert all(name.startswith("_") for name in entry.model_extra), entry.model_extra
    assert {entry.model_extra.get("_scenario") for entry in log.entries} == {None, "issuer-slash"}
    assert log.entries[-1].model_extra["_fault"] == "fault 1: the connection ended before the head"
    bodies = [entry.request.postData for entry in log.entries if entry.request.postData]
    forms = [body for body in bodies if body.params]
    grants = [form for form in forms if form.params[0].name == "grant_type"]
    assert forms and all(f"grant_type={form.params[0].value}" in form.text for form in grants)


def test_chromium_is_served_out_of_it_when_the_server_is_gone(start_server, page, tmp_path):
    server = start_server()
    path = "/.well-known/oauth-authorization-server"
    person.fetch("GET", server.url(path))
    archive = tmp_path / "requests.har"
    archive.write_bytes(person.fetch("GET", server.url("/debug/requests?format=har")).body)
    server.stop()
    page.route_from_har(archive, not_found="abort")
    answer = page.goto(server.url(path))
    assert answer.status == 200 and answer.json()["issuer"] == server.issuer
    assert json.loads(page.locator("body").inner_text().strip())["token_endpoint"] == server.url("/token")
