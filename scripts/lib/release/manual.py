"""Turns the output of `PROGRAM --experimental-dump-help` into a manual page: manual.py DATE <JSON >PROGRAM.1

One page for a program and its subcommands. ArgumentParser's own generate-manual writes one for each subcommand, calls
every option repeatable that may be given twice, and writes pages that mandoc complains about.
"""

import json
import re
import sys
import textwrap
from datetime import date

SEE_ALSO = {"static-auth-server": "static-auth-client", "static-auth-client": "static-auth-server"}


def text(words: str) -> list[str]:
    """Short lines, one sentence per line as mdoc demands, without text that would be a macro."""
    lines = []
    for number, paragraph in enumerate(words.strip().split("\n\n")):
        lines += [".Pp"] if number else []
        for sentence in re.split(r"(?<=[.:;?!])\s+", paragraph):
            for line in textwrap.wrap(sentence.replace("\\", "\\e"), 78, break_on_hyphens=False):
                lines.append("\\&" + line if line[0] in ".'" else line)
    return lines


def value(argument: dict) -> str:
    return argument["valueName"].replace(" ", "\\ ")


def form(argument: dict) -> str:
    """The form of an argument on the command line, without brackets."""
    if argument["kind"] == "positional":
        return f"Ar {value(argument)}" + (" ..." if argument["isRepeating"] else "")
    operand = f" Ar {value(argument)}" if argument["kind"] == "option" else ""
    return f"Fl -{argument['preferredName']['name']}{operand}"


def shown(command: dict) -> list[dict]:
    common = ("help", "version")
    return [
        one for one in command["arguments"]
        if one["shouldDisplay"] and one.get("preferredName", {}).get("name") not in common
    ]


def arguments(command: dict, are_listed_before: set[str]) -> list[str]:
    """The list of a command's arguments, under the titles of --help."""
    lines, title, is_open = [], None, False
    for one in shown(command):
        if one["kind"] != "positional" and form(one) in are_listed_before:
            continue
        if not is_open or one.get("sectionTitle") != title:
            lines += [".El"] if is_open else []
            title = one.get("sectionTitle")
            lines += [f".Ss {title}"] if title else []
            lines.append(".Bl -tag -width 4n")
            is_open = True
        about = one.get("abstract", "")
        if one.get("defaultValue"):
            about += f" (default: {one['defaultValue']})"
        lines += [f".It {form(one)}", *text(about)]
    return lines + ([".El"] if is_open else [])


def synopsis(name: str, command: dict) -> list[str]:
    lines = [".Nm" if " " not in name else f".Nm {name}"]
    options = [one for one in shown(command) if one["kind"] != "positional"]
    lines += [".Op Ar options"] if options else []
    for one in shown(command):
        if one["kind"] == "positional":
            lines.append((".Op " if one["isOptional"] else ".") + form(one))
    return lines


def exit_status(discussion: str) -> tuple[str, list[str]]:
    """Splits off the paragraph on exit codes."""
    paragraphs = discussion.split("\n\n")
    codes = [one for one in paragraphs if one.startswith("Exit codes: ")]
    rest = "\n\n".join(one for one in paragraphs if one not in codes)
    items = re.findall(r"(?:^|, )(\d+) (.*?)(?=, \d+ |\.$)", codes[0].removeprefix("Exit codes: "))
    lines = [".Bl -tag -width 4n"]
    for code, meaning in items:
        lines += [f".It {code}", *text(meaning + ".")]
    return rest, lines + [".El"]


def page(command: dict, day: str) -> list[str]:
    name = command["commandName"]
    displayed = [one for one in command.get("subcommands", []) if one["shouldDisplay"]]
    subcommands = [one for one in displayed if one["commandName"] != "help"]
    discussion, codes = exit_status(command["discussion"])
    lines = [
        f".Dd {date.fromisoformat(day):%B} {date.fromisoformat(day).day}, {day[:4]}",
        f".Dt {name.upper()} 1", ".Os", ".Sh NAME", f".Nm {name}",
        f".Nd {command['abstract'].rstrip('.')}", ".Sh SYNOPSIS",
    ]
    if shown(command):
        lines += synopsis(name, command)
    for one in subcommands:
        lines += synopsis(f"{name} {one['commandName']}", one)
    lines += [".Nm", ".Fl -help | Fl -version", ".Sh DESCRIPTION", *text(discussion)]
    # Arguments of all subcommands are listed once, before them.
    groups = [{form(argument): argument for argument in shown(one)} for one in subcommands]
    counts = {key: sum(key in group for group in groups) for group in groups for key in group}
    titled = {
        key: argument for group in groups for key, argument in group.items()
        if counts[key] > 1 and argument["kind"] != "positional" and argument.get("sectionTitle")
    }
    titles = list(dict.fromkeys(one["sectionTitle"] for one in titled.values()))
    common = [*shown(command), *sorted(titled.values(), key=lambda one: titles.index(one["sectionTitle"]))]
    if common:
        lines += [".Sh OPTIONS", *arguments({"arguments": common}, set())]
    if subcommands:
        lines.append(".Sh COMMANDS")
    for one in subcommands:
        lines += [f".Ss {one['commandName']}", *text(one["abstract"])]
        if one.get("discussion"):
            lines += [".Pp", *text(one["discussion"])]
        lines += arguments(one, set(titled))
    lines += [".Sh EXIT STATUS", *codes, ".Sh SEE ALSO", f".Xr {SEE_ALSO[name]} 1"]
    return lines


print("\n".join(page(json.load(sys.stdin)["command"], sys.argv[1])))
