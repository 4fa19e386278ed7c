"""The tables of `scripts/bench`."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench_subjects import NGINX, OURS, SDK, Subject


@dataclass
class Row:
    """A measure of some of the servers, taken once per round for each."""

    title: str
    unit: str
    values: dict[Subject, Sequence[float]]
    note: str = ""  # behind our value
    compared: bool = True  # growth may be nothing, which has no ratio

    def ratio(self, other: Subject) -> str:
        """The ratio of ours to another: the median of the rounds' ratios, because the machine's speed lasts for a
        round.
        """
        if other not in self.values or not self.compared:
            return ""
        pairs = zip(self.values[OURS], self.values[other])
        ratio = statistics.median(a / b if self.unit == "/s" else b / a for a, b in pairs)
        return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"

    def text(self, value: float) -> str:
        sign = "" if self.compared else "+"
        digits = 0 if self.unit == "/s" or value >= 1000 else 1
        return f"{value:{sign},.{digits}f} {self.unit}".strip()

    def cells(self) -> list[str]:
        """The row of the table: a median for each server, then the ratio."""
        cells = [self.title]
        for subject in (OURS, SDK, NGINX):
            cells.append(self.text(statistics.median(self.values[subject])) if subject in self.values else "")
        cells[1] += self.note
        return [*cells, self.ratio(SDK), self.ratio(NGINX)]


def show(table: list[list[str]]) -> str:
    """Prints a table as Markdown, and returns it; its first row has the titles."""
    widths = [max(map(len, column)) for column in zip(*table)]
    table.insert(1, ["-" * width for width in widths])
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in table]
    print(*lines, sep="\n")
    return "\n".join(lines)
