"""Stops, upgrades and replacements: the spool stays and is taken up, and whoever is gone is replaced."""

import os
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.service import Service, wait_until
from tests.faults.checking import readyz, settle_up
from tests.faults.processes import Processes, children, is_alive, kill
from tests.faults.sending import Load, targets_of


@pytest.fixture
def processes(service):
    return Processes(service)


def test_an_orderly_stop_and_an_upgrade_under_load_lose_nothing(service, seed, is_long, tmp_path):
    pause = 15_000 if is_long else 4_000
    with Load(service, targets_of(service), seed, tmp_path) as load:
        for _ in range(2 if is_long else 1):
            load.wait_for(pause)
            service.stop()
            service.run("migrate")
            service.start()
        load.wait_for(pause)
        service.stop()
        assert any(Path(service.environ["CONSENT_SPOOL_DIR"], "pending").iterdir())  # stays, and is taken up
    settle_up(service, load)


@pytest.mark.long
def test_a_worker_that_dies_is_replaced_however_often(service, processes):
    def are_killed_again():
        for worker in processes.workers:
            kill(worker)
        return "the worker ended with status -9; it is started again in 4 s" in service.output.read_text()

    for _ in range(2):
        wait_until(lambda: len(processes.workers) >= 2, "both workers to be there")
        wait_until(are_killed_again, "all to be started anew")
        wait_until(lambda: answers(service), "the service to answer again")


def answers(service):
    try:
        with urllib.request.urlopen(f"{service.url}/healthz") as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.long
def test_a_keeper_that_dies_is_replaced_and_the_log_says_so(service, processes):
    [keeper] = processes.keeper
    kill(keeper)
    wait_until(lambda: processes.keeper and processes.keeper != [keeper], "another keeper")

    assert "the keeper ended with status -9; it is started again" in service.output.read_text()
    wait_until(lambda: readyz(service)[0] == 200, "the service to be ready")


def test_when_the_main_process_is_killed_its_workers_and_its_keeper_end_too(service, processes):
    check_that_all_end(service, processes)


@pytest.mark.long
def test_a_worker_that_had_just_been_started_ends_with_the_main_process_too(service, processes):
    kill(processes.workers[0])
    wait_until(lambda: len(processes.workers) >= 2, "the next worker")  # which is still importing

    check_that_all_end(service, processes)


def check_that_all_end(service, processes):
    left = children(processes.main)
    assert len(left) >= 3  # two workers and the keeper
    service.kill()
    wait_until(lambda: not any(map(is_alive, left)), "workers and keeper to end")


@pytest.mark.long
def test_readyz_says_that_a_keeper_is_silent(service, processes):
    [keeper] = processes.keeper
    os.kill(keeper, signal.SIGSTOP)
    wait_until(lambda: readyz(service)[0] == 503, "the keeper's silence to be noticed", patience=60)
    assert "the keeper is not running" in readyz(service)[1]

    os.kill(keeper, signal.SIGCONT)
    wait_until(lambda: readyz(service)[0] == 200, "the keeper to be heard of again")


def test_a_second_serve_refuses_the_same_spool_and_another_one_beside_the_same_database(service, settings, tmp_path):
    for changed, words in (
        ({}, "in use by another serve"),
        ({"CONSENT_SPOOL_DIR": str(tmp_path / "another")}, f"in use with the spool {settings['CONSENT_SPOOL_DIR']}"),
    ):
        done = Service({**settings, **changed}).run("serve", check=False)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert words in done.stderr
