"""A person with a browser, and a bare HTTP client: the standard library only, so that every suite can use it.

`fetch` sends exactly what it is given: no User-Agent, no Accept, no redirect followed.
"""

import base64
import hashlib
import http.client
import json
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import server as demo


@dataclass
class Answer:
    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def location(self) -> str:
        assert self.status in (302, 303), f"expected a redirect, got {self.status}: {self.text}"
        return urljoin(self.url, self.headers["Location"])


def fetch(method: str, url: str, form=None, headers=None, body=None) -> Answer:
    """One request on a new connection. `form` is a dictionary or a list of pairs."""
    parts, headers = urlsplit(url), dict(headers or {})
    if form is not None:
        body = urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.putrequest(
            method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), skip_accept_encoding=True
        )
        for name, value in headers.items():
            connection.putheader(name, value)
        content = body.encode() if isinstance(body, str) else body
        if content is not None:
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content)
        response = connection.getresponse()
        return Answer(url, response.status, response.headers, response.read())
    finally:
        connection.close()


def basic(client_id: str = demo.CLIENT_ID, secret: str = demo.CLIENT_SECRET) -> dict[str, str]:
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def parameters(url: str) -> dict[str, str]:
    """The query of a redirect, in which no parameter may be repeated."""
    query = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values()), f"repeated parameter in {url}"
    return {name: values[0] for name, values in query.items()}


class LoginForm(HTMLParser):
    """The form on the login page, as a browser reads it."""

    def __init__(self, page: Answer):
        super().__init__()
        self.method = self.action = None
        self.fields: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.feed(page.text)
        assert self.method == "post", f"no form to post on the page:\n{page.text}"
        self.url = urljoin(page.url, self.action or page.url)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.method, self.action = (values.get("method") or "get").lower(), values.get("action")
        elif tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value") or ""
            self.types[values["name"]] = values.get("type") or "text"
        elif tag == "button" and values.get("name"):
            self.buttons.append((values["name"], values.get("value") or ""))


def open_login(authorization_url: str) -> LoginForm:
    """Follows the authorization URL to the login page, as a browser does."""
    page = fetch("GET", authorization_url, headers={"Accept": "text/html", "User-Agent": "person"})
    for _ in range(5):
        if page.status not in (302, 303):
            break
        page = fetch("GET", page.location, headers={"Accept": "text/html", "User-Agent": "person"})
    assert page.status == 200, f"expected the login page, got {page.status}: {page.text}"
    assert page.headers["Content-Type"].replace(" ", "").lower() == "text/html;charset=utf-8"
    form = LoginForm(page)
    assert form.types.get("password") == "password" and "username" in form.fields
    return form


def submit(form: LoginForm, action: str, username: str = demo.USERNAME, password: str = demo.PASSWORD) -> Answer:
    assert ("action", action) in form.buttons, f"no button for {action}, only {form.buttons}"
    filled = form.fields | {"username": username, "password": password, "action": action}
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.url))
    return fetch("POST", form.url, form=filled, headers={"Accept": "text/html", "Origin": origin})


def log_in(authorization_url: str, action: str = "approve") -> str:
    """Goes from the authorization URL to the callback, which is returned and not opened."""
    answer = submit(open_login(authorization_url), action)
    assert answer.status == 303, f"expected 303, got {answer.status}: {answer.text}"
    return answer.location


@dataclass
class Flow:
    """One authorization request and the data to redeem its code."""

    server: demo.Server
    redirect_uri: str = "http://localhost:3031/callback"
    scope: str | None = None
    state: str | None = "a-state"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def request(self) -> dict[str, str]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        optional = {"scope": self.scope, "state": self.state}
        return {
            "response_type": "code", "client_id": demo.CLIENT_ID, "redirect_uri": self.redirect_uri,
            "code_challenge": challenge, "code_challenge_method": "S256", "resource": self.server.mcp_url,
        } | {name: value for name, value in optional.items() if value is not None}

    @property
    def url(self) -> str:
        return self.server.url("/authorize?") + urlencode(self.request)

    def code(self, callback: str) -> str:
        """Checks a callback as RFC 6749 §4.1.2 and RFC 9207 §2.4 require of a client."""
        assert callback.startswith(self.redirect_uri + "?"), callback
        found = parameters(callback)
        assert found.get("state") == self.state and found["iss"] == self.server.issuer
        return found["code"]

    def redeem(self, code: str, headers: dict[str, str] | None = None) -> dict:
        answer = fetch("POST", self.server.url("/token"), headers=headers or basic(), form={
            "grant_type": "authorization_code", "code": code, "code_verifier": self.verifier,
            "redirect_uri": self.redirect_uri, "resource": self.server.mcp_url,
        })
        assert answer.status == 200, answer.text
        return answer.json


def call(server: demo.Server, token: str, method: str, params: dict | None = None, request_id=1) -> Answer:
    """One request of revision 2026-07-28."""
    headers, body = request(token, method, params, request_id)
    return fetch("POST", server.mcp_url, headers=headers, body=body)


def request(token: str, method: str, params: dict | None = None, request_id=1) -> tuple[dict[str, str], str]:
    """The header fields and the body of such a request."""
    params = dict(params or {})
    headers = {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method,
    }
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    params["_meta"] = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
    }
    message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    return headers, json.dumps(message)


def echo(server: demo.Server, token: str, message: str, request_id=1) -> dict:
    answer = call(server, token, "tools/call", {"name": "echo", "arguments": {"message": message}}, request_id)
    assert answer.status == 200, answer.text
    return answer.json["result"]["structuredContent"]
