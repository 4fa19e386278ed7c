"""The example servers in the source distribution of the official Python SDK, each as a process."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

#: The environment with the SDK: this one, or, where the suite has none, the one of its first major version.
HERE = Path(sys.prefix)
PREFIX = HERE if (HERE / "sources").exists() else Path(os.environ.get("SDK_PREFIX", ".build/interop-venv-mcp1"))
SERVERS = PREFIX.absolute() / "sources/examples/servers"
PYTHON = str(PREFIX.absolute() / "bin/python")


def free_ports(count: int) -> list[int]:
    """Free ports; all are bound until the last is found, so that no two are the same."""
    probes = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Examples:
    """Starts examples, and stops those that it started."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.running: list[subprocess.Popen] = []

    def start(self, port: int, *command: str) -> None:
        """Runs a module or a file with the examples' packages on the path, and waits until its port accepts
        connections.
        """
        paths = [str(path) for path in SERVERS.iterdir()]
        assert paths, f"{SERVERS} is missing; scripts/test unpacks it"
        log = self.folder / f"example-{port}.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [PYTHON, *command, "--port", str(port)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
        self.running.append(process)
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("localhost", port), timeout=1).close()
                return
            except OSError:
                assert process.poll() is None and time.monotonic() < end, f"{command}:\n{log.read_text()}"
                time.sleep(0.05)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
