"""Measure all, or what is named, and write the report: ``python -m bench [--quick] [NAME ...]``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from bench import (
    beside,
    cost,
    dashboard,
    flame,
    hostile,
    machine,
    memory,
    page,
    scores,
    snippet,
    stalls,
    steps,
    throughput,
    utility,
)
from bench.results import FOLDER, Report, Section
from bench.scale import FULL, QUICK, Scale


class Measurement(NamedTuple):
    name: str
    measure: Callable[[Scale], Section]


MEASUREMENTS = (
    Measurement("throughput", throughput.measure),
    Measurement("cost", cost.measure),
    Measurement("flame", flame.measure),
    Measurement("memory", memory.measure),
    Measurement("steps", steps.measure),
    Measurement("dashboard", dashboard.measure),
    Measurement("utility", utility.measure),
    Measurement("snippet", snippet.measure),
    Measurement("lighthouse", scores.measure),
    Measurement("hostile", hostile.measure),
    Measurement("stalls", stalls.measure),
    Measurement("beside", beside.measure),
)


def main() -> None:
    names = [one.name for one in MEASUREMENTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="a short pass, whose figures say little")
    parser.add_argument("--hits", type=int, help="after which memory is looked at again")
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    scale = QUICK if given.quick else FULL
    run(scale._replace(hits=given.hits or scale.hits), given.names or names)


def run(scale: Scale, wanted: list[str]) -> None:
    """Each section is written as soon as it is there; what was not measured stays as it was."""
    report, described = Report(scale.name), machine.describe()
    for one in MEASUREMENTS:
        if one.name in wanted:
            print(f"{one.name} ...", flush=True)
            section = one.measure(scale)
            _say(section)
            report.add(one.name, described, section)
            _write_page(report, scale.name)


def _say(section: Section) -> None:
    for group in section.groups:
        print(f"\n{group.title}")
        for figure in group.figures:
            verdict = "" if figure.holds else "MISSED"
            print(f"  {figure.name:60} {figure.text:>20} {figure.target:18} {verdict}".rstrip())
    print(flush=True)


def _write_page(report: Report, name: str) -> None:
    links = [report.file.name, *sorted(file.name for file in FOLDER.glob(f"{name}.*.svg"))]
    sections = report.sections([one.name for one in MEASUREMENTS])
    (FOLDER / f"{name}.html").write_text(page.page(sections, links))


if __name__ == "__main__":
    main()
