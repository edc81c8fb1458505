import itertools
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from consent_service.domain.counting import hit
from consent_service.spool import sealed_tallies, tally
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.tally import Tally, TallyFull
from consent_service.spool.writer import MOST_WAITING, REFUSED_AT_ONCE, SpoolFull, TallyWriter, start_sealing

BOOK = ("k3f9", "month", "2026-11-22")
INCREMENTS = [("site", "", (0,)), ("page", "/", (0, hit.ENGAGED_VISITS))]


def read_all(spool):
    """What all tallies of a spool hold together: counters by dimension and value."""
    found = {}
    for path in sealed_tallies.claim(spool, 1):
        for cells in sealed_tallies.read(path).books.values():
            for dimension, value, counters in cells:
                present = found.get((dimension, value), [0] * hit.COUNTERS)
                found[dimension, value] = [a + b for a, b in zip(present, counters, strict=True)]
    return found


def test_what_is_counted_is_read_back(spool, clock):
    writer = TallyWriter(spool, clock)
    for _ in range(3):
        writer.count(BOOK, INCREMENTS)
    writer.add(BOOK, {("site", ""): {hit.FURTHER_HITS: 1}, ("engagement", ""): {0: 1, hit.ENGAGED_SECONDS: 40}})
    writer.seal()

    found = read_all(spool)
    assert found["site", ""][0] == 3
    assert found["site", ""][hit.FURTHER_HITS] == 1
    assert (found["engagement", ""][0], found["engagement", ""][hit.ENGAGED_SECONDS]) == (1, 40)
    assert (found["page", "/"][0], found["page", "/"][hit.ENGAGED_VISITS]) == (3, 3)


def test_a_value_may_hold_anything_that_text_can(spool, clock):
    writer = TallyWriter(spool, clock)
    values = ["/größe", "/a b", "/\x1f", "/日本語", "/\U0001f642", "/" + "x" * 300]
    for value in values:
        writer.count(BOOK, [("page", value, (0,))])
    writer.seal()

    assert [value for _, value in read_all(spool)] == values


def test_refusals_are_counted_and_nothing_else(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.refuse(2)
    writer.seal()

    [path] = sealed_tallies.claim(spool, 1)
    assert sealed_tallies.read(path) == ({}, [0, 0, 1, *[0] * (tally.MOST_REASONS - 3)], 1_795_348_800)


def test_a_live_tally_is_left_to_its_owner(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)

    assert sealed_tallies.claim(spool, 1) == []


def test_a_tally_is_handed_over_only_when_the_last_one_was_taken(spool, clock):
    writer = TallyWriter(spool, clock)
    for _ in range(3):
        writer.count(BOOK, INCREMENTS)
        writer.seal()

    assert len(sealed_tallies.claim(spool, 1)) == 1
    writer.seal()
    [path] = sealed_tallies.claim(spool, 2)
    assert sealed_tallies.read(path).books[BOOK][0].counters[0] == 2


def test_an_empty_tally_is_not_handed_over(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.seal()

    assert list(spool.tallies.iterdir()) == []


def test_a_full_tally_gives_way_to_the_next_one_without_losing_a_hit(spool, clock):
    writer = TallyWriter(spool, clock)
    for number in range(tally.MOST_CELLS + 5):
        writer.count(BOOK, [("site", "", (0,)), ("page", f"/{number}", (0,))])
    writer.seal()  # waits: the full one was not taken
    first = sealed_tallies.claim(spool, 1)
    writer.seal()
    found = [sealed_tallies.read(path) for path in [*first, *sealed_tallies.claim(spool, 2)]]

    assert (
        sum(cell.counters[0] for segment in found for cell in segment.books[BOOK] if cell.dimension == "site")
        == number + 1
    )
    assert sum(len(segment.books[BOOK]) - 1 for segment in found) == number + 1


def test_a_spool_that_nobody_empties_refuses_hits_instead_of_growing(spool, clock):
    writer = TallyWriter(spool, clock)

    def flood():
        for number in range(tally.MOST_CELLS * (MOST_WAITING + 2)):
            writer.count(BOOK, [("page", f"/{number}", (0,))])

    with pytest.raises(SpoolFull):
        flood()
    assert sum(path.stat().st_size for path in spool.tallies.iterdir()) <= tally.SIZE * (MOST_WAITING + 1)


@pytest.mark.parametrize("path", ["/{}", "/{}" + "x" * 380], ids=["many cells", "long names"])
@pytest.mark.parametrize("before", [0, 1_500])
def test_a_site_whose_flood_nobody_takes_is_refused_and_the_others_are_not(spool, clock, path, before):
    writer, other = TallyWriter(spool, clock), ("b", *BOOK[1:])
    refused = 0
    for number in range(tally.MOST_CELLS * (MOST_WAITING + 3)):
        if before and number % 40 == 0:  # the others' names are short
            writer.count(other, [("page", f"/{number % before}", (0,))])
        try:
            writer.count(BOOK, [("page", path.format(number), (0,))])
        except SpoolFull:
            refused += 1
    for number in range(200):
        writer.count(other, [("site", "", (0,)), ("page", f"/new/{number}", (0,))])
    assert refused
    assert not writer.is_full
    with pytest.raises(SpoolFull):
        writer.count(BOOK, [("page", "/one-more", (0,))])


def test_refusing_a_flood_looks_for_room_once_in_a_while_and_finds_it(spool, clock, monkeypatch):
    writer, looks, numbers = TallyWriter(spool, clock), [], itertools.count()
    waiting = writer._waiting
    monkeypatch.setattr(writer, "_waiting", lambda: looks.append(1) or waiting())

    def is_taken():
        try:
            writer.count(BOOK, [("page", f"/{next(numbers)}", (0,))])
        except SpoolFull:
            return False
        return True

    while is_taken():
        pass
    looks.clear()
    assert not any(is_taken() for _ in range(REFUSED_AT_ONCE * 10))
    assert len(looks) == 10
    sealed_tallies.claim(spool, 1)
    assert any(is_taken() for _ in range(REFUSED_AT_ONCE))


def test_a_hit_that_fails_half_way_leaves_nothing(spool):
    opened = Tally(spool.tallies / "x-1", lambda: 0)
    opened.apply(BOOK, INCREMENTS)
    with pytest.raises(IndexError):
        opened.apply(BOOK, [("site", "", (0,)), ("page", "/", (0, 10**9))])
    opened.seal()

    assert read_all(spool)["site", ""][0] == 1


def test_a_hit_with_no_room_for_its_last_cell_leaves_nothing(spool):
    opened = Tally(spool.tallies / "x-1", lambda: 0)
    for number in range(tally.NEARLY_ALL_CELLS - 1):
        opened.apply(BOOK, [("page", f"/{number}", (0,))])
    with pytest.raises(TallyFull):
        opened.apply(BOOK, [("site", "", (0,)), ("page", "/one-too-many", (0,))])
    opened.seal()

    assert ("site", "") not in read_all(spool)


def test_a_worker_killed_in_the_middle_of_a_hit_leaves_the_hits_before_it(spool):
    script = f"""
import os, signal
from pathlib import Path
from consent_service.spool import tally
opened = tally.Tally(Path({str(spool.tallies)!r}) / "x-1", lambda: 0)
increments = {INCREMENTS!r}
opened.apply({BOOK!r}, increments)
class Deadly(list):
    def __iter__(self):
        for number, word in enumerate(list.__iter__(self)):
            if self.deadly and number == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            yield word
        self.deadly = True
changed = Deadly([tally.FIRST_CELL + place for place in (0, {hit.COUNTERS}, {hit.COUNTERS + hit.ENGAGED_VISITS})])
changed.deadly = False
opened._add_one(changed)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False)

    assert ended.returncode == -signal.SIGKILL
    found = read_all(spool)
    assert (found["site", ""][0], found["page", "/"][0], found["page", "/"][hit.ENGAGED_VISITS]) == (1, 1, 1)


def test_a_sealed_tally_does_not_hold_the_last_hits_undo_record(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)
    writer.seal()
    [path] = sealed_tallies.claim(spool, 1)

    undo = memoryview(path.read_bytes()).cast("q")[tally.UNDO_PAIRS : tally.FIRST_CELL]
    assert not any(undo)


def test_a_hit_that_stops_short_in_a_living_process_leaves_nothing(spool):
    opened = Tally(spool.tallies / "x-1", lambda: 0)
    opened.apply(BOOK, INCREMENTS)
    words = opened._words

    class Failing:
        """The tally's words, of which the second one that a hit changes cannot be written."""

        written = 0

        def __getitem__(self, word):
            return words[word]

        def __setitem__(self, word, number):
            if word >= tally.FIRST_CELL:
                self.written += 1
                if self.written == 2:
                    opened._words = words
                    raise MemoryError
            words[word] = number

    opened._words = Failing()
    with pytest.raises(MemoryError):
        opened.apply(BOOK, INCREMENTS)
    opened.apply(BOOK, INCREMENTS)  # which writes over the undo record
    opened.seal()

    found = read_all(spool)
    assert (found["site", ""][0], found["page", "/"][0], found["page", "/"][hit.ENGAGED_VISITS]) == (2, 2, 2)


def test_a_tally_is_as_old_as_its_oldest_hit_by_a_clock_that_was_set_back(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)
    clock.move(days=-1)
    writer.count(("k3f9", "month", "2026-11-21"), INCREMENTS)

    assert sealed_tallies.oldest_opening(spool) == clock()


def test_when_the_spool_was_removed_hits_are_refused_until_it_is_there_again(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)
    shutil.rmtree(spool.path)
    writer.seal()

    with pytest.raises(SpoolFull):
        writer.count(BOOK, INCREMENTS)
    assert writer.is_full
    Spool(spool.path)
    writer.count(BOOK, INCREMENTS)
    writer.seal()
    assert not writer.is_full
    assert read_all(spool)["site", ""][0] == 1


def test_a_seal_that_fails_is_said_once_and_tried_again(caplog):
    tried = []

    class Failing:
        def seal(self):
            tried.append(1)
            if len(tried) == 3:
                done.set()
                threading.Event().wait()  # the thread has nothing to do from here on
            raise FileNotFoundError

    done = threading.Event()
    with caplog.at_level(logging.WARNING):
        start_sealing(Failing(), lambda: None, seconds=0.001)
        assert done.wait(10)

    assert len(caplog.records) == 1


def test_a_tally_of_another_version_is_left_for_that_version(spool, clock):
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)
    writer.seal()
    [path] = spool.tallies.glob("*.sealed")
    with path.open("r+b") as stream:
        stream.write((tally.MAGIC + 1).to_bytes(8, "little"))

    assert sealed_tallies.claim(spool, 1) == []
    assert path.exists()
    assert sealed_tallies.of_other_versions(spool) == [path]
    assert sealed_tallies.oldest_opening(spool) == float("inf")
    with pytest.raises(SpoolError, match="another version"):
        sealed_tallies.read(path)


def test_the_spool_is_readable_by_its_user_alone(spool, clock):
    os.umask(0o022)
    writer = TallyWriter(spool, clock)
    writer.count(BOOK, INCREMENTS)

    modes = {oct(path.stat().st_mode & 0o777) for path in [spool.path, *spool.path.rglob("*")]}
    assert modes == {"0o700", "0o600"}
