"""A panel as a file."""

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.shown import UNSHOWN, Shown
from consent_service.domain.figures.panel_file import PanelFile


def written(name, period, basis, breakdown):
    return PanelFile(DIMENSIONS[name], Period.parse(period), basis, breakdown).written().decode()


def test_each_count_is_written_as_it_is_shown():
    cell = {"views": Shown(30, "least"), "visits": UNSHOWN, "visitors": Shown(20, "exact", summed=True)}

    assert written("page", "2026-10", "own", {"/": cell}) == (
        "dimension,period,basis,value,views,visits,visitors,marks\n"
        "page,2026-10,own,/,30,,20,views>= visits? visitors+\n"
    )


def test_what_is_not_told_yet_is_empty():
    assert written("browser", "2026-10", "own", {"Firefox": {"visits": Shown(20)}}).endswith("Firefox,20,,\n")


def test_a_value_that_a_spreadsheet_would_take_for_a_formula_is_made_inert():
    page = written("campaign", "2026", "months", {"=1+1": {"visits": Shown(20), "visitors": Shown(20)}})

    assert "\ncampaign,2026,months,'=1+1,20,20,\n" in page
