"""Builds the faults of Tests/Mutants into a copy of the sources and tests them one by one, for scripts/mutants."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ENTRIES = Path("Tests/Mutants")
WORK = Path(".build-mutants")
TREE = WORK / "tree"
TRAITS = ["--traits", "SQLite,Redis,ServiceLifecycle"]
# The timeout of a test; a fault that reaches it shows that the test needs a timeout of its own.
SECONDS = 180
SEEN_AT_LEAST = 0.97
# The variable that switches a fault on. The programs that tests start inherit it.
VARIABLE = "MUTANT"
SWITCH = """\
// Written by scripts/mutants.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

enum Mutant {
    private static let active = getenv("%s").map { String(cString: $0) } ?? ""

    static func isOn(_ name: String) -> Bool { active == name }
}
""" % VARIABLE


@dataclass
class Mutant:
    """A fault: the lines of a file, their replacement, and the tests that should detect it."""

    place: str
    name: str
    file: Path
    tests: str
    why: str
    original: str
    replacement: str
    problems: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return re.sub(r"\bFAULT\b", f'Mutant.isOn("{self.name}")', self.replacement)

    def span(self) -> tuple[int, int]:
        start = self.file.read_text().index(self.original)
        return start, start + len(self.original)


def read(path: Path) -> list[Mutant]:
    """The entries of a file. A malformed one is returned with its problem."""
    found: list[Mutant] = []
    text = path.read_text()
    for match in re.finditer(r"^== (.+)\n((?:(?!^== ).*\n?)*)", text, re.MULTILINE):
        place = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        head, _, rest = match[2].partition("\n---\n")
        original, _, replacement = rest.partition("\n+++\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        mutant = Mutant(place, match[1].strip(), Path(fields.get("file", "")), fields.get("tests", ""),
                        fields.get("why", ""), original, replacement.rstrip("\n"))
        mutant.problems = problems(mutant)
        found.append(mutant)
    return found


def problems(mutant: Mutant) -> list[str]:
    """The reasons why an entry cannot be used."""
    found = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mutant.name):
        found.append("its name is not in kebab case")
    if not mutant.tests or not mutant.why:
        found.append("it needs the lines tests: and why:")
    if not re.search(r"\bFAULT\b", mutant.replacement):
        found.append("its replacement has no FAULT")
    if not mutant.file.is_file():
        found.append(f"there is no file {mutant.file}")
    elif not mutant.original.strip() or (times := mutant.file.read_text().count(mutant.original)) != 1:
        found.append(f"its text stands {times if mutant.original.strip() else 0} times in {mutant.file}, not once")
    found += [f"there is no test {test}" for test in missing_tests(mutant.tests)]
    return found


def missing_tests(tests: str) -> list[str]:
    """What a filter, `Module.Suite/function` or `Module.(Suite|Suite)`, names and no test declares."""
    module, _, rest = tests.partition(".")
    suites, _, function = rest.partition("/")
    text = declarations(module)
    names = [("struct", suite) for suite in re.findall(r"\w+", suites)] + ([("func", function)] if function else [])
    return [f"{module}.{name}" for kind, name in names if not re.search(rf"\b{kind} {re.escape(name)}\b", text)]


@cache
def declarations(module: str) -> str:
    """The sources of a test module, as one text."""
    return "\n".join(path.read_text() for path in sorted(Path("Tests", module).rglob("*.swift")))


def load() -> list[Mutant]:
    mutants = [mutant for path in sorted(ENTRIES.glob("*.txt")) for mutant in read(path)]
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        if names.count(mutant.name) > 1:
            mutant.problems.append("another entry has its name")
    return mutants


def rounds(mutants: list[Mutant]) -> list[list[Mutant]]:
    """Splits faults that replace the same lines into several builds; nearly all are in the first."""
    result: list[list[Mutant]] = []
    for mutant in mutants:
        start, end = mutant.span()
        for others in result:
            if all(other.file != mutant.file or other.span()[1] <= start or end <= other.span()[0] for other in others):
                others.append(mutant)
                break
        else:
            result.append([mutant])
    return result


def write(path: Path, text: bytes) -> None:
    """Writes a file only if its content differs, so that an unchanged one is not compiled again."""
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def lay(mutants: list[Mutant]) -> None:
    """Makes the copy of the sources, with the given faults behind their switches."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            check=True, capture_output=True, text=True).stdout
    wanted = {Path(name) for name in listed.split("\0") if name and os.path.isfile(name)}
    for path in sorted(wanted):
        text = path.read_bytes()
        faults = sorted((m for m in mutants if m.file == path), key=Mutant.span, reverse=True)
        for mutant in faults:
            text = text.replace(mutant.original.encode(), mutant.code.encode(), 1)
        write(TREE / path, text)
        if os.access(path, os.X_OK):
            (TREE / path).chmod(0o755)
    targets = {Path(*mutant.file.parts[:2]) for mutant in mutants}
    for target in targets:
        write(TREE / target / "Mutant.swift", SWITCH.encode())
    for path in [p for p in TREE.rglob("*") if p.is_file() or p.is_symlink()]:
        inside = path.relative_to(TREE)
        if inside.parts[0].startswith(".build") or inside.name == "Package.resolved":
            continue
        if inside not in wanted and not (inside.name == "Mutant.swift" and inside.parent in targets):
            path.unlink()


def build() -> bool:
    """Builds, and prints the compiler's errors on failure, each once: the compiler repeats them for each file."""
    command = ["swift", "build", "--build-tests", "--quiet", *TRAITS]
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        errors = dict.fromkeys(line for line in lines if "error:" in line and line.startswith("/"))
        print("\n".join(errors or lines), file=sys.stderr)
    return done.returncode == 0


def run(tests: str, name: str) -> str:
    """Runs tests with a fault switched on: `passed`, `failed`, `hung`, or `none` when there is no such test."""
    bundle = next((TREE / ".build" / "debug").resolve().glob("*.xctest"))
    process = subprocess.Popen(
        [bundle, "--testing-library", "swift-testing", "--filter", tests], cwd=TREE, start_new_session=True,
        env={**os.environ, VARIABLE: name, "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH": "6"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        output, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        # Including the servers that the tests started, each of which has its own process group.
        subprocess.run(["pkill", "-KILL", "--session", str(process.pid)])
        process.communicate()
        return "hung"
    log = WORK / "logs" / f"{name or 'without-a-fault'}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(output)
    if re.search(r"Test run with 0 tests", output):
        return "none"
    return "passed" if process.returncode == 0 else "failed"


def judge(mutants: list[Mutant], workers: ThreadPoolExecutor) -> tuple[list[Mutant], list[str]]:
    """Tests the faults of one build. Returns the undetected ones, and tests that fail without any fault."""
    filters = sorted({mutant.tests for mutant in mutants})
    sound = dict(zip(filters, workers.map(lambda tests: run(tests, ""), filters)))
    broken = [f"{tests}: {what} without any fault" for tests, what in sound.items() if what != "passed"]
    tested = [mutant for mutant in mutants if sound[mutant.tests] == "passed"]
    missed = [mutant for mutant in mutants if sound[mutant.tests] != "passed"]
    for mutant, what in zip(tested, workers.map(lambda m: run(m.tests, m.name), tested)):
        row = {"failed": "seen", "passed": "NOT SEEN", "hung": "HANGS", "none": "NO TEST"}[what]
        print(f"{row:8}  {mutant.name}  {mutant.file}  {mutant.why}", flush=True)
        if what != "failed":
            missed.append(mutant)
    return missed, broken


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    try:
        options = parser.parse_args()
    except SystemExit as end:
        return 64 if end.code else 0

    mutants = load()
    unusable = [f"  {mutant.place}: {mutant.name}: {problem}" for mutant in mutants for problem in mutant.problems]
    if unusable:
        print("\n".join(unusable), file=sys.stderr)
        return 2
    if unknown := set(options.names) - {mutant.name for mutant in mutants}:
        print(f"mutants: there is no entry {', '.join(sorted(unknown))}", file=sys.stderr)
        return 64
    if options.names:
        mutants = [mutant for mutant in mutants if mutant.name in options.names]
    if options.list:
        for mutant in mutants:
            print(f"{mutant.name}  {mutant.file}  {mutant.why}")
    if options.list or options.check:
        return 0

    shutil.rmtree(WORK / "logs", ignore_errors=True)
    missed, broken = [], []
    builds = rounds(mutants)
    # More workers than processors, because tests wait more than they compute.
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as workers:
        for number, faults in enumerate(builds, 1):
            print(f"==> build {number} of {len(builds)}, with {len(faults)} faults", file=sys.stderr)
            lay(faults)
            if not build():
                print("mutants: the sources do not build with these faults", file=sys.stderr)
                return 2
            new = judge(faults, workers)
            missed += new[0]
            broken += new[1]
    seen = len(mutants) - len(missed)
    print(f"{seen} of {len(mutants)} faults are seen ({seen / len(mutants):.1%}).")
    if broken:
        print("\n".join(f"mutants: {each}" for each in broken), file=sys.stderr)
        return 2
    return 0 if seen >= SEEN_AT_LEAST * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
