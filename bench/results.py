"""What was measured: figures with their targets, in groups, in sections; kept as JSON from run to run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One number. ``least`` and ``most`` are what DESIGN or an issue asks for."""

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def target(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g}"
        return "" if self.most is None else f"at most {self.most:g}"

    @property
    def holds(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def text(self) -> str:
        """Three digits that count, and no more."""
        is_whole = self.value == int(self.value)
        digits = 0 if is_whole or abs(self.value) >= 100 else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


@dataclass(frozen=True)
class Group:
    """Figures that are read together."""

    title: str
    figures: list[Figure]


@dataclass(frozen=True)
class Section:
    """What one measurement found; ``how`` says in a sentence or two what was done."""

    title: str
    how: str
    groups: list[Group]


class Report:
    """All sections, each as it was measured last, with the machine on which that was."""

    def __init__(self, name: str) -> None:
        self.file = FOLDER / f"{name}.json"
        self._content: dict[str, Any] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def add(self, name: str, machine: dict[str, str], section: Section) -> None:
        self._content[name] = {"machine": machine, **asdict(section)}
        FOLDER.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self._content, indent=1, ensure_ascii=False) + "\n")

    def sections(self, order: list[str]) -> list[tuple[dict[str, str], Section]]:
        """In this order, with the machine of each."""
        found = [self._content[name] for name in order if name in self._content]
        return [(content["machine"], _section(content)) for content in found]


def _section(content: dict[str, Any]) -> Section:
    groups = [Group(one["title"], [Figure(**figure) for figure in one["figures"]]) for one in content["groups"]]
    return Section(content["title"], content["how"], groups)
