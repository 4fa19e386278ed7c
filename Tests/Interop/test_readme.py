"""README's session with `curl`, run as a reader would paste it."""

import re
import socket
import subprocess
from pathlib import Path

import server as demo

README = Path(__file__).parents[2] / "README.md"
PORT = 9003


def test_the_curl_session_works_when_pasted(start_server, tmp_path):
    found = re.search(r"<!-- test: curl-session -->\s*```bash\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found, "README.md has no bash block after <!-- test: curl-session -->"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", PORT)) != 0, f"port {PORT} is in use; README's session needs it"

    server = start_server(port=PORT)
    assert server.base_url == f"http://localhost:{PORT}"
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail"], input=found[1], cwd=tmp_path, capture_output=True, text=True, timeout=50
    )
    said = f"{pasted.stdout}\n{pasted.stderr}"
    assert pasted.returncode == 0, said
    assert '"structuredContent"' in pasted.stdout, f"the session does not end with a tool's result:\n{said}"
    assert demo.CLIENT_ID in found[1]
