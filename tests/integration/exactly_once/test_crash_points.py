"""Every point of docs/exactly-once.md at which a process can die: nothing is lost, nothing is doubled."""

import re
from pathlib import Path

import pytest

from tests.integration.exactly_once.conftest import prepare
from tests.integration.exactly_once.crash import POINTS
from tests.integration.exactly_once.machine import Machine
from tests.integration.exactly_once.model import Model
from tests.integration.exactly_once.story import Story
from tests.postgresql import with_driver

PAGE = Path(__file__).parents[3] / "docs" / "exactly-once.md"
SHARED = {"half handed over"}
"""Only reached where several machines write to one database."""


@pytest.fixture
def model():
    return Model()


@pytest.mark.parametrize("name", [name for name in POINTS if name not in SHARED])
def test_a_process_that_dies_here_loses_and_doubles_nothing(name, model, machine_with_sites):
    machine, sites = machine_with_sites
    story = Story(machine, model, sites, name)
    story.tell()

    assert story.has_died, f"nothing came to the point {name!r}: has its line changed?"
    assert {dimension for *_, dimension in model.covers} >= {"page", "country"}


@pytest.fixture
def machine_on_postgresql(postgresql, spool_dir):
    database = with_driver(postgresql.new_database())
    sites = prepare(database)
    machine = Machine(spool_dir.parent, database)
    yield machine, sites
    machine.kill_worker()


def test_a_process_that_dies_in_a_hand_over_loses_and_doubles_nothing(model, machine_on_postgresql):
    machine, sites = machine_on_postgresql
    story = Story(machine, model, sites, "half handed over")
    story.tell_of_two_machines()

    assert story.has_died


@pytest.mark.parametrize("name", [name for name in POINTS if name.startswith("load ")])
def test_a_load_on_postgresql_that_dies_here_loses_and_doubles_nothing(name, model, machine_on_postgresql):
    machine, sites = machine_on_postgresql
    story = Story(machine, model, sites, name)
    story.tell()

    assert story.has_died


def test_the_page_lists_the_points_that_are_reached_and_no_others():
    described = re.findall(r"^\| `([a-z ]+)` \|", PAGE.read_text(), re.MULTILINE)

    assert sorted(described) == sorted(POINTS)
