"""The geometry of the bar chart."""

import pytest

from consent_service.domain.disclosure.shown import Shown
from consent_service.web.numbers.chart import HEAD, HEIGHT, Slot, draw


def slots(*counts):
    return [
        Slot(
            str(number), "", "", None if count is None else Shown(*count) if isinstance(count, tuple) else Shown(count)
        )
        for number, count in enumerate(counts, 1)
    ]


def test_bars_are_as_high_as_their_counts():
    chart = draw(slots(10, 40, 20))
    assert [bar.height for bar in chart.bars] == [HEIGHT / 4, HEIGHT, HEIGHT / 2]
    assert all(bar.y + bar.height == HEAD + HEIGHT for bar in chart.bars)


def test_nothing_is_drawn_for_what_is_hidden():
    chart = draw(slots(12, None, (0, "hidden"), 12))
    assert len(chart.bars) == 2
    assert chart.bars[1].x > 75


def test_a_bar_of_an_open_period_is_marked():
    assert [bar.is_open for bar in draw(slots(40, (30, "least"))).bars] == [False, True]


@pytest.mark.parametrize(
    ("most", "scale"),
    [
        (1, ["1"]),
        (12, ["5", "10", "15"]),
        (74, ["20", "40", "60", "80"]),
        (90, ["25", "50", "75", "100"]),
        (4_001, ["2,000", "4,000", "6,000"]),
    ],
)
def test_the_scale_has_at_most_four_round_numbers_and_holds_every_bar(most, scale):
    chart = draw(slots(most))
    assert [line.text for line in chart.lines] == scale
    assert chart.bars[0].y >= HEAD


def test_a_small_bar_beside_a_large_one_is_still_seen():
    assert draw(slots(10, 100_000)).bars[0].height == 2


def test_of_many_labels_some_are_left_out():
    assert [label.text for label in draw(slots(*[10] * 31)).labels][:3] == ["1", "3", "5"]
    assert len(draw(slots(*[10] * 12)).labels) == 12
