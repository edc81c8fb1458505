"""How the audit is run and shown."""

from sqlalchemy.exc import OperationalError

from consent_service.audit import checks, table
from consent_service.audit.findings import Outcome, fail, ok, some, together, unknown, warn


def broken(error):
    def check(installation):
        raise error

    return check


def test_a_check_that_fails_itself_is_unknown_and_the_others_go_on():
    rows = list(checks.run(None, {"first": broken(KeyError("/somebody")), "second": lambda installation: ok("well")}))

    assert rows == [("first", unknown("could not be checked: KeyError")), ("second", ok("well"))]


def test_the_systems_own_words_are_shown_and_what_a_statement_held_is_not():
    away = OperationalError("INSERT", {"path": "/somebody"}, Exception("connection refused\nmore"))
    named = PermissionError(13, "Permission denied", "/var/log/x")
    rows = dict(checks.run(None, {"away": broken(away), "closed": broken(named)}))

    assert rows["away"].text == "could not be checked: the database says: connection refused"
    assert rows["closed"].text == "could not be checked: Permission denied: /var/log/x"


def test_each_row_is_one_line_with_its_name_first():
    assert table.lines([("swap", ok("none")), ("file rights", fail("two\nlines"))]) == [
        "swap         ok       none",
        "file rights  FAIL     two lines",
    ]


def test_what_fails_or_could_not_be_checked_falls_short_and_a_warning_does_not():
    assert table.shortfall([("a", ok("")), ("b", warn(""))]) == ""
    assert table.shortfall([("a", fail("")), ("b", warn(""))]) == "1 check falls short"
    assert table.shortfall([("a", unknown(""))]) == "1 check could not be made"
    assert table.shortfall([("a", fail("")), ("b", fail("")), ("c", unknown(""))]) == (
        "2 checks fall short, 1 check could not be made"
    )


def test_several_findings_take_the_worst_status_and_tell_all_that_is_not_well():
    assert together([ok("a"), warn("b"), unknown("c"), fail("d")], "well") == fail("b; c; d")
    assert together([warn("b"), unknown("c")], "well").outcome == Outcome.UNKNOWN
    assert together([ok("a")], "well") == ok("well")


def test_of_many_names_the_first_are_told():
    assert some(["b", "a"]) == "a, b"
    assert some("abcde") == "a, b, c and 2 more"
