"""A flame graph of a worker under load, drawn by py-spy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import NamedTuple

from bench import mix, wrk
from bench.installation import Server, installed, serving
from bench.results import FOLDER, Figure, Group, Section
from bench.scale import Scale

SAMPLES = 500
"""a second"""

MOST = 15
"""functions in the table"""

ROW = 16
"""from one row of boxes to the next, in py-spy's drawings"""

BOX = re.compile(r'<title>(.*?) \([\d,]+ samples.*?</title><rect x="[\d.]+%" y="(\d+)".*? fg:x="(\d+)" fg:w="(\d+)"')
REQUEST = "data_received"
"""The protocol's work on what came: all else is waiting, and what a server does once."""


class Box(NamedTuple):
    """One box of the drawing: a function, and how many samples saw it called from what is above."""

    name: str
    top: int
    left: int
    width: int

    @property
    def function(self) -> str:
        """Without the line."""
        return re.sub(r":\d+\)$", ")", self.name)

    def holds(self, other: Box) -> bool:
        return self.left <= other.left < self.left + self.width


def measure(scale: Scale) -> Section:
    file = FOLDER / f"{scale.name}.flame.svg"
    with installed(CONSENT_WORKERS="1") as place:
        requests = mix.write(place.folder / "requests", place.add_sites(1, datetime.now(UTC).date()))
        with serving(place) as server:
            wrk.run_clean(place.url, requests, 2)  # what is worked out once is worked out
            with wrk.Load(place.url, requests, 3 * scale.seconds + 2) as load:
                _record(server, 2 * scale.seconds, file)
                load.finish()
    return Section(
        "Where a worker's time goes",
        f"py-spy looked {SAMPLES} times a second at one worker under full load: {file.name} is its flame graph. The "
        "shares are of the time in which Python answered requests.",
        [Group("By function, without what it called", _shares(file.read_text()))],
    )


def _record(server: Server, seconds: int, file: Path) -> None:
    FOLDER.mkdir(exist_ok=True)
    program = shutil.which("py-spy") or str(Path(sys.executable).with_name("py-spy"))
    options = ["--format", "flamegraph", "--rate", str(SAMPLES), "--duration", str(seconds), "--output", str(file)]
    command = [program, "record", "--pid", str(server.workers[0]), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"py-spy: {done.stderr.strip()} (a worker lets itself be looked at by root alone)")
    # The title names the command, with a number that changes each time.
    file.write_text(re.sub(r"(<text id=\"title\"[^>]*>)[^<]*", r"\g<1>A worker under full load", file.read_text()))


def _shares(drawing: str) -> list[Figure]:
    """The functions that took most themselves: of each box what no box below it covers."""
    boxes = [Box(unescape(name), int(top), int(left), int(width)) for name, top, left, width in BOX.findall(drawing)]
    roots = [box for box in boxes if box.name.startswith(REQUEST)]
    boxes = [box for box in boxes if any(root.top <= box.top and root.holds(box) for root in roots)]
    own: dict[str, float] = {}
    for box in boxes:
        called = sum(one.width for one in boxes if one.top == box.top + ROW and box.holds(one))
        own[box.function] = own.get(box.function, 0) + box.width - called
    ranked = sorted(own.items(), key=lambda pair: -pair[1])
    return [Figure(name, share / sum(own.values()) * 100, "%") for name, share in ranked[:MOST]]
