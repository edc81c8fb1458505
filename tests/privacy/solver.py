"""What somebody can work out of a whole site who sees all of it, and is good at sums: an integer program.

Its unknowns are the counts of every known page, link and platform, between two releases, on each machine. What is seen
and the rules are its constraints. A hidden cell is found if no solution leaves it empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExpr

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS, Counts
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure.publication import NOTHING, PublishedRow
from tests.privacy.sites import CHANGED, Seen, Site, hidden, reduce_plus, total_of

Expression: TypeAlias = LinearExpr | int

Place: TypeAlias = tuple[int, int]
"""A segment, on a machine."""

NEVER_COVERS = {value for dimension in DIMENSIONS.values() for value in dimension.tied}

KINDS = ("new this month", "new this day", "come again")
"""Every visit is one of: first of month and day, first of the day alone, neither."""


class Unknown(NamedTuple):
    """The counts of one value in one place: visits of each kind, and views."""

    visits: Sequence[Expression]
    views: Expression

    def counts(self, is_day: bool) -> tuple[Expression, Expression, Expression]:
        """Views, visits and visitors."""
        visitors = self.visits[0] + self.visits[1] if is_day else self.visits[0]
        return self.views, sum(self.visits), visitors


class Found(NamedTuple):
    """A hidden cell that is known to have somebody in it: its least and most visits or views."""

    name: str
    value: str
    least: int
    most: int

    @property
    def is_determined(self) -> bool:
        return self.least == self.most


def found_in(site: Site, everything: Sequence[Seen]) -> list[Found]:
    """The hidden cells of a site that can be worked out, or are known not to be empty.

    Of a hidden entry page it may be known that somebody entered there: a page that more visits have seen than have
    seen two pages. That bound is told by pages and totals alone, and so the number counts here, not the presence.
    Where all entry pages are in ``(other)``, a large one looks like a small one.
    """
    cells = [
        (seen, value)
        for seen in everything
        if not DIMENSIONS[seen.name].within or len(seen.rows) > 1
        for value in hidden(seen, site.threshold)
    ]
    entered = [cell for cell in cells if DIMENSIONS[cell[0].name].within]
    others = [cell for cell in cells if cell not in entered]
    # Where no cell is large, not all small ones can be empty at once.
    largest = [(seen, max(seen.truth, key=lambda value: seen.truth[value][VISITORS])) for seen, _ in others]
    spared = [cell for cell in others if cell in largest]
    at_once = [cell for cell in others if cell not in spared]
    if _Model(site, everything).allows(at_once, entered) and _Model(site, everything).allows(spared, ()):
        return []
    found = [cell for cell in others if not _Model(site, everything).allows([cell], ())]
    found += [cell for cell in entered if not _Model(site, everything).allows((), [cell])]
    return [Found(seen.name, value, *_Model(site, everything).bounds(seen, value)) for seen, value in found]


class _Model:
    def __init__(self, site: Site, everything: Sequence[Seen]) -> None:
        self._site = site
        self._model = CpModel()
        self._machines = range(site.machines)
        places = [(segment, machine) for segment in site.segments for machine in self._machines]
        totals = {place: _Totals.of(site, *place) for place in places}
        self._links = self._single(site.links, totals)
        self._platforms = self._single(site.platforms, totals)
        self._countries = self._single(site.countries, totals)
        self._languages = self._single(site.languages, totals)
        self._imply(places)
        self._entries = self._single(site.pages, totals)
        self._pages = self._seen_pages(totals)
        for seen in everything:
            self._see(seen)

    def allows(self, empty: Iterable[tuple[Seen, str]], another: Iterable[tuple[Seen, str]]) -> bool:
        """Whether some cells may be empty, and some have another number than they have, all at once."""
        for seen, value in empty:
            for number in self._sum(seen, value, seen.segments, self._machines):
                self._model.add(number == 0)
        for seen, value in another:
            size = DIMENSIONS[seen.name].size
            number = self._sum(seen, value, seen.segments, self._machines)[size]
            self._model.add(number != seen.truth[value][size])
        return self._solve()[0] != cp_model.INFEASIBLE

    def bounds(self, seen: Seen, value: str) -> tuple[int, int]:
        size = self._sum(seen, value, seen.segments, self._machines)[DIMENSIONS[seen.name].size]
        self._model.minimize(size)
        _, least = self._solve()
        self._model.maximize(size)
        _, most = self._solve()
        return round(least), round(most)

    def _solve(self) -> tuple[object, float]:
        solver = CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = 20
        status = solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE):
            raise AssertionError(f"the solver gives up: {solver.status_name(status)}")
        return status, solver.objective_value if status != cp_model.INFEASIBLE else 0

    # What is counted at all.

    def _single(self, values: Sequence[str], totals: dict[Place, _Totals]) -> dict[tuple[str, Place], Unknown]:
        """Of each visit one value: a link, a platform, an entry page."""
        unknowns = {}
        for place, total in totals.items():
            for value in values:
                visits = [self._upto(most) for most in total.visits]
                unknowns[value, place] = Unknown(visits, sum(visits))
            for kind, number in enumerate(total.visits):
                self._model.add(sum(unknowns[value, place].visits[kind] for value in values) == number)
        return unknowns

    def _imply(self, places: Iterable[Place]) -> None:
        """No more visits are from a country than have the language that it implies."""
        for country, (_, language) in DIMENSIONS["country"].implies.items():
            for place in places:
                pairs = zip(
                    self._countries[country, place].visits, self._languages[language, place].visits, strict=True
                )
                for visits, those_with_the_language in pairs:
                    self._model.add(visits <= those_with_the_language)

    def _seen_pages(self, totals: dict[Place, _Totals]) -> dict[tuple[str, Place], Unknown]:
        """The pages that visits saw: each at least one, and each its entry page."""
        unknowns = {}
        for place, total in totals.items():
            for page in self._site.pages:
                visits, views = [self._upto(most) for most in total.visits], self._upto(total.views)
                entries = self._entries[page, place].visits
                for kind in range(len(KINDS)):
                    self._model.add(entries[kind] <= visits[kind])
                self._model.add(sum(visits) <= views)
                self._model.add(sum(visits) - sum(entries) <= total.engaged)
                unknowns[page, place] = Unknown(entries if page == CHANGED else visits, views)
            self._model.add(sum(unknowns[page, place].views for page in self._site.pages) == total.views)
        return unknowns

    def _upto(self, most: int) -> IntVar:
        return self._model.new_int_var(0, most, "")

    def _values(self, seen: Seen) -> Sequence[str]:
        named = {
            "campaign": self._site.links, "platform": self._site.platforms, "country": self._site.countries,
            "language": self._site.languages,
        }  # fmt: skip
        return named.get(seen.name, self._site.pages)

    def _sum(
        self, seen: Seen, value: str, segments: Iterable[int], machines: Iterable[int]
    ) -> tuple[Expression, Expression, Expression]:
        """Views, visits and visitors of a cell."""
        unknowns = {
            "page": self._pages, "entry": self._entries, "campaign": self._links, "platform": self._platforms,
            "country": self._countries, "language": self._languages,
        }[seen.name]  # fmt: skip
        places = [(segment, machine) for machine in machines for segment in segments]
        parts = [unknowns[value, place].counts(seen.is_day) for place in places]
        views, visits, visitors = (sum(part[place] for part in parts) for place in range(3))
        return views, visits, visitors

    # What is seen of it.

    def _see(self, seen: Seen) -> None:
        covers = [{value: self._model.new_bool_var("") for value in self._values(seen)} for _ in self._machines]
        for machine in self._machines:
            self._model.add(sum(covers[machine].values()) <= 1)
            for value in NEVER_COVERS & covers[machine].keys():
                self._model.add(covers[machine][value] == 0)
            self._see_releases(seen, machine, covers[machine])
        self._see_close(seen, covers)

    def _see_releases(self, seen: Seen, machine: int, cover: dict[str, IntVar]) -> None:
        """What was written under a name, exactly; and that nothing else might be."""
        stored = dict.fromkeys(cover, NOTHING)
        since = dict.fromkeys(cover, seen.segments[0])
        for written in seen.written:
            if written.machine == machine:
                for value, is_cover in cover.items():
                    pending = self._sum(seen, value, range(since[value], written.segment + 1), [machine])
                    if value in written.cells:
                        self._equal(pending, written.cells[value])
                        self._model.add(is_cover == 0)
                        since[value] = written.segment + 1
                    elif written.cells or value not in NEVER_COVERS:  # without a cover a large one waits too
                        support = pending[VISITORS] + stored[value][VISITORS]
                        self._hold_back(pending[VISITS], support, is_cover, bool(written.cells))
                if written.cells:
                    self._model.add(sum(cover.values()) == 1)
            for name, counts in written.cells.items():
                stored[name] = reduce_plus([stored[name], counts])
        if machine != self._site.machines - 1 and not any(one.machine == machine for one in seen.written):
            self._model.add(sum(cover.values()) == 0)

    def _hold_back(self, pending: Expression, support: Expression, is_cover: IntVar, is_drawn: bool) -> None:
        """What was not written has too few pending visits or too little support, or is the cover, which has enough."""
        few, unsupported = self._model.new_bool_var(""), self._model.new_bool_var("")
        self._model.add(pending < self._site.threshold).only_enforce_if(few)
        self._model.add(support < self._site.threshold).only_enforce_if(unsupported)
        self._model.add_bool_or(few, unsupported, is_cover)
        if is_drawn:
            self._model.add(support >= self._site.threshold).only_enforce_if(is_cover)

    def _see_close(self, seen: Seen, covers: list[dict[str, IntVar]]) -> None:
        rows = {row.value: row for row in seen.rows if row.value != OTHER}
        if rows:
            self._model.add(sum(covers[-1].values()) == 1)
        for value in self._values(seen):
            if value in rows:
                self._see_row(seen, value, rows[value], covers)
            elif value in NEVER_COVERS and not rows:
                pass  # a large one without a row, for there is no cover
            elif seen.name != "entry" or (rows and self._site.detail == "month"):  # else large ones may have no row
                self._hide(seen, value, covers[-1][value])

    def _hide(self, seen: Seen, value: str, is_cover: IntVar) -> None:
        """What has no row is small on the machine that closed, or the cover."""
        last = self._site.machines - 1
        _, _, visitors = self._sum(seen, value, seen.segments, [last])
        self._model.add(visitors < self._site.threshold).only_enforce_if(is_cover.negated())

    def _see_row(self, seen: Seen, value: str, row: PublishedRow, covers: list[dict[str, IntVar]]) -> None:
        everything = self._sum(seen, value, seen.segments, self._machines)
        if seen.name == "entry" and self._site.detail == "day":
            for place in (VISITS, VISITORS):
                self._model.add(everything[place] >= row.counts[place])
            return
        if not _is_bound(seen, row):
            self._equal(everything, row.counts)
            self._model.add(covers[-1][value] == 0)
            return
        is_cover = covers[-1][value]
        views, visits, visitors = everything
        for number, least in (
            (visitors, row.counts[VISITORS]),
            (visits - visitors, row.counts[VISITS] - row.counts[VISITORS]),
            (views - visits, row.counts[VIEWS] - row.counts[VISITS]),
        ):
            self._model.add(number >= least if seen.name == "page" or number is not views - visits else number >= 0)
        self._see_bound(seen, value, row, covers, is_cover)

    def _see_bound(
        self, seen: Seen, value: str, row: PublishedRow, covers: list[dict[str, IntVar]], is_cover: IntVar
    ) -> None:
        """What is not the cover is marked for what others handed over without its name, and is exact but for that."""
        if self._site.machines == 1:
            self._model.add(is_cover == 1)
            return
        stored = value in seen.stored
        named = list(self._sum(seen, value, seen.segments, [self._site.machines - 1]))
        if not stored:
            self._equal(named, row.counts, is_cover.negated())
            return
        [other] = covers[:-1]
        everything = self._sum(seen, value, seen.segments, self._machines)
        last = max((w.segment for w in seen.written if w.machine == 0 and value in w.cells), default=-1)
        left = self._sum(seen, value, [s for s in seen.segments if s > last], [0])
        self._equal(everything, row.counts, is_cover.negated(), other[value].negated())
        self._equal(
            tuple(a - b for a, b in zip(everything, left, strict=True)), row.counts, is_cover.negated(), other[value]
        )

    def _equal(self, numbers: Sequence[Expression], counts: Counts, *conditions: IntVar) -> None:
        for place in (VIEWS, VISITS, VISITORS):
            constraint = self._model.add(numbers[place] == counts[place])
            if conditions:
                constraint.only_enforce_if(*conditions)


class _Totals(NamedTuple):
    visits: Sequence[int]
    """of each kind"""
    views: int
    engaged: int

    @classmethod
    def of(cls, site: Site, segment: int, machine: int) -> _Totals:
        visits = site.of(segment, machine)
        (views, number, daily, engaged, _), monthly = total_of(visits, is_day=True), total_of(visits, is_day=False)[2]
        return cls((monthly, daily - monthly, number - daily), views, engaged)


def _is_bound(seen: Seen, row: PublishedRow) -> bool:
    """Whether a row is a lower bound, but for the visits of a changed page: they are those that began there."""
    return ("views>=" if DIMENSIONS[seen.name].many else "visits>=") in row.marks
