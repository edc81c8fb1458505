"""The report as one page that needs nothing else: tables with a bar for each figure, drawn as SVG."""

from __future__ import annotations

from html import escape
from itertools import groupby

from bench.results import Figure, Group, Section

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: light-dark(#222, #ddd); background: light-dark(#fff, #1b1b1b); color-scheme: light dark }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 1.5rem } caption { text-align: start; font-weight: 600 }
th { text-align: start; font-weight: 400 } td, th { padding: .15rem .6rem .15rem 0; border-top: 1px solid #8884 }
td.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums } .missed { color: #c33 }
svg { display: block; inline-size: 14rem; block-size: .8rem } rect { fill: #4a7db8 } .limit { stroke: #c33 }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; font-size: .85em } dd { margin: 0 }
"""


def page(sections: list[tuple[dict[str, str], Section]], links: list[str]) -> str:
    body = "".join(_part(machine, list(found)) for machine, found in _by_machine(sections))
    files = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in links)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Measurements</title>'
        f"<style>{STYLE}</style></head><body><h1>Measurements</h1><p>Made by <code>make bench</code>. Compare the "
        f"figures with each other, not with other machines; what docs/performance.md makes of them is there.</p>"
        f"<ul>{files}</ul>{body}</body></html>\n"
    )


def _by_machine(sections: list[tuple[dict[str, str], Section]]) -> list[tuple[dict[str, str], list[Section]]]:
    return [(key, [one for _, one in found]) for key, found in groupby(sections, key=lambda pair: pair[0])]


def _part(machine: dict[str, str], sections: list[Section]) -> str:
    described = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in machine.items())
    return f"{''.join(map(_section, sections))}<dl>{described}</dl>"


def _section(section: Section) -> str:
    tables = "".join(map(_table, section.groups))
    return f"<h2>{escape(section.title)}</h2><p>{escape(section.how)}</p>{tables}"


def _table(group: Group) -> str:
    rows = "".join(_row(figure, _longest(group, figure.unit)) for figure in group.figures)
    return f"<table><caption>{escape(group.title)}</caption>{rows}</table>"


def _longest(group: Group, unit: str) -> float:
    """What the longest bar of this unit stands for."""
    numbers = [number for one in group.figures if one.unit == unit for number in (one.value, one.least, one.most)]
    return max((number for number in numbers if number is not None), default=1) or 1


def _row(figure: Figure, longest: float) -> str:
    kind = "number" if figure.holds else "number missed"
    return (
        f'<tr><th scope="row">{escape(figure.name)}</th><td class="{kind}">{escape(figure.text)}</td>'
        f"<td>{escape(figure.target)}</td><td>{_bar(figure, longest)}</td></tr>"
    )


def _bar(figure: Figure, longest: float) -> str:
    bound = figure.least if figure.least is not None else figure.most
    place = 0 if bound is None else 100 * bound / longest
    limit = "" if bound is None else f'<line class="limit" x1="{place:.1f}" x2="{place:.1f}" y1="0" y2="10"/>'
    width = max(0.5, 100 * figure.value / longest)
    return (
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="10"/>{limit}</svg>'
    )
