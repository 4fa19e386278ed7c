"""The set-up of the scripts: packages are installed while another program installs some."""

import fcntl
import os
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def apt(tmp_path):
    """A private apt, without packages or sources; returns its environment."""
    for folder in ("lists/partial", "archives/partial", "dpkg/updates", "etc/apt.conf.d", "etc/sources.list.d"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dpkg/status").touch()
    (tmp_path / "etc/sources.list").touch()
    config = tmp_path / "apt.conf"
    config.write_text(
        f'Dir::Etc "{tmp_path}/etc"; Dir::State::lists "{tmp_path}/lists"; Dir::State::status "{tmp_path}/dpkg/status";'
        f'Dir::Cache "{tmp_path}"; Dir::Cache::archives "{tmp_path}/archives"; Dir::Log "{tmp_path}";'
        'Dir::State::extended_states ""; APT::Sandbox::User "";'
    )
    return os.environ | {"APT_CONFIG": str(config)}


def apt_get(*arguments: str, environment: dict) -> subprocess.Popen:
    return subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", 'as=(); . "$0" && apt_get "$@"', ROOT / "scripts/lib/setup.sh", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


LOCKS = [
    ("lists/lock", "update"), ("dpkg/lock-frontend", "install"), ("dpkg/lock", "install"), ("archives/lock", "install"),
]


@pytest.mark.parametrize(("lock", "command"), LOCKS)
def test_another_apt_at_work_is_waited_for(apt, tmp_path, lock, command):
    with (tmp_path / lock).open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        running = apt_get(command, "-y", environment=apt)
        time.sleep(4)
        assert running.poll() is None, running.stdout.read()
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 0, said
    waits = [line for line in said.splitlines() if line.startswith("==> waiting: ")]
    assert len(waits) == 1, f"one line says what is waited for, once:\n{said}"
    assert str(tmp_path / lock) in waits[0]


LOCK = "/var/lib/dpkg/lock-frontend"
REFUSALS = [
    f"E: Could not get lock {LOCK}. It is held by process 7 (apt)\n"
    f"E: Unable to acquire the dpkg frontend lock ({LOCK}), is another process using it?",
    f"E: Could not get lock {LOCK}. It is held by process 7\n"
    f"E: Unable to acquire the dpkg frontend lock ({LOCK}), is another process using it?",
    f"E: Could not get lock {LOCK} - open (11: Resource temporarily unavailable)",
    f"E: Could not get lock {LOCK}. - open (11: Resource temporarily unavailable)",
    f"E: Unable to acquire the dpkg frontend lock ({LOCK}), is another process using it?",
    "E: Unable to lock the administration directory (/var/lib/dpkg/), is another process using it?",
    "dpkg: error: dpkg frontend lock was locked by another process with pid 7",
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_wording_of_a_lock_that_is_held_is_known(tmp_path, refusal):
    stub = tmp_path / "apt-get"
    tried = f"{tmp_path}/tried"
    stub.write_text(
        f'#!/bin/sh\n[ -e "{tried}" ] && exit 0\ntouch "{tried}"\ncat <<END\n{refusal}\nEND\nexit 100\n')
    stub.chmod(0o755)
    running = apt_get("install", environment=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert said.count("==> waiting: ") == 1 and ("/var/lib/dpkg/" in said or "pid 7" in said), said


def test_apt_without_the_right_to_its_lock_is_not_waited_for(tmp_path):
    stub = tmp_path / "apt-get"
    refusal = f"E: Unable to acquire the dpkg frontend lock ({LOCK}), are you root?"
    stub.write_text(f"#!/bin/sh\necho '{refusal}'\nexit 100\n")
    stub.chmod(0o755)
    running = apt_get("install", environment=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 1 and "waiting" not in said and "are you root?" in said


@pytest.mark.parametrize(("lock", "command"), LOCKS[:2])
def test_it_is_not_waited_for_without_end(apt, tmp_path, lock, command):
    with (tmp_path / lock).open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        running = apt_get(command, "-y", environment=apt | {"APT_PATIENCE": "3"})
        said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "did not change in 3 s" in said and str(tmp_path / lock) in said


def test_any_other_failure_is_told_at_once(apt):
    running = apt_get("install", "-y", "no-such-package", environment=apt)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "Unable to locate package no-such-package" in said and "waiting" not in said
