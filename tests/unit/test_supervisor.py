from consent_service.serving import supervisor
from consent_service.serving.supervisor import LONG_LIFE, MOST_PAUSE, Child, Pause


def test_what_dies_at_once_is_started_again_after_longer_and_longer():
    pause = Pause()

    assert [pause.after(lived=0.5) for _ in range(6)] == [0, 1, 2, 4, 8, MOST_PAUSE]


def test_what_has_lived_for_a_while_is_started_again_at_once():
    pause = Pause()
    for _ in range(6):
        pause.after(lived=0.5)

    assert pause.after(lived=LONG_LIFE) == 0


def test_what_cannot_be_started_is_tried_again_after_a_pause(monkeypatch):
    tried = []

    def fork(child):
        tried.append(child.name)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(supervisor, "_fork", fork)
    children = [Child("worker", run=int), Child("keeper", run=int)]
    seconds = supervisor._start_due(children)

    assert tried == ["worker", "keeper"]
    assert 0 < seconds <= 1
    assert supervisor._start_due(children) > 0
    assert tried == ["worker", "keeper"]
