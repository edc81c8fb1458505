from consent_service.serving.supervisor import LONG_LIFE, MOST_PAUSE, Pause


def test_what_dies_at_once_is_started_again_after_longer_and_longer():
    pause = Pause()

    assert [pause.after(lived=0.5) for _ in range(6)] == [0, 1, 2, 4, 8, MOST_PAUSE]


def test_what_has_lived_for_a_while_is_started_again_at_once():
    pause = Pause()
    for _ in range(6):
        pause.after(lived=0.5)

    assert pause.after(lived=LONG_LIFE) == 0
