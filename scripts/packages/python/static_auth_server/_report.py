"""The server's verdict: which rules the clients followed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterable
from xml.etree import ElementTree

#: What XML 1.0 cannot contain.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: The verdicts from the weakest to the strongest, which wins when reports are combined.
_VERDICTS = ("NOT SEEN", "PASS", "NOTE", "FAIL")


@dataclass
class Rule:
    """A rule and its verdict."""

    #: A short name, such as ``pkce-s256``.
    id: str
    #: What the rule asks for: "The client sends a PKCE challenge by S256."
    text: str
    #: The section of the specification.
    reference: str
    #: ``MUST`` or ``SHOULD``.
    level: str
    #: ``PASS``, ``FAIL``, ``NOTE`` (a recommendation was not followed, which fails nothing) or ``NOT SEEN``.
    verdict: str
    #: What was wrong, each with the number of the request.
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        first = f"{self.verdict} {self.id}: {self.text} ({self.reference})"
        return "\n".join([first, *(f"  {problem}" for problem in self.problems)])


@dataclass
class Report:
    """The verdict on every rule."""

    rules: list[Rule] = field(default_factory=list)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Report:
        """Reads the JSON of ``/debug/report``."""
        return cls([
            Rule(
                one["id"], one["rule"], one["reference"], one["level"], one["verdict"],
                [_problem(it) for it in one["problems"]],
            )
            for one in document["rules"]
        ])

    @property
    def failed(self) -> list[Rule]:
        """The rules that a client broke."""
        return self._with("FAIL")

    @property
    def passed(self) -> list[Rule]:
        """The rules that clients followed."""
        return self._with("PASS")

    def _with(self, verdict: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.verdict == verdict]

    @property
    def summary(self) -> str:
        """One line with the numbers."""
        return ", ".join(f"{len(self._with(verdict))} {verdict}" for verdict in reversed(_VERDICTS))

    def __str__(self) -> str:
        return "\n".join([*map(str, self.failed), self.summary])

    def add(self, other: Report, place: str = "") -> None:
        """Takes over the verdicts of another report; ``place`` says in front of each problem where it was seen."""
        known = {rule.id: rule for rule in self.rules}
        for rule in other.rules:
            problems = [f"{place}, {problem}" if place else problem for problem in rule.problems]
            if rule.id not in known:
                self.rules.append(Rule(rule.id, rule.text, rule.reference, rule.level, rule.verdict, problems))
                continue
            ours = known[rule.id]
            ours.verdict = max(ours.verdict, rule.verdict, key=_VERDICTS.index)
            ours.problems += [problem for problem in problems if problem not in ours.problems]

    def beyond(self, known: Report, allowed: Iterable[str] = ()) -> list[Rule]:
        """The broken rules that are not allowed, with the problems that an earlier report does not have."""
        earlier = {rule.id: rule.problems for rule in known.failed}
        accepted = set(allowed)
        fresh = []
        for rule in self.failed:
            new = [problem for problem in rule.problems if problem not in earlier.get(rule.id, [])]
            if rule.id not in accepted and (new or rule.id not in earlier):
                fresh.append(Rule(rule.id, rule.text, rule.reference, rule.level, rule.verdict, new))
        return fresh

    def to_json(self) -> list[dict[str, Any]]:
        """Plain values, from which ``Report(rules=[Rule(**one) …])`` makes it again."""
        return [dict(vars(rule)) for rule in self.rules]

    def to_junit(self) -> bytes:
        """The report as JUnit's XML: one suite for all tests."""
        suite = ElementTree.Element("testsuite", {
            "name": "static-auth-server report", "tests": str(len(self.rules)), "failures": str(len(self.failed)),
            "errors": "0", "skipped": str(len(self._with("NOT SEEN"))),
        })
        for rule in self.rules:
            name = _xml(f"{rule.id}: {rule.text} ({rule.reference})")
            case = ElementTree.SubElement(suite, "testcase", {"classname": "client", "name": name})
            if rule.verdict == "FAIL":
                message = rule.problems[0] if rule.problems else rule.text
                failure = ElementTree.SubElement(case, "failure", {"message": _xml(message)})
                failure.text = _xml("\n".join(rule.problems))
            elif rule.verdict == "NOTE":
                ElementTree.SubElement(case, "system-out").text = _xml("\n".join(rule.problems))
            elif rule.verdict == "NOT SEEN":
                ElementTree.SubElement(case, "skipped")
        text: bytes = ElementTree.tostring(suite, encoding="UTF-8", xml_declaration=True)
        return text + b"\n"


def _problem(problem: dict[str, Any]) -> str:
    """The text of a problem; a required rule that was not seen has no request."""
    entry, text = problem["entry"], problem["problem"]
    return str(text) if entry is None else f"request {entry}: {text}"


def _xml(text: str) -> str:
    """Text of a test or a client as XML can have it."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
