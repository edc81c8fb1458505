from pathlib import Path

from consent_service.spool.generation import Generation


def test_two_processes_that_make_the_number_at_once_share_it(spool, monkeypatch):
    first = Generation(spool)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # the second one looked before the first had made it
    second = Generation(spool)
    second.move_to(7)

    assert first.current() == 7


def test_a_number_that_is_there_stays(spool):
    Generation(spool).move_to(7)

    assert Generation(spool).current() == 7
