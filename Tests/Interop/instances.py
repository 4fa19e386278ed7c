"""Several instances on one real Redis behind a real nginx, which a client cannot tell from one server.

nginx runs with `scripts/deploy/nginx.conf`, of which only addresses and TLS are changed.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import server as demo

DEPLOY = Path(__file__).resolve().parents[2] / "scripts/deploy"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    """Waits until a port accepts connections; the process must not end before."""
    end = time.monotonic() + 40
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"{process.args[0]} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.005)


class Redis:
    """A Redis server that writes everything to disk at once, so that a kill loses nothing."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True)
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = self.folder / "log"
        self.process = subprocess.Popen([
            "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--logfile", str(log),
        ], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process, log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start_nginx(folder: Path, port: int, upstreams: list[int]) -> subprocess.Popen:
    """Runs nginx with the deployment's configuration; its access log names the instance that answered."""
    folder.mkdir(parents=True)
    site = (DEPLOY / "nginx.conf").read_text()
    servers = "".join(f"    server 127.0.0.1:{each};\n" for each in upstreams)
    site, count = re.subn(r"(?:    server 127\.0\.0\.1:\d+;\n)+", servers, site)
    site, tls = re.subn(r" *listen 443 ssl;\n", f"    listen 127.0.0.1:{port};\n", site)
    assert (count, tls) == (1, 1), "scripts/deploy/nginx.conf is not as expected"
    site = re.sub(r" *(ssl_certificate|ssl_certificate_key) .*\n", "", site).replace("mcp.example.com", "localhost")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ log_format upstream '$upstream_addr $request_method $uri $status';\n"
        f"access_log {folder}/access.log upstream; {temporary}\n{site}}}\n"
    )
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")],
        stdin=subprocess.DEVNULL,
    )
    wait_for(port, process, folder / "error.log")
    return process


@dataclass
class Instances(demo.Server):
    """The instances, described as the one server that clients see."""

    redis: Redis
    instances: list[demo.Server]
    nginx: subprocess.Popen
    access_log: Path

    def answered(self) -> dict[int, int]:
        """The number of requests that each instance has answered, by its port."""
        found = {each.port: 0 for each in self.instances}
        for line in self.access_log.read_text().splitlines():
            found[int(line.split()[0].rsplit(":", 1)[1])] += 1
        return found

    def stop(self) -> None:
        self.nginx.send_signal(signal.SIGQUIT)
        for each in self.instances:
            if each.process.returncode is None:
                each.stop()
        self.nginx.terminate()
        self.nginx.wait(timeout=40)
        self.redis.kill()


def start(folder: Path, *flags: str, port: int = 0, count: int = 3) -> Instances:
    """Starts instances as `server.start` starts one."""
    port = port or free_port()
    public_url = f"http://localhost:{port}"
    redis = Redis(folder / "redis")
    shared = ["--store", redis.url, "--public-url", public_url, "--trusted-proxies", "127.0.0.1", *flags]
    instances = [demo.start_one(folder / f"instance-{number}", *shared) for number in range(count)]
    nginx = start_nginx(folder / "nginx", port, [each.port for each in instances])
    first = instances[0]
    return Instances(
        first.process, first.output, public_url, f"{public_url}/mcp", public_url, port, redis, instances, nginx,
        folder / "nginx/access.log",
    )
