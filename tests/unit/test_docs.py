"""Docs that drift from the code fail the build."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import MISSING
from functools import cache
from pathlib import Path
from typing import get_args

import click

from consent_service import cli, config
from consent_service.audit.checks import CHECKS
from consent_service.collect.payload import Hit
from consent_service.collect.responses import REFUSALS
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DECLARABLE, DEFAULT, DIMENSIONS, MEASURES
from consent_service.domain.figures import monthly
from consent_service.domain.masking.contexts import RULES
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.texts import LAYER_NAMES, TEXT_NAMES
from consent_service.domain.notice.wording import SHIPPED
from consent_service.domain.snippet.colours import COLOURS, NEEDED
from consent_service.domain.snippet.options import Options
from consent_service.domain.snippet.theme import POSITIONS, Theme, read_theme
from consent_service.keeper import jobs
from consent_service.storage.people.audit_trail import ActionName
from consent_service.storage.tables import metadata
from tests.tables import every

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TESTS = {path: path.read_text() for path in sorted(ROOT.glob("tests/**/*.py"))}

BUILD_FILES = (
    "*.lock", "*.json", "*.toml", "Makefile", ".npmrc", ".ci/run", "tests/debian-packages", "tests/frameworks/*.json",
    "bench/lighthouse/*.json",
)  # fmt: skip

TERMS = list(Terms.__dataclass_fields__)
FLAGS = [value for name, value in vars(hit).items() if name.startswith(("FIRST_", "SECOND_"))]


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text()


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above; empty if it is not there."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def row(text: str, *cells: str) -> list[str]:
    """The cells of the table row that begins with these; empty if there is none."""
    for line in text.splitlines():
        found = [cell.strip() for cell in line.strip("| ").split(" | ")] if line.startswith("|") else []
        if tuple(found[: len(cells)]) == cells:
            return found
    return []


def code(text: object) -> str:
    return f"`{text}`"


NOWHERE = click.Context(click.Command("nothing"))


def commands(group: click.Group, *before: str):
    """Every command below a group, with its full name."""
    for name in group.list_commands(NOWHERE):
        command = group.get_command(NOWHERE, name)
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name)), command


COMMANDS = dict(commands(cli.commands, "consent-service"))


def parameters(kind: type[click.Parameter]):
    """(command, parameter) for all that a person is to know of."""
    return [
        (name, parameter)
        for name, command in COMMANDS.items()
        for parameter in command.params
        if isinstance(parameter, kind) and not getattr(parameter, "hidden", False)
    ]


@every(("name", "default"), list(config.SETTINGS.items()))
def test_every_setting_is_described_with_its_default(name, default):
    described = row(section(page("docs/configuration.md"), "## Settings"), code(name))

    assert len(described) == 4
    assert described[1] == code(default) if default else described[1].startswith("empty: ")


def test_no_setting_is_described_that_there_is_not():
    described = set(re.findall(r"CONSENT_[A-Z_]+", " ".join(path.read_text() for path in PAGES)))

    assert described - {"CONSENT_TYPO"} == set(config.SETTINGS)


@every("name", list(COMMANDS))
def test_every_command_has_a_section(name):
    assert section(page("docs/configuration.md"), f"### {name}").strip()


@every(("name", "option"), parameters(click.Option))
def test_every_option_is_described_with_its_command(name, option):
    assert row(section(page("docs/configuration.md"), f"### {name}"), code(option.opts[0]))


@every(("name", "argument"), parameters(click.Argument))
def test_every_argument_is_described_with_its_command(name, argument):
    described = section(page("docs/configuration.md"), f"### {name}")

    assert re.search(rf"\b{argument.name.upper()}\b", described)


@every("name", list(CHECKS))
def test_every_check_of_the_audit_is_described(name):
    assert row(section(page("docs/configuration.md"), "### consent-service audit"), code(name))


@every("dimension", list(DIMENSIONS.values()))
def test_every_dimension_is_described_with_its_counts_and_seats(dimension):
    described = row(section(page("docs/data-model.md"), "### Dimensions"), code(dimension.name))

    assert len(described) == 5
    assert re.findall(r"`(\w+)`", described[2]) == [name for name in MEASURES if name in dimension.measures]
    assert described[3] == f"{dimension.seats:,}"
    assert described[4] == (
        "day, week, month and year" if dimension.total else "month" if dimension.monthly else "the site's detail"
    )


def test_every_context_of_a_path_is_described_as_the_code_has_it():
    described = section(page("docs/data-model.md"), "### Values made safe")

    for context, rule in RULES.items():
        example = f"`{rule.path}` → `{rule.counted}`"
        assert row(described, context.name.lower())[1:] == [
            rule.opened_by, rule.masks, rule.until, example, rule.reason
        ]  # fmt: skip


@every("table", list(metadata.tables.values()))
def test_every_table_says_what_its_columns_hold_and_what_it_never_holds(table):
    described = section(page("docs/data-model.md"), f"### {table.name}")

    assert [column.name for column in table.columns if not row(described, code(column.name))] == []
    assert "Never holds: " in described


def test_every_file_of_the_spool_is_described(spool):
    names = [part.name for part in vars(spool).values() if isinstance(part, Path) and part != spool.path]
    described = section(page("docs/data-model.md"), "## The spool")

    assert len(names) > 5
    assert [name for name in names if not row(described, code(name))] == []


def test_the_columns_of_an_export_are_described():
    assert ",".join(monthly.COLUMNS) in section(page("docs/data-model.md"), "## What is exported").splitlines()


@every("job", jobs.JOBS)
def test_every_job_is_described_with_its_interval(job):
    assert row(page("docs/architecture.md"), code(job.name), f"{job.seconds} s")


@every("answer", REFUSALS)
def test_every_refusal_is_described_with_its_status_and_text(answer):
    described = section(page("docs/embedding.md"), "#### Refusals")

    assert row(described, answer.status[:3], code(answer.text.decode().strip()))


@every("name", re.findall(r'"(consent_\w+)"', (ROOT / "consent_service/web/metric_families.py").read_text()))
def test_every_metric_is_described(name):
    suffixes = ("", "_total", "_info")

    assert any(row(section(page("docs/configuration.md"), "### Metrics"), code(name + end)) for end in suffixes)


@every("name", Hit.__struct_fields__)
def test_every_field_of_a_hit_is_described(name):
    assert row(section(page("docs/embedding.md"), "### `POST /hit`"), code(name))


@every("flag", FLAGS)
def test_every_flag_of_a_hit_is_described(flag):
    assert row(section(page("docs/embedding.md"), "#### Flags"), str(flag))


@every("name", [*TERMS, *TEXT_NAMES, *LAYER_NAMES, "texts", "languages", "purposes"])
def test_every_term_and_text_of_a_notice_is_described(name):
    assert row(section(page("docs/embedding.md"), "### The notice file"), code(name))


def test_every_dimension_that_a_notice_may_declare_is_named_beside_the_terms():
    described = row(section(page("docs/embedding.md"), "### The notice file"), code("dimensions"))

    assert re.findall(r"`(\w+)`", described[1]) == list(DECLARABLE)
    assert described[2] == "the first eight"
    assert DECLARABLE[:8] == DEFAULT


def test_the_notice_file_in_the_docs_can_be_published_and_has_every_term_and_text():
    found = re.search(r"```json\n(.*?)```", section(page("docs/embedding.md"), "### The notice file"), re.DOTALL)
    document = json.loads(found[1])
    texts = document.pop("texts")

    assert Notice(Terms("Harbour").amended(document), texts)
    assert set(document) == set(TERMS)
    assert all(set(words) == set(TEXT_NAMES) for words in texts.values())


def test_the_docs_say_in_how_many_languages_the_notice_is_shipped():
    for file in ("docs/embedding.md", "docs/configuration.md", "CHANGELOG.md"):
        told = re.findall(r"(\d+) languages", page(file))

        assert told
        assert set(told) == {str(len(SHIPPED))}


@every("name", list(Options.__dataclass_fields__))
def test_every_option_of_a_site_is_described_and_set_by_that_name(name):
    spelled = name.replace("_", "-")
    described = row(section(page("docs/embedding.md"), "## Options"), code(spelled))

    assert len(described) == 4
    assert f"--{spelled}" in [option.opts[0] for _, option in parameters(click.Option)]


@every("name", [*Theme.__dataclass_fields__, *COLOURS])
def test_every_name_in_a_theme_is_described_with_its_default(name):
    described = row(section(page("docs/embedding.md"), "### The theme file"), code(name))
    field = Theme.__dataclass_fields__.get(name)
    needed = field.default is MISSING if field else name in NEEDED

    assert len(described) == 3
    assert (described[2] == "needed") == needed
    if field and not needed:
        assert described[2].strip("`") == str(field.default)


def test_every_position_of_a_theme_is_named():
    described = row(section(page("docs/embedding.md"), "### The theme file"), code("position"))

    assert [name for name in POSITIONS if code(name) not in described[1]] == []


def test_the_theme_file_in_the_docs_is_a_theme_and_has_every_name():
    found = re.search(r"```json\n(.*?)```", section(page("docs/embedding.md"), "### The theme file"), re.DOTALL)
    document = json.loads(found[1])

    assert read_theme(document)
    assert set(document) == set(Theme.__dataclass_fields__)
    assert set(document["light"]) == set(COLOURS)


def test_every_make_command_is_described():
    targets = re.findall(r"^([a-z]+):.*##", page("Makefile"), re.MULTILINE)
    described = section(page("CONTRIBUTING.md"), "## Setting up")

    assert len(targets) > 5
    assert [target for target in targets if not row(described, code(f"make {target}"))] == []


def test_every_promise_has_its_section():
    numbers = re.findall(r"^### (\d+)\. ", section(page("docs/privacy.md"), "## The promises"), re.MULTILINE)

    assert numbers == [str(number) for number in range(1, 13)]


def test_the_legal_page_covers_its_sources_and_says_what_it_is_not():
    legal = page("docs/legal.md")

    assert "not legal advice" in legal
    for source in ("Art. 4(11)", "Art. 7(3)", "Art. 25(1)", "Art. 5(3)", "05/2020", "2/2023", "CNIL"):
        assert source in legal
    assert "docs/legal.md" in page("README.md")
    assert "legal.md" in page("docs/privacy.md")


def test_the_glossary_is_in_alphabetical_order():
    words = re.findall(r"^\| ([^|]+?) \|", page("docs/glossary.md"), re.MULTILINE)[2:]
    plain = [re.sub(r"[`()]", "", word).lower() for word in words]

    assert len(plain) > 20
    assert plain == sorted(plain)


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def public_names(file: Path):
    """A module's name, and those of its classes, functions and methods."""
    yield file.stem
    tree = ast.parse(file.read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in (*tree.body, *(method for kind in classes for method in kind.body)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def forms(word: str) -> set[str]:
    """A word of the glossary as it may stand in a name: ``mask``, ``masks``, ``masked``, ``masking``."""
    stems = {word, word + word[-1], word.removesuffix("e"), word.removesuffix("ing"), word.removesuffix("ed")}
    endings = ("", "s", "es", "d", "ed", "e", "ing", "r", "er", "or", "n", "y", "ies")
    return {stem + ending for stem in stems for ending in endings}


def test_every_word_of_a_public_name_is_plain_english_or_in_the_glossary():
    defined = re.findall(r"^\| ([^|]+?) \|", page("docs/glossary.md"), re.MULTILINE)[2:]
    explained = {form for term in defined for word in words_of(term) for form in forms(word)}
    plain = set(page("tests/unit/plain_words.txt").split("\n\n", 1)[1].split())
    files = [file for file in ROOT.glob("consent_service/**/*.py") if "versions" not in file.parts]
    used = {word: f"{file.stem}.{name}" for file in files for name in public_names(file) for word in words_of(name)}

    assert len(used) > 500
    assert {word: name for word, name in used.items() if word not in plain and word not in explained} == {}


def test_no_word_that_the_glossary_explains_is_taken_for_plain_english():
    defined = re.findall(r"^\| ([^|]+?) \|", page("docs/glossary.md"), re.MULTILINE)[2:]
    plain = page("tests/unit/plain_words.txt").split("\n\n", 1)[1].split()

    assert plain == sorted(set(plain))
    assert set(plain).isdisjoint(defined)


def anchor(heading: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def leads_nowhere(source: Path, target: str) -> bool:
    name, _, place = target.partition("#")
    wanted = source.parent / name if name else source
    if not wanted.exists():
        return True
    headings = re.findall(r"^#+ (.+)$", wanted.read_text(), re.MULTILINE) if place else []
    return bool(place) and place not in map(anchor, headings)


@every("source", PAGES)
def test_every_relative_link_leads_somewhere(source):
    links = re.findall(r"\]\(((?![a-z]+:)[^)\s]+)", source.read_text())

    assert [link for link in links if leads_nowhere(source, link)] == []


@every("source", PAGES)
def test_every_test_that_is_named_exists(source):
    text = source.read_text()
    paths = re.findall(r"\btests/[\w./-]*\w", text)
    functions = re.findall(r"(tests/[\w./]+\.py)::(test_\w+)", text)
    named = set(re.findall(r"(?<![\w/])test_\w+(?!\w*\.py)", text))
    defined = set(re.findall(r"def (test_\w+)", "\n".join(TESTS.values())))

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [name for path, name in functions if f"def {name}(" not in TESTS[ROOT / path]] == []
    assert sorted(named - defined) == []


def test_every_file_of_tests_that_the_code_names_exists():
    named = re.findall(
        r"\btests/[\w./-]*\w", "\n".join(file.read_text() for file in ROOT.glob("consent_service/**/*.py"))
    )

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def strays(text: str) -> list[str]:
    """The lines that name a folder of somebody's machine."""
    somebodys = re.compile(r"(?<![\w.~:/])/(?:work|root|home|Users)/\w")
    return [line for line in text.splitlines() if somebodys.search(line)]


def test_no_file_names_a_path_of_a_machine():
    sources = [*ROOT.glob("consent_service/**/*.py"), *ROOT.glob("static/**/*.*"), *ROOT.glob("bench/*.py"), *TESTS]

    assert {path.name: found for path in [*PAGES, *sources] if (found := strays(path.read_text()))} == {}


def test_a_line_that_names_a_path_of_a_machine_is_found():
    assert len(strays(f"in {'/'.join(('', 'home', 'jane', 'x'))}\n/var/lib/x")) == 1


def test_no_file_that_pins_or_builds_names_a_download_address():
    builds = [path for pattern in BUILD_FILES for path in ROOT.glob(pattern)]

    assert len(builds) > 5
    # In the locks of npm are addresses where packages ask for money, and none from which they come.
    named = {str(path.relative_to(ROOT)): path.read_text() for path in builds}
    assert [name for name, text in named.items() if "https://" in text and not name.endswith("package-lock.json")] == []
    assert [name for name, text in named.items() if '"resolved"' in text] == []


@every("name", get_args(ActionName))
def test_each_action_that_is_written_down_is_documented(name):
    assert re.search(rf"[|,] {name}[,| ]", page("docs/owners.md"))


def test_what_imports_what_is_drawn_as_the_contract_has_it():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = next(contract["layers"] for contract in contracts if contract["name"] == "the rooms of the package")
    drawn = re.search(r"## What imports what.*?```\n(.*?)```", page("docs/architecture.md"), re.DOTALL)

    assert drawn is not None
    assert drawn[1].splitlines() == rooms


@every("room", sorted(path.parent for path in ROOT.glob("consent_service/*/__init__.py")))
def test_every_room_is_described_as_its_package_says(room):
    purpose = (ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or "").splitlines()[0]

    assert row(section(page("docs/architecture.md"), "## The rooms"), code(f"{room.name}/"), purpose)
