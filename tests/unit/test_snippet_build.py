"""The snippet as it is committed: built from its source, small, and without what a strict policy forbids."""

import os
import subprocess
import sys
from pathlib import Path

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DECLARABLE, DEFAULT
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.timeline import Edition
from consent_service.domain.notice.wording import DEFAULT_TEXTS, SHIPPED, texts_in
from consent_service.snippet import build
from tests.tables import every

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "consent_service" / "snippet" / "built"
SOURCES = [
    ROOT / "static" / "consent.js",
    *(file for folder in ("consent", "parts", "purposes") for file in sorted((ROOT / "static" / folder).iterdir())),
]
SCRIPTS = ["consent.min.js", "consent.languages.min.js", "consent.parts.min.js"]
BUILT = [*SCRIPTS, *(f"parts/{name}.min.js" for name in build.PARTS)]

LIMIT = 4_096
"""Bytes, compressed with brotli: script, styles, English notice and counting together."""


def size_of(texts=DEFAULT_TEXTS, dimensions=DEFAULT):
    terms = Terms("Example Network", timezone="Europe/Berlin", dimensions=tuple(dimensions))
    files = build.files_for(
        "abcdefgh", Edition(Notice(terms, texts), Period.parse("2026-11")), "https://stats.example.org"
    )
    return len(files.bodies["br"])


def test_the_committed_scripts_are_what_the_sources_build_now(tmp_path):
    assert (ROOT / "node_modules" / "esbuild").exists(), "node_modules is missing: run 'make snippet' once"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["node", "static/build.mjs", str(tmp_path)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.js"))
    assert found == sorted(BUILT)
    for name in BUILT:
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes(), "run 'make snippet' and commit its work"


def test_the_script_with_the_shipped_notice_is_as_small_as_it_must_be():
    assert size_of() <= LIMIT


def test_languages_and_parts_add_to_the_script_of_those_who_use_them_alone():
    assert size_of(texts_in(list(SHIPPED))) - size_of() < 550
    assert size_of(texts_in(["en"], ["video", "chat"])) - size_of() < 2_600
    assert size_of(dimensions=[*DEFAULT, "event", "engagement"]) - size_of() < 1_400
    assert size_of(dimensions=DECLARABLE) < 8_400


@every("name", SCRIPTS)
def test_there_is_one_place_for_the_notice_and_one_for_the_parts(name):
    content = (FOLDER / name).read_text(encoding="utf-8")
    assert content.count(build.PLACE) == 1
    assert content.count(build.PARTS_PLACE) == (1 if "parts" in name else 0)


def test_a_notice_that_names_the_place_of_the_parts_is_not_taken_for_it():
    texts = {"en": {**DEFAULT_TEXTS["en"], "notice": build.PARTS_PLACE}}
    terms = Terms("Example", dimensions=("engagement",))
    files = build.files_for(
        "abcdefgh", Edition(Notice(terms, texts), Period.parse("2026-11")), "https://stats.example.org"
    )
    assert files.bodies["identity"].count(build.PARTS_PLACE.encode()) == 1


@every("source", SOURCES)
@every("word", ["innerHTML", "outerHTML", "eval", "document.write", "style="])
def test_nothing_is_used_that_a_strict_policy_forbids(source, word):
    assert word not in source.read_text(encoding="utf-8")
