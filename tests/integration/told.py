"""What a site's page says, read as a person reads it: every number with the words around it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from consent_service.web import words


class Said(NamedTuple):
    """A number and whether it is told as "or more"."""

    number: int
    is_least: bool

    def holds(self, true: int) -> bool:
        return self.number <= true if self.is_least else self.number == true


class Row(NamedTuple):
    """Of a panel; ``counts`` by measure, without what is hidden."""

    label: str
    counts: Mapping[str, Said]


class Held(NamedTuple):
    """What the rows of a panel hold, of how much."""

    rows: Said
    whole: Said


class PanelText(NamedTuple):
    """A panel: the period that its table is captioned with, its rows, and the sentences below."""

    name: str
    period: str
    rows: list[Row]
    sentences: str


MEASURES = {**{words.MEASURES[name]: name for name in ("visitors", "visits", "views")}, "Acceptances": "visits"}
NAMES = {title: name for name, title in words.TITLES.items()}
NUMBER = r"(?<![\d,])([\d,]*\d)( or more)?"
UNIT = "(?:visits|views|acceptances)"


def said(text: str) -> Said | None:
    """A cell's number; None where it is hidden. Raises ValueError for anything else."""
    plain = _plain(text)
    if plain == "hidden":
        return None
    told = re.fullmatch(NUMBER, plain)
    if told is None:
        raise ValueError(f"{plain!r} is no number of a table")
    return _said(told.groups())


def panels(page: str) -> Iterator[PanelText]:
    for rest in page.split('<div class="tabbed')[1:]:
        block = rest.partition("</section>")[0]
        caption = _plain(*re.findall(r"<caption[^>]*>(.*?)</caption>", block))
        name = re.findall(r' id="([\w-]+)"', block)[0]
        title = words.TITLES[name]
        assert caption.startswith(f"{title}, ")
        notes = " ".join(re.findall(r'<p class="note">(.*?)</p>', block, re.DOTALL))
        yield PanelText(name, caption.removeprefix(f"{title}, "), list(_rows(block)), _plain(notes))


def lines(page: str) -> Iterator[tuple[str, str]]:
    """What stands in the place of panels without a named value: title and sentences."""
    for line in re.findall(r'<p class="note unnamed"><b>(.*?</p>)', page, re.DOTALL):
        title, _, sentences = line.partition("</b>: ")
        yield _plain(title), _plain(sentences)


def figures(page: str) -> dict[str, str]:
    """The head of a page: each figure's text, without its change, by its label."""
    text = re.findall(r'<dl class="totals">(.*?)</dl>', page, re.DOTALL)
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", "".join(text), re.DOTALL)
    return {_plain(label): _plain(value.partition('<span class="change">')[0]) for label, value in pairs}


def series(page: str) -> dict[str, list[str]]:
    """The table behind the chart: what is said of each shorter period, by the address to which its row leads."""
    table = "".join(re.findall(r'<table id="series-table">(.*?)</table>', page, re.DOTALL))
    rows = re.findall(r'<th scope="row"><a href="[^"]*period=([\w-]+)[^"]*">.*?</th>(.*?)</tr>', table, re.DOTALL)
    return {period: [_plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for period, cells in rows}


def coverage(panel: PanelText) -> Held | None:
    """The sentence ``62 of 90 visits have a row``."""
    told = re.search(rf"{NUMBER} of {NUMBER} {UNIT} have a row", panel.sentences)
    return told and Held(_said(told.groups()[:2]), _said(told.groups()[2:]))


def everything_else(sentences: str) -> Said | None:
    """The line about ``(other)``."""
    return _counted(r"\(other\), everything else, together", sentences)


def without_value(sentences: str) -> Said | None:
    """The line about ``(none)``, where it is all that a panel has."""
    return _counted(r"\(none\)", sentences)


def _rows(block: str) -> Iterator[Row]:
    head = [_plain(cell) for cell in re.findall(r'<th scope="col">(.*?)</th>', block, re.DOTALL)][1:]
    measures = [MEASURES[column.removesuffix(", added up")] for column in head]
    for label, cells in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', block, re.DOTALL):
        numbers = [said(cell) for cell in re.findall(r"<td>(.*?)</td>", cells, re.DOTALL)]
        counts = {name: number for name, number in zip(measures, numbers, strict=True) if number is not None}
        yield Row(_plain(label), counts)


def _counted(subject: str, sentences: str) -> Said | None:
    """What a sentence counts: ``(none): 12 visits.``"""
    told = re.search(rf"{subject}: {NUMBER} {UNIT}\.", sentences)
    return told and _said(told.groups())


def _said(parts: tuple[str, ...]) -> Said:
    return Said(int(parts[0].replace(",", "")), bool(parts[1]))


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())
