"""The five routes of the web gateway, with our server behind them."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import gateway as web
import person
import pytest
import server as demo
import stub_server
from instances import free_port


@pytest.fixture
def pair(start_gateway, start_server):
    """A gateway and a server that know each other: the callback and the client."""

    def begin(*flags: str, server: tuple[str, ...] = ()) -> tuple[web.Gateway, demo.Server]:
        port = free_port()
        callback = f"http://127.0.0.1:{port}/api/mcp/auth/callback"
        running = start_server("--redirect-uris", callback, *server)
        return start_gateway("--port", str(port), "--client", f"{running.mcp_url}={demo.CLIENT_ID}", *flags), running

    return begin


def check(error: dict, code: str) -> None:
    assert error.keys() == {"error", "code"} and error["code"] == code and error["error"]


def test_a_whole_session(pair):
    gateway, server = pair()
    session = gateway.log_in(server.mcp_url)
    assert len(session) == 43
    tools = {tool["name"]: tool for tool in gateway.tools(session)["tools"]}
    assert tools["echo"].keys() >= {"name", "title", "description", "inputSchema"}
    result = gateway.call(session, "echo", {"message": "hi"})
    assert result.keys() == {"content", "structuredContent", "isError"}
    assert (result["structuredContent"]["echo"], result["isError"]) == ("hi", False)
    assert gateway.connect(server.mcp_url, session) == {"success": True, "sessionId": session}
    assert gateway.disconnect(session).keys() == {"success", "message"}
    check(gateway.tools(session, 404), "unknown_session")
    check(gateway.disconnect(session, 404), "unknown_session")
    assert server.broken_rules() == []
    said = gateway.output.read_text()
    assert session not in said and demo.CLIENT_SECRET not in said


def test_tokens_are_revoked_when_a_session_ends(pair):
    gateway, server = pair()
    gateway.disconnect(gateway.log_in(server.mcp_url))
    journal = person.fetch("GET", server.url("/debug/requests?format=ndjson")).text
    assert '"/revoke"' in journal


def test_tokens_are_renewed_without_a_call(pair):
    gateway, server = pair(server=("--access-token-ttl", "5"))
    session = gateway.log_in(server.mcp_url)
    gateway.echo(session)

    def renewals() -> int:
        journal = person.fetch("GET", server.url("/debug/requests?format=ndjson")).text
        return [json.loads(line)["path"] for line in journal.splitlines()].count("/token") - 1

    gateway.until(lambda _: renewals() > 0, 40)
    assert server.broken_rules() == []


def test_the_session_id_is_not_in_the_url_for_the_browser(pair):
    gateway, server = pair()
    begun = gateway.connect(server.mcp_url)
    assert begun["sessionId"] not in begun["authUrl"]
    assert person.parameters(begun["authUrl"])["resource"] == server.mcp_url


def test_progress_arrives_as_events_before_the_result(start_gateway, stub):
    gateway = start_gateway()
    begun = gateway.connect(stub.url)
    assert begun.keys() == {"success", "sessionId"} and begun["success"] is True
    events = gateway.events(begun["sessionId"], "count", {})
    steps = [("progress", {"progress": number, "total": 3, "message": f"step {number}"}) for number in (1, 2, 3)]
    assert events == [*steps, ("result", {"content": [{"type": "text", "text": "counted"}], "isError": False})]
    failed = gateway.events(begun["sessionId"], "fail", {})
    assert [name for name, _ in failed] == ["result"] and failed[0][1]["isError"] is True


def test_every_page_of_a_list(start_gateway, stub):
    gateway = start_gateway()
    tools = gateway.tools(gateway.connect(stub.url)["sessionId"])
    assert tools.keys() == {"tools"} and tools["tools"] == stub_server.TOOLS


def test_failures_of_calls(start_gateway, stub):
    gateway = start_gateway("--timeout", "1")
    session = gateway.connect(stub.url)["sessionId"]
    assert gateway.call(session, "fail") == {"content": [{"type": "text", "text": "no luck"}], "isError": True}
    assert gateway.call(session, "plain") == {"content": [], "isError": False}
    refused = gateway.call(session, "refuse", status=502)
    check(refused, "server_error")
    assert "not" in refused["error"] and "\x1b" not in refused["error"]
    for tool, code in (("break", "server_unreachable"), ("forbid", "server_error")):
        error = gateway.call(session, tool, status=502)
        check(error, code)
        assert "upstream" not in error["error"]
    check(gateway.call(session, "wait", {"seconds": 3}, status=504), "timeout")


def test_what_fails_before_the_first_event_is_an_ordinary_answer(pair):
    gateway, server = pair()
    session = gateway.log_in(server.mcp_url)
    answer = gateway.fetch(
        "POST", "/api/mcp/tool/call", {"sessionId": session, "toolName": "none"}, {"Accept": "text/event-stream"})
    assert answer.status == 502 and answer.headers["Content-Type"] == "application/json"
    check(answer.json, "server_error")


def test_a_login_that_was_not_finished(pair):
    gateway, server = pair()
    begun = gateway.connect(server.mcp_url)
    check(gateway.tools(begun["sessionId"], 401), "authorization_required")
    check(gateway.call(begun["sessionId"], "echo", status=401), "authorization_required")


def test_a_refused_login(pair):
    gateway, server = pair()
    begun = gateway.connect(server.mcp_url)
    ended = gateway.answer(person.log_in(begun["authUrl"], "deny"))
    assert ended.status == 400
    check(ended.json, "authorization_required")
    assert "access_denied" in ended.json["error"]


def test_a_state_is_used_once_and_belongs_to_its_session(pair):
    gateway, server = pair()
    first, second = gateway.connect(server.mcp_url), gateway.connect(server.mcp_url)
    callback = person.log_in(first["authUrl"])
    foreign = gateway.answer(f"{callback}&sessionId={second['sessionId']}")
    assert foreign.status == 400
    assert gateway.answer(f"{callback}&sessionId={first['sessionId']}").status == 200
    for replay in (callback, callback.replace("state=", "state=x"), gateway.callback + "?code=a",
                   gateway.callback + "?error=%3Cb%3Estranger&state=" + "a" * 43):
        answer = gateway.answer(replay)
        assert answer.status == 400 and "stranger" not in answer.text
        check(answer.json, "invalid_request")


def test_an_answer_can_be_posted(pair):
    gateway, server = pair()
    callback = person.log_in(gateway.connect(server.mcp_url)["authUrl"])
    answer = gateway.fetch("POST", "/api/mcp/auth/callback", form=person.parameters(callback))
    assert (answer.status, answer.json["success"]) == (200, True)
    callback = person.log_in(gateway.connect(server.mcp_url)["authUrl"])
    answer = gateway.fetch("POST", callback[len(gateway.url):])
    assert (answer.status, answer.json["success"]) == (200, True)


def test_a_browser_gets_a_page(pair):
    gateway, server = pair()
    document = {"serverUrl": server.mcp_url, "callbackUrl": gateway.callback}
    begun = gateway.post("/api/mcp/auth/connect", document, Origin=gateway.url)
    callback = person.log_in(begun["authUrl"])
    page = gateway.fetch("GET", callback[len(gateway.url):], headers={"Accept": "text/html"})
    assert page.status == 200 and f'data-origin="{gateway.url}"' in page.text
    again = gateway.fetch("GET", callback[len(gateway.url):], headers={"Accept": "text/html"})
    assert again.status == 400 and 'data-origin=""' in again.text


def test_a_lost_login_comes_with_a_url(pair):
    gateway, server = pair()
    session = gateway.log_in(server.mcp_url)
    assert person.fetch("POST", server.url("/debug/reset")).status < 300
    lost = gateway.call(session, "echo", {"message": "hi"}, status=401)
    assert lost.keys() == {"error", "code", "authUrl"} and lost["code"] == "authorization_required"
    assert gateway.call(session, "echo", {"message": "hi"}, status=401)["authUrl"] == lost["authUrl"]
    assert gateway.answer(person.log_in(lost["authUrl"])).status == 200
    assert gateway.echo(session) == "hello"


def test_more_scope_comes_with_a_url(pair):
    gateway, server = pair(server=("--require-scope", "echo=echo"))
    session = gateway.log_in(server.mcp_url)
    more = gateway.call(session, "echo", {"message": "hi"}, status=403)
    assert more.keys() == {"error", "code", "authUrl"} and more["code"] == "authorization_required"
    assert "echo" in person.parameters(more["authUrl"])["scope"].split()
    assert gateway.answer(person.log_in(more["authUrl"])).status == 200
    assert gateway.echo(session) == "hello"


def test_sessions_belong_to_one_server(pair, start_server):
    gateway, server = pair()
    session = gateway.connect(server.mcp_url)["sessionId"]
    check(gateway.connect(start_server().mcp_url, session, status=400), "invalid_request")
    check(gateway.connect(server.mcp_url, "a" * 43, status=404), "unknown_session")
    check(gateway.connect(server.mcp_url, "short", status=404), "unknown_session")


def test_a_session_expires(pair):
    gateway, server = pair("--session-idle", "1")
    session = gateway.log_in(server.mcp_url)
    time.sleep(1.3)
    check(gateway.tools(session, 410), "session_expired")
    check(gateway.connect(server.mcp_url, session, status=410), "session_expired")


def test_only_listed_callbacks(start_gateway):
    gateway = start_gateway("--allow-callback", "https://app.example.com/done")
    for callback in (
        "https://app.example.com/done/", "https://app.example.com/done?x=1", "https://evil.example.com/done",
        "javascript:alert(1)", "https://app.example.com.evil.example/done",
    ):
        check(gateway.connect("https://mcp.invalid/mcp", status=400, callback=callback), "invalid_request")
    check(
        gateway.connect("https://mcp.invalid/mcp", status=502, callback="https://app.example.com/done"),
        "server_unreachable")


def test_only_listed_origins(start_gateway):
    gateway = start_gateway("--allow-origin", "https://app.example.com")
    for origin in ("https://evil.example.com", "null", "https://app.example.com.evil.example", "http://localhost:1"):
        answer = gateway.fetch("POST", "/api/mcp/auth/connect", {}, {"Origin": origin})
        assert answer.status == 403 and answer.headers["Access-Control-Allow-Origin"] is None
        check(answer.json, "invalid_request")
    answer = gateway.fetch("OPTIONS", "/api/mcp/tool/call", headers={"Origin": "https://app.example.com"})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "https://app.example.com")
    answer = gateway.fetch("POST", "/api/mcp/tool/call", {}, {"Origin": "https://app.example.com"})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (400, "https://app.example.com")


def test_the_origins_of_callbacks_are_listed(start_gateway):
    gateway = start_gateway("--allow-callback", "https://app.example.com/done")
    answer = gateway.fetch("OPTIONS", "/api/mcp/tool/call", headers={"Origin": "https://app.example.com"})
    assert answer.status == 204


def test_foreign_hosts_are_refused(start_gateway):
    gateway = start_gateway()
    for host in ("evil.example.com", f"evil.example.com:{gateway.port}", f"127.0.0.1.evil.example:{gateway.port}"):
        with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = connection.makefile().read()
        assert answer.startswith("HTTP/1.1 403 ") and '"code":"invalid_request"' in answer, host


PRIVATE = [
    "http://localhost/mcp", "http://127.0.0.1/mcp", "https://127.0.0.1/mcp", "https://127.1/mcp", "https://0x7f.1/mcp",
    "https://2130706433/mcp", "https://0177.0.0.1/mcp", "https://[::1]/mcp", "https://[::ffff:127.0.0.1]/mcp",
    "https://[::ffff:7f00:1]/mcp", "https://10.0.0.1/mcp", "https://172.16.0.1/mcp", "https://192.168.1.1/mcp",
    "https://169.254.169.254/mcp", "https://[fd00::1]/mcp", "https://[fe80::1]/mcp", "https://0.0.0.0/mcp",
    "https://localhost./mcp", "https://app.localhost/mcp", "https://[64:ff9b::7f00:1]/mcp",
    f"https://{socket.gethostname()}/mcp",
]


@pytest.mark.parametrize("flags", [("--public-url", "https://gateway.example.com"), ("--host", "0.0.0.0")])
def test_private_addresses_are_refused_off_loopback(start_gateway, flags):
    gateway = start_gateway(*flags)
    callback = "https://gateway.example.com/api/mcp/auth/callback" if "--public-url" in flags else gateway.callback
    for server in PRIVATE:
        check(gateway.connect(server, status=400, callback=callback), "invalid_request")


def test_private_addresses_can_be_allowed(start_gateway, start_server):
    server = start_server()
    gateway = start_gateway(
        "--public-url", "https://gateway.example.com", "--allow-private", "--client",
        f"{server.mcp_url}={demo.CLIENT_ID}", "--allow-callback", "http://localhost:3031/callback")
    begun = gateway.connect(server.mcp_url, callback="http://localhost:3031/callback")
    assert begun["requiresAuth"]


def test_the_client_metadata_document_is_served_where_it_can_be_fetched(start_gateway):
    assert start_gateway().fetch("GET", "/oauth-client.json").status == 404
    document = start_gateway(
        "--public-url", "https://gateway.example.com", "--allow-callback", "https://app.example.com/done",
    ).fetch("GET", "/oauth-client.json").json
    assert document["client_id"] == "https://gateway.example.com/oauth-client.json"
    assert document["redirect_uris"] == [
        "https://app.example.com/done", "https://gateway.example.com/api/mcp/auth/callback"]


def test_errors_of_requests(start_gateway):
    gateway = start_gateway()
    for method, path, status in (
        ("GET", "/nothing", 404), ("GET", "/api/mcp/tool/call", 405), ("PUT", "/api/mcp/auth/connect", 405),
        ("POST", "/healthz", 405), ("GET", "/api/mcp/tool/list", 400),
    ):
        answer = gateway.fetch(method, path)
        assert answer.status == status, path
        check(answer.json, "invalid_request")
        assert (answer.headers["Allow"] is not None) == (status == 405)
    for body, kind, status in (
        ("{", "application/json", 400), ("[]", "application/json", 400), ("{}", "text/plain", 415),
        ("x" * (2 << 20), "application/json", 413), ('{"serverUrl":1}', "application/json", 400),
    ):
        answer = gateway.fetch("POST", "/api/mcp/auth/connect", headers={"Content-Type": kind}, body=body)
        assert answer.status == status, answer.text
        check(answer.json, "invalid_request")
    check(gateway.call("a" * 43, "echo", status=404), "unknown_session")
    session = {"sessionId": "a" * 43, "toolName": "echo", "toolArgs": []}
    check(gateway.post("/api/mcp/tool/call", session, 400), "invalid_request")


def test_errors_of_servers(start_gateway, tmp_path):
    gateway = start_gateway("--timeout", "1")
    check(gateway.connect(f"http://127.0.0.1:{free_port()}/mcp", status=502), "server_unreachable")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        check(gateway.connect(f"http://127.0.0.1:{silent.getsockname()[1]}/mcp", status=504), "timeout")
    for url in ("nonsense", "ftp://a.example/", "http://mcp.example.com/mcp", "https://user@mcp.example.com/"):
        check(gateway.connect(url, status=400), "invalid_request")


def test_the_rate_limit(start_gateway):
    gateway = start_gateway("--rate-limit", "5")
    answers = [gateway.fetch("GET", "/metrics") for _ in range(7)]
    assert [answer.status for answer in answers[:5]] == [200] * 5 and answers[-1].status == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    check(answers[-1].json, "too_many_requests")
    assert gateway.fetch("GET", "/healthz").status == 200


def test_metrics_and_health(pair):
    gateway, server = pair()
    assert gateway.health() == {"status": "ok", "redis": "none", "sessions": 0}
    gateway.echo(gateway.log_in(server.mcp_url))
    text = gateway.fetch("GET", "/metrics").text
    assert 'mcp_gateway_calls_total{outcome="ok"} 1' in text and "mcp_gateway_sessions 1" in text
    assert "mcp_gateway_call_duration_seconds_count 1" in text


def test_a_clients_file(start_gateway, start_server, tmp_path):
    server, port = None, free_port()
    server = start_server("--redirect-uris", f"http://127.0.0.1:{port}/api/mcp/auth/callback")
    (tmp_path / "secret").write_text(demo.CLIENT_SECRET + "\n")
    (tmp_path / "clients.json").write_text(json.dumps(
        {server.mcp_url: {"clientId": demo.CLIENT_ID, "clientSecretFile": "secret"}}))
    gateway = start_gateway("--port", str(port), "--clients", str(tmp_path / "clients.json"), MCP_CLIENT_SECRET="")
    assert gateway.echo(gateway.log_in(server.mcp_url)) == "hello"


def test_bad_settings():
    for flags, code in (
        (("--redis", "redis://127.0.0.1:1"), 78), (("--allow-callback", "nonsense"), 64),
        (("--allow-origin", "https://a.example/path"), 64), (("--timeout", "0"), 64), (("--client", "nonsense"), 64),
        (("--clients", "/nonexistent"), 78), (("--require-redis",), 78), (("--public-url", "https://a.example/x"), 64),
    ):
        status, said = web.fails(*flags)
        assert status == code, said
    assert web.fails("--redis", "redis://127.0.0.1:1", MCP_TOKEN_KEY="short")[0] == 78
    assert web.fails("--redis", "redis://127.0.0.1:1", "--require-redis", MCP_TOKEN_KEY=web.KEY)[0] == 69


def test_a_call_under_way_is_answered_before_the_gateway_ends(start_gateway, stub):
    gateway = start_gateway()
    session = gateway.connect(stub.url)["sessionId"]
    with ThreadPoolExecutor() as pool:
        call = pool.submit(gateway.call, session, "wait", {"seconds": 2})
        time.sleep(0.5)
        gateway.stop()
        assert call.result()["content"] == [{"type": "text", "text": "waited"}]
