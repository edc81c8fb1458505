"""A period that was mistyped in an address: a page of the site says so, from which its other pages can be reached."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, make_response, render_template

from consent_service.domain.site import Site


def refuse_period(site: Site, text: str, title: str = "There is no such period", status: int = 400) -> NoReturn:
    """Raises what answers with the page; ``text`` says what to write instead."""
    abort(make_response(render_template("period_wrong.html", site=site, title=title, text=text), status))
