"""Fails on public symbols without a comment or without a topic on their library's page: check-docs.py OUT LIBRARY...

The comment of an enumeration of wire strings covers its cases.
"""

import json
import sys
from pathlib import Path

RAW_REPRESENTABLE = "s:SY"

out, problems, count = Path(sys.argv[1]), [], 0
for library in sys.argv[2:]:
    page = Path(f"Sources/{library}/{library}.docc/{library}.md").read_text()
    for path in (out / "symbols" / library).glob("*.symbols.json"):
        graph = json.loads(path.read_text())
        links = [(one["source"], one["kind"], one["target"]) for one in graph["relationships"]]
        strings = {one for one, kind, other in links if kind == "conformsTo" and other == RAW_REPRESENTABLE}
        wire_strings = {one for one, kind, other in links if kind == "memberOf" and other in strings}
        for symbol in graph["symbols"]:
            name, count = ".".join(symbol["pathComponents"]), count + 1
            is_case = symbol["kind"]["identifier"] == "swift.enum.case"
            if "docComment" not in symbol and not (is_case and symbol["identifier"]["precise"] in wire_strings):
                problems.append(f"  {library}: {name} has no comment")
            is_named = f"``{name}``" in page or f"``{library}/{name}``" in page
            if len(symbol["pathComponents"]) == 1 and "@" not in path.name and not is_named:
                problems.append(f"  {library}: {name} is in no topic of {library}.md")
if not count:
    problems.append("  there are no symbols")
print("\n".join(problems) or f"    {count} public symbols, each with a comment and a topic", file=sys.stderr)
sys.exit(len(problems) > 0)
