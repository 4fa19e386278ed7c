"""README's sessions with `curl`, run as a reader would paste them."""

import re
import socket
import subprocess
from pathlib import Path

import server as demo

README = Path(__file__).parents[2] / "README.md"
PORT = 9003


def paste(name: str, start_server, folder: Path) -> tuple[str, str]:
    """Runs the block of a name with a server on the port that README uses; returns the block and what it printed."""
    found = re.search(rf"<!-- test: {name} -->\s*```bash\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no bash block after <!-- test: {name} -->"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", PORT)) != 0, f"port {PORT} is in use; README's session needs it"

    server = start_server(port=PORT)
    assert server.base_url == f"http://localhost:{PORT}"
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail"], input=found[1], cwd=folder, capture_output=True, text=True, timeout=50
    )
    assert pasted.returncode == 0, f"{pasted.stdout}\n{pasted.stderr}"
    return found[1], pasted.stdout


def test_the_curl_session_works_when_pasted(start_server, tmp_path):
    block, said = paste("curl-session", start_server, tmp_path)
    assert '"structuredContent"' in said, f"the session does not end with a tool's result:\n{said}"
    assert demo.CLIENT_ID in block


def test_the_debugging_session_works_when_pasted(start_server, tmp_path):
    _, said = paste("debug-session", start_server, tmp_path)
    assert "FAIL      pkce-verifier" in said, said
    assert "Note over C,A: This went wrong first" in said, said


def test_the_faults_work_when_pasted(start_server, tmp_path):
    _, said = paste("faults", start_server, tmp_path)
    for part in ("HTTP/1.1 503", "Retry-After: 7", '"struck":1', '{"removed":1}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_scenario_works_when_pasted(start_server, tmp_path):
    _, said = paste("scenarios", start_server, tmp_path)
    for part in ('"name":"issuer-slash"', '{"issuer":"http://localhost:9003/"', '{"scenario":null}'):
        assert part in said, f"{part} is missing:\n{said}"
