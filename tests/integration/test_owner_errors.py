"""What goes wrong gets a plain page with its status and what to do next."""

import pytest

from tests.owner import token_in


def test_an_unknown_path_is_not_there(stranger):
    answer = stranger.get("/nowhere")
    assert answer.status_code == 404
    assert "list of sites" in answer.text


def test_a_wrong_method_is_told_which_are_right(stranger):
    answer = stranger.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_of_ten_megabytes_is_refused(owner):
    answer = owner.post("/sites/new", {"name": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "Shorten what you entered" in answer.text
    assert 'href="/sites/new">Back to the page' in answer.text


def test_a_fault_of_the_service_shows_nothing_of_its_inside(world, owner, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("consent_service.web.numbers.overview.overviews.read", fail)
    answer = owner.get("/")
    assert answer.status_code == 500
    assert "This is a fault of the service" in answer.text
    assert "secret of the inside" not in answer.text


@pytest.mark.parametrize("path", ["/", "/login"])
def test_with_the_database_away_pages_say_so_and_come_back(world, owner, tmp_path, path):
    database = tmp_path / "data" / "consent.sqlite3"
    world.app.services.engine.dispose()
    away = database.rename(tmp_path / "away")
    database.mkdir()  # nothing can be opened there
    answer = owner.get(path)
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert answer.headers["Retry-After"] == "60"

    database.rmdir()
    away.rename(database)
    assert owner.get("/").status_code == 200


def test_signing_in_with_the_database_away_says_so(world, stranger, tmp_path):
    token = token_in(stranger.get("/login").text)
    database = tmp_path / "data" / "consent.sqlite3"
    world.app.services.engine.dispose()
    database.rename(tmp_path / "away")
    database.mkdir()
    fields = {"email": "owner@example.org", "password": "x" * 12, "csrf_token": token}
    assert stranger.post("/login", fields).status_code == 503
