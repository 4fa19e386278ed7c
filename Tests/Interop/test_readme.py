"""README's sessions in a shell, run as a reader would paste them."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import client as ours
import server as demo

README = Path(__file__).parents[2] / "README.md"
PORT = 9003


def paste(name: str, start_server, folder: Path, **environment: str) -> str:
    """Runs the block of a name with a server on the port that README uses; returns what it printed."""
    found = re.search(rf"<!-- test: {name} -->\s*```bash\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no bash block after <!-- test: {name} -->"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", PORT)) != 0, f"port {PORT} is in use; README's session needs it"
    server = start_server(port=PORT)
    assert server.base_url == f"http://localhost:{PORT}"
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail"], input=found[1], cwd=folder, capture_output=True, text=True, timeout=50,
        env=os.environ | environment,
    )
    said = f"{pasted.stdout}\n{pasted.stderr}"
    assert pasted.returncode == 0, said
    return said


def test_the_curl_session_works_when_pasted(start_server, tmp_path):
    said = paste("curl-session", start_server, tmp_path)
    assert '"structuredContent"' in said, f"the session does not end with a tool's result:\n{said}"


def test_the_debugging_session_works_when_pasted(start_server, tmp_path):
    said = paste("debug-session", start_server, tmp_path)
    assert "FAIL      pkce-verifier" in said, said
    assert "Note over C,A: This went wrong first" in said, said


def test_the_faults_work_when_pasted(start_server, tmp_path):
    said = paste("faults", start_server, tmp_path)
    for part in ("HTTP/1.1 503", "Retry-After: 7", '"struck":1', '{"removed":1}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_scenario_works_when_pasted(start_server, tmp_path):
    said = paste("scenarios", start_server, tmp_path)
    for part in ('"name":"issuer-slash"', '{"issuer":"http://localhost:9003/"', '{"scenario":null}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_client_session_works_when_pasted(start_server, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport person\n"
        "page = person.fetch('GET', person.log_in(sys.argv[1]))\n"
        "assert page.status == 200 and 'You can close this window' in page.text\n"
    )
    browser.chmod(0o755)
    folder = Path(ours.BINARY).resolve().parent
    said = paste(
        "client-session", start_server, tmp_path,
        HOME=str(tmp_path), BROWSER=str(browser), PATH=f"{folder}:{os.environ['PATH']}",
    )
    assert "The browser opens for the login" in said
    assert '{"echo":"hello","length":5}' in said
    assert '"structuredContent"' in said
    assert '{"jsonrpc":"2.0","id":1,"result":' in said
    assert "took the tokens back" in said
