"""Turns a journal of /debug/requests into a recording that the tests of FlowRecorder replay.

    curl -s "$BASE/debug/requests?format=ndjson" | python3 recording.py > ../FlowRecorderTests/Recordings/NAME.ndjson

With RECORDINGS=FOLDER every test of this folder writes the recording of its servers there.

A journal shows fingerprints in place of secrets. The same secret has the same fingerprint everywhere, so each becomes a
name, such as {{code-1}}, which a replay fills in; {{challenge-1}} is the S256 challenge of {{verifier-1}}.
"""

import base64
import json
import re
import sys
from datetime import datetime
from urllib.parse import quote

FINGERPRINT = re.compile(r"\[\d+ (?:characters|bytes), sha256 ([0-9a-f]+)\]")
REQUEST_FIELDS = {
    "user-agent", "accept", "content-type", "authorization", "mcp-session-id", "mcp-protocol-version", "mcp-method",
    "mcp-name", "origin", "sec-fetch-mode", "access-control-request-method",
}
ANSWER_FIELDS = {"content-type", "location", "www-authenticate", "mcp-session-id"}
KINDS = {"code_challenge": "challenge", "code_verifier": "verifier", "access_token": "token", "client_secret": "secret"}


class Names:
    """The name of each secret, by its fingerprint."""

    def __init__(self, entries: list[dict]):
        self.names: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        challenges: dict[str, str] = {}
        for entry in entries:
            parameters = {p["name"]: p["value"] for p in entry["request"].get("query", [])}
            form = {p["name"]: p["value"] for p in entry["request"].get("body", {}).get("form", [])}
            parameters = parameters or form
            if challenge := self.fingerprint(parameters.get("code_challenge", "")):
                target = next((h["value"] for h in entry["response"]["headers"] if h["name"] == "Location"), "")
                if found := re.search(r"[?&]code=(\[[^]]*\])", target):
                    challenges[self.fingerprint(found[1])] = challenge
            verifier = self.fingerprint(form.get("code_verifier", ""))
            if verifier and verifier not in self.names:
                number = self.number("verifier")
                self.names[verifier] = f"verifier-{number}"
                if challenge := challenges.get(self.fingerprint(form.get("code", ""))):
                    self.names[challenge] = f"challenge-{number}"

    def fingerprint(self, text: str) -> str | None:
        found = FINGERPRINT.search(text)
        return found[1] if found else None

    def number(self, kind: str) -> int:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]

    def replace(self, text: str, kind: str = "secret") -> str:
        def name(found: re.Match) -> str:
            before = re.search(r"([A-Za-z_]+)\"?\s*[=:]\s*\"?$", found.string[: found.start()])
            wanted = before[1] if before else kind
            wanted = KINDS.get(wanted, wanted)
            if found[1] not in self.names:
                self.names[found[1]] = f"{wanted}-{self.number('verifier' if wanted == 'challenge' else wanted)}"
            return "{{" + self.names[found[1]] + "}}"

        return FINGERPRINT.sub(name, text)

    def fields(self, headers: list[dict], kept: set[str]) -> dict[str, str]:
        shown = {h["name"]: h["value"] for h in headers if h["name"].lower() in kept}
        for name, value in shown.items():
            if name.lower() == "authorization" and value.startswith("Basic "):
                client_id = value.removeprefix("Basic ").partition(":")[0].partition(" ")[0]
                shown[name] = "Basic " + base64.b64encode(f"{client_id}:secret".encode()).decode()
            else:
                kinds = {"authorization": "token", "mcp-session-id": "session"}
                shown[name] = self.replace(value, kinds.get(name.lower(), "secret"))
        return shown

    def parameters(self, pairs: list[dict]) -> str:
        encoded = (
            quote(p["name"]) + "=" + quote(self.replace(f"{p['name']}={p['value']}").partition("=")[2], safe="{}:/")
            for p in pairs
        )
        return "&".join(encoded)


def shortened(endpoint: str, body: str) -> str:
    """The part of an answer that matters to flows: tokens, errors and the revision that was agreed on."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    if endpoint == "mcp" and "result" in document:
        agreed = document["result"].get("protocolVersion")
        document["result"] = {"protocolVersion": agreed} if agreed else {}
    kept = endpoint in ("mcp", "token", "login") or "error" in document
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) if kept else ""


def recording(entries: list[dict]) -> list[dict]:
    """The exchanges of a journal, the oldest first."""
    entries = sorted(entries, key=lambda entry: entry["id"])
    names = Names(entries)
    began = None
    lines = []
    for entry in entries:
        time = datetime.fromisoformat(entry["time"])
        began = began or time
        request, response = entry["request"], entry["response"]
        line = {"at": round((time - began).total_seconds(), 3), "endpoint": entry["endpoint"]}
        line |= {"method": entry["method"], "path": entry["path"]}
        if request.get("query"):
            line["query"] = names.parameters(request["query"])
        line["fields"] = names.fields(request["headers"], REQUEST_FIELDS)
        if body := request.get("body"):
            line["body"] = names.parameters(body["form"]) if "form" in body else names.replace(body["text"])
        line["status"] = entry["status"]
        line["answer_fields"] = names.fields(response["headers"], ANSWER_FIELDS)
        if answer := shortened(entry["endpoint"], response.get("body", {}).get("text", "")):
            line["answer"] = names.replace(answer)
        lines.append(line)
    return lines


def write(journal: str) -> str:
    """A recording as text, of a journal as ndjson; the address of the server is http://localhost:9003."""
    entries = [json.loads(line) for line in journal.splitlines() if line.strip()]
    hosts = {h["value"] for entry in entries for h in entry["request"]["headers"] if h["name"].lower() == "host"}
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in recording(entries))
    text = "".join(lines)
    for host in hosts:
        text = text.replace(f"http://{host}", "http://localhost:9003")
    return text


if __name__ == "__main__":
    sys.stdout.write(write(sys.stdin.read()))
