"""Fails when `allCases` of a type of values omits or repeats one of them: value-lists.py

Such a type, for example `Rule`, has a `static let name = Rule(…)` for each value, and `static let allCases: [Rule] =
[…]`. The compiler knows the cases of an enumeration, but not the values of such a type.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from swift_source import code, files

LIST = re.compile(r"static let allCases: \[(\w+)\] = \[([^\]]*)\]")

problems = []
for target in sorted(path for path in Path("Sources").iterdir() if path.is_dir()):
    texts = {path: code(path.read_text()) for path in files(target)}
    for path, text in texts.items():
        for name, listed in LIST.findall(text):
            counts = Counter(re.findall(r"\.(\w+)", listed))
            values = [value for other in texts.values() for value in re.findall(rf"static let (\w+) = {name}\(", other)]
            problems += [f"  {path}: {name}.allCases lacks .{value}" for value in values if value not in counts]
            twice = [value for value, times in counts.items() if times > 1]
            problems += [f"  {path}: {name}.allCases has .{value} twice" for value in twice]
print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
sys.exit(len(problems) > 0)
