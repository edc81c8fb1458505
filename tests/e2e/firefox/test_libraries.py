"""Libraries that replace their document, in Firefox too: each view counts, and on the last page one can withdraw."""

import datetime as dt
import json
from contextlib import ExitStack

import pytest

from tests.e2e.firefox.test_firefox import run
from tests.e2e.snippet.pages import SitePages
from tests.e2e.snippet.recorder import serving
from tests.e2e.snippet.sites import FLAGS, PATHS, SITES
from tests.e2e.snippet.stage import BERLIN, staged

NAMES = ["turbo", "htmx", "unpoly", "react-19", "body.innerHTML"]


@pytest.fixture
def stage(world):
    with staged(world, None) as made:
        made.at(dt.datetime.now(BERLIN))  # Firefox has a clock of its own
        yield made


@pytest.fixture
def addresses(stage, is_long):
    """An origin for each site."""
    with ExitStack() as served:
        addresses = {}
        for name in SITES if is_long else NAMES:
            pages = SitePages(stage.recorder)
            pages.service, pages.script_path = stage.service, stage.script_path
            SITES[name].lay_out(pages)
            addresses[name] = f"http://site.localhost:{served.enter_context(serving(pages))}"
        yield addresses


OF_COOKIES = "Error: Cookie “"
"""What Firefox says of a cookie deleted under each name and domain that it may have: most there cannot be."""


def test_the_notice_and_the_counting_go_on_from_page_to_page(stage, addresses):
    seen = run("libraries.mjs", json.dumps(addresses))
    for name, steps in seen.items():
        of_others = (OF_COOKIES, *SITES[name].says)
        assert [text for text in steps.pop("said") if not text.startswith(of_others)] == [], name
    steps = {"accepted": [1, "/two", "accepted"], "withdrawn": [1, "/one", "refused"]}
    assert seen == dict.fromkeys(addresses, steps)
    for name, address in addresses.items():
        hits = [hit.json for hit in stage.recorder.to("/hit") if hit.headers["origin"] == address]
        assert [(hit["p"], hit["f"]) for hit in hits] == list(zip(PATHS, FLAGS, strict=True)), name
