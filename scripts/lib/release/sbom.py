"""Writes the components of a release as SPDX 2.3: sbom.py NAME=BUILD_FOLDER/PRODUCT... >FILE

A program is dist/NAME. Its components come from the linker's map, BUILD_FOLDER/PRODUCT.map, not from a list; versions
come from the state of the build, Debian's package database and the compiler. A component with an unknown licence is an
error.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

DEBIAN_LICENCES = {
    "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    "hiredis": "BSD-3-Clause",
    "openssl": "Apache-2.0",
    "sqlite3": "blessing",
    "zlib": "Zlib",
}
# Third-party C code inside Swift packages: name, licence, and where the version is.
VENDORED = {
    "CNIOBoringSSL": ("boringssl", "Apache-2.0 AND MIT", "hash.txt", r"([0-9a-f]{40})"),
    "CNIOLLHTTP": ("llhttp", "MIT", "include/c_nio_llhttp.h", r"LLHTTP_VERSION_\w+ (\d+)"),
}


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def package(name: str, version: str, licence: str, purl: str, **more) -> dict:
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", f"{name}-{version}"),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
        ],
    } | more


def licence_in(folder: Path) -> str:
    """The licence of a Swift package, from its file."""
    text = next(folder.glob("LICENSE*")).read_text()
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise SystemExit(f"sbom.py: it is not known which licence {folder.name} has")


def swift_packages(build: Path) -> dict[str, dict]:
    """All packages that this build resolved, by the name of their checkout.

    Not those of Package.resolved: another build, without the stores, may have written it since.
    """
    found = {}
    for dependency in json.loads((build / "workspace-state.json").read_text())["object"]["dependencies"]:
        address = dependency["packageRef"]["location"].removesuffix(".git")
        folder, place = dependency["subpath"], address.removeprefix("https://")
        checkout = dependency["state"]["checkoutState"]
        version, revision = checkout["version"], checkout["revision"]
        found[folder] = package(
            folder, version, licence_in(build / "checkouts" / folder), f"pkg:swift/{place}@{version}",
            downloadLocation=f"git+{address}.git@{revision}", sourceInfo=f"git revision {revision}",
        )
    return found


def debian_package(path: str) -> dict:
    """The Debian package of a system file."""
    owner = next(
        line.split(": ")[0] for place in (path, os.path.realpath(path))
        for line in subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True).stdout.splitlines()
    )
    facts = "${Package} ${Version} ${Architecture} ${source:Package}"
    name, version, architecture, source = run("dpkg-query", "-W", "-f", facts, owner).split()
    if source not in DEBIAN_LICENCES:
        raise SystemExit(f"sbom.py: {path} is linked; say in DEBIAN_LICENCES which licence {source} has")
    distribution = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    release = f"{distribution['ID']}-{distribution['VERSION_ID']}".replace('"', "")
    purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro={release}&upstream={source}"
    return package(name, version, DEBIAN_LICENCES[source], purl.replace("+", "%2B"))


def parts(build: Path, program: str) -> tuple[set[str], set[str]]:
    """The modules and system files that the linker used."""
    modules, files = set(), set()
    for path in set(re.findall(r"(/[^\s:()]+\.[ao])[:(]", (build / f"{program}.map").read_text(errors="replace"))):
        inside = re.search(r"/([^/]+)\.build/", path)
        if inside:
            modules.add(inside[1])
        else:
            files.add(path)
    return modules, files


def checkout_of(build: Path, module: str) -> str | None:
    """The checkout that a module was compiled from; None for this project's."""
    folder = build / "release" / f"{module}.build"
    lists = [folder / "sources"] if (folder / "sources").exists() else folder.rglob("*.d")
    found = re.search(r"/checkouts/([^/]+)/", next(iter(lists)).read_text())
    return found[1] if found else None


def vendored(build: Path, checkout: str, module: str) -> dict:
    name, licence, file, version = VENDORED[module]
    text = (build / "checkouts" / checkout / "Sources" / module / file).read_text()
    number = ".".join(re.findall(version, text))
    return package(name, number, licence, f"pkg:generic/{name}@{number}")


def main(programs: dict[str, Path]) -> None:
    version = re.search(r'current = "([^"]+)"', Path("Sources/StaticAuthServer/Base/Version.swift").read_text())[1]
    compiler = re.search(r"Swift version ([0-9.]+)", run("swift", "--version"))[1]
    checkouts = {
        build: swift_packages(build) for build in sorted({product.parent for product in programs.values()})
    }
    resolved = [one for each in checkouts.values() for one in each.values()]
    # Part of the toolchain's static libraries, besides Swift's own: ICU in _FoundationICU.
    toolchain = package(
        "swift", compiler, "Apache-2.0 WITH Swift-exception AND Unicode-3.0", f"pkg:generic/swift@{compiler}",
        downloadLocation="https://www.swift.org/install/", summary="The static libraries of the Swift toolchain.",
    )
    packages, links = {one["SPDXID"]: one for one in resolved}, set()
    for program, product in programs.items():
        build = product.parent
        digest = hashlib.sha256(Path("dist", program).read_bytes()).hexdigest()
        ours = package(
            program, version, "MIT", f"pkg:generic/{program}@{version}", primaryPackagePurpose="APPLICATION",
            packageFileName=program, checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
        )
        packages[ours["SPDXID"]] = ours
        links.add(("SPDXRef-DOCUMENT", "DESCRIBES", ours["SPDXID"]))
        modules, files = parts(build, product.name)
        linked = [toolchain if "/swift_static/" in path else debian_package(path) for path in sorted(files)]
        for module in sorted(modules):
            if checkout := checkout_of(build, module):
                linked.append(checkouts[build][checkout])
                if module in VENDORED:
                    linked.append(vendored(build, checkout, module))
                    links.add((checkouts[build][checkout]["SPDXID"], "CONTAINS", linked[-1]["SPDXID"]))
        for one in linked:
            packages[one["SPDXID"]] = one
            links.add((ours["SPDXID"], "STATIC_LINK", one["SPDXID"]))
    used = {target for _, _, target in links}
    for one in packages.values():
        if one["SPDXID"] not in used and one.get("primaryPackagePurpose") != "APPLICATION":
            one["comment"] = "Resolved, since a dependency may use it; nothing of it is in the programs."
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct"))
    content = [packages[key] for key in sorted(packages)]
    json.dump({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"static-auth-server-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/static-auth-server-{version}-"
        + str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([content, sorted(links)]))),
        "creationInfo": {
            "created": datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: static-auth-server-scripts-release"],
        },
        "packages": content,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in sorted(links)
        ],
    }, sys.stdout, indent=2)
    print()


main({name: Path(product) for name, product in (one.split("=", 1) for one in sys.argv[1:])})
