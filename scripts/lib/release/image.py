"""Writes a container image as an OCI archive: image.py PROGRAM SBOM OUT

One layer with the static program, the licence and the list of components, for an unprivileged user. No container engine
is needed, and the same program gives the same bytes. The archive is one for `docker load`, too.
"""

import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from package_files import ROOT, SUMMARY, epoch, gzipped, program, tar_of, version

USER = "10001:10001"
PORT = 9003
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
SECOND = 10**9


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def main(path: Path, sbom: Path, out: Path) -> None:
    name, created = path.name, datetime.fromtimestamp(epoch(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    plain = tar_of(
        {
            "static-auth-server": program(path), "LICENSE": (ROOT / "LICENSE").read_bytes(),
            "static-auth-server.spdx.json": sbom.read_bytes(),
        }, {"static-auth-server"})
    packed = gzipped(plain)
    config = encoded({
        "created": created, "architecture": "amd64", "os": "linux",
        "config": {
            "User": USER,
            "ExposedPorts": {f"{PORT}/tcp": {}},
            # A container is reached from outside, so the server asks for credentials of your own: see docs/ci.md.
            "Env": ["MCP_STATIC_HOST=0.0.0.0"],
            "Entrypoint": ["/static-auth-server"],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            # Not part of OCI; Docker reads it.
            "Healthcheck": {
                "Test": ["CMD", "/static-auth-server", "healthcheck"], "Interval": 10 * SECOND, "Timeout": 5 * SECOND,
                "StartPeriod": 5 * SECOND, "Retries": 3,
            },
            "Labels": labels(name, created),
        },
        "rootfs": {"type": "layers", "diff_ids": [digest(plain)]},
        "history": [{"created": created, "created_by": "scripts/release"}],
    })
    manifest = encoded({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, packed)], "annotations": labels(name, created),
    })
    tag = f"{name}:{version()}"
    index = {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            descriptor(MANIFEST, manifest) | {
                "platform": {"architecture": "amd64", "os": "linux"},
                "annotations": {
                    "org.opencontainers.image.ref.name": version(),
                    "io.containerd.image.name": f"docker.io/library/{tag}",
                },
            }],
    }
    # What docker load reads.
    legacy = [{"Config": blob(config), "RepoTags": [tag], "Layers": [blob(packed)]}]
    files = {
        "oci-layout": encoded({"imageLayoutVersion": "1.0.0"}), "index.json": encoded(index),
        "manifest.json": encoded(legacy),
    } | {blob(content): content for content in (config, manifest, packed)}
    file = f"{name}-{version()}-linux-x86_64.oci.tar"
    (out / file).write_bytes(tar_of(files, set()))
    print(file)


def labels(name: str, created: str) -> dict[str, str]:
    known = {
        "title": name, "description": SUMMARY, "version": version(), "licenses": "MIT", "created": created,
    }
    return {f"org.opencontainers.image.{key}": value for key, value in sorted(known.items())}


def descriptor(kind: str, content: bytes) -> dict:
    return {"mediaType": kind, "digest": digest(content), "size": len(content)}


def blob(content: bytes) -> str:
    return "blobs/" + digest(content).replace(":", "/")


def encoded(document: dict | list) -> bytes:
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


main(*map(Path, sys.argv[1:4]))
