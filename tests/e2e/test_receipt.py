"""The receipt in a real browser: what a token says is read there, and nothing is left there."""

import base64
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.languages import lookup
from consent_service.domain.notice.texts import TEXT_NAMES
from consent_service.domain.notice.wording import DEFAULT_TEXTS, SHIPPED
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.web.visitors.descriptions import COUNTED
from tests.e2e.service import free_port
from tests.e2e.snippet.recorder import Recorder, serving
from tests.integration.test_receipt import forged
from tests.unit import test_docs as docs
from tests.world import World

DUTCH = {name: f"{name} in het Nederlands" for name in TEXT_NAMES}
STATES = ("reading", "missing", "broken", "unknown", "unsigned", "away", "receipt")


class Desk:
    """A service under its own host, with a site, and whoever opens receipts there."""

    def __init__(self, world, browser, recorder):
        self.world, self.recorder = world, recorder
        self.url = world.config.public_url
        self.site = world.add_site("Harbour Network", timezone="Europe/Amsterdam", dimensions=("page", "platform"))
        self.asked, self.complaints = [], []
        self._browser, self._contexts = browser, []

    def publish(self, counted=True, **changes):
        with writing(self.world.engine) as connection:
            sites.publish(connection, sites.get(connection, self.site), Period.parse("2026-11"), counted, **changes)
        self.world.keeper.watch()

    @property
    def token(self):
        """What whoever accepts now is given."""
        return self.world.token(self.site)

    def open(self, fragment="", **options):
        """Open the receipt page in a fresh browser, at the service's time."""
        context = self._browser.new_context(**options)
        self._contexts.append(context)
        context.on("request", self._note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.clock.set_fixed_time(self.world.clock.now)
        page.goto(f"{self.url}/receipt{fragment and '#'}{fragment}")
        return page

    def _note(self, request):
        self.asked.append(request)

    def close(self):
        for context in self._contexts:
            context.close()


@pytest.fixture
def desk(environ, clock, browser):
    port = free_port()
    world = World({**environ, "CONSENT_BIND": f"127.0.0.1:{port}"}, clock)
    recorder = Recorder(world.app.flask)
    with serving(recorder, port):
        desk = Desk(world, browser, recorder)
        yield desk
        desk.close()
    world.dispose()


def statement_of(*parts):
    """What looks like a token of these from afar."""
    payload = json.dumps(parts, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode() + ".c2lnbmF0dXJl"


def says(page, state):
    """Waits until the page shows this and none of the others."""
    expect(page.locator(f"#{state}")).to_be_visible()
    for other in {*STATES} - {state}:
        expect(page.locator(f"#{other}")).to_be_hidden()
    return page.locator(f"#{state}")


def record_of(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the record").click()
    return download.value.suggested_filename, json.loads(Path(download.value.path()).read_text())


def test_a_receipt_tells_what_was_accepted_by_whom_and_until_when(desk):
    told = says(desk.open(desk.token), "receipt")
    expect(told).to_contain_text("a cookie notice of Harbour Network")
    expect(told).to_contain_text(
        "Everyone who accepted the same notice in the same three months holds exactly the same"
    )
    expect(told).to_contain_text("So it says nothing about you")
    expect(told).to_contain_text("between 1 October 2026 and 31 December 2026")
    expect(told).to_contain_text(
        "until the end of 31 March 2027, in the time zone Europe/Amsterdam. It is valid today."
    )
    expect(told.locator("#texts")).to_contain_text(DEFAULT_TEXTS["en"]["notice"])
    expect(told.locator("#texts")).to_contain_text("Harbour Network counts visits")
    assert told.locator("[data-dimension]:visible span:first-child").all_inner_texts() == [
        COUNTED[name] for name in ("site", "hour", "page", "platform", "consent")
    ]
    assert told.get_by_role("link", name="how it is counted").get_attribute("href") == f"/s/{desk.site}/privacy"
    assert desk.complaints == []


def test_it_asks_the_service_alone_without_a_referrer_and_stores_nothing(desk):
    page = desk.open(desk.token)
    says(page, "receipt")
    digest = desk.world.notice(desk.site)["digest"]
    asked = [(one.method, one.url.removeprefix(desk.url).partition("?v=")[0]) for one in desk.asked]
    assert asked[0] == ("GET", "/receipt")
    assert sorted(asked[1:3]) == [("GET", "/assets/receipt-record.js"), ("GET", "/assets/receipt.js")]
    assert asked[3:] == [("GET", f"/s/{desk.site}/notice.json?n={digest}"), ("POST", "/receipt")]
    for request in desk.recorder.requests:
        assert "referer" not in request.headers
        assert "cookie" not in request.headers
    assert page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}
    assert page.evaluate("Promise.all([caches.keys(), indexedDB.databases()])") == [[], []]
    assert page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage), window.name]") == [""]


def test_the_notice_is_shown_in_the_readers_language_or_another_that_it_has(desk):
    desk.publish(texts={**DEFAULT_TEXTS, "nl": DUTCH})
    page = desk.open(desk.token, locale="nl-BE")
    says(page, "receipt")
    texts, choice = page.locator("#texts"), page.get_by_label("Language")
    expect(texts).to_contain_text(DUTCH["notice"])
    expect(texts).to_have_attribute("lang", "nl")
    assert choice.locator("option").all_inner_texts() == ["English", "Nederlands"]
    expect(page.locator("[data-text=withdraw]")).to_have_text(DUTCH["withdraw"])
    assert record_of(page)[1]["pii_processing"]["language"] == "nl"

    choice.select_option("en")
    expect(texts).to_contain_text(DEFAULT_TEXTS["en"]["notice"])
    expect(texts).to_have_attribute("lang", "en")
    assert record_of(page)[1]["pii_processing"]["language"] == "en"
    assert desk.complaints == []


@pytest.mark.parametrize(
    "languages", [list(SHIPPED), ["en", "pt-BR"], ["en", "zh-HK", "zh"], ["de", "nn", "nb"], ["sr", "sr-Latn"]]
)
def test_the_nearest_language_is_the_one_that_the_service_takes(desk, languages):
    readers = ["nb", "no", "nn-NO", "zh-Hant-TW", "zh-TW", "zh-HK", "zh-CN", "zh", "pt-BR", "pt-PT", "pt", "de-AT"]
    readers += ["iw", "EN-us", "sr-Latn-RS", "sr-RS", "x", "", "i-klingon", "de" + "-x" * 1_000]
    page = desk.open()
    says(page, "missing")
    nearest = page.evaluate(
        "([readers, tags]) => readers.map((tag) => nearest(tag, tags) ?? tags[0])", [readers, languages]
    )
    assert dict(zip(readers, nearest, strict=True)) == {tag: lookup(tag, languages) for tag in readers}


def test_where_there_is_one_language_there_is_nothing_to_choose(desk):
    page = desk.open(desk.token, locale="nl-NL")
    says(page, "receipt")
    expect(page.get_by_label("Language")).to_be_hidden()


def test_a_notice_that_was_replaced_is_shown_as_it_was_accepted(desk):
    token = desk.token
    desk.publish(texts={"en": {**DEFAULT_TEXTS["en"], "notice": "Quite another notice."}})
    told = says(desk.open(token), "receipt")
    expect(told).to_contain_text(DEFAULT_TEXTS["en"]["notice"])
    expect(told).not_to_contain_text("Quite another notice.")


@pytest.mark.parametrize(("days", "sentence"), [(130, "That time is over"), (-60, "still to come")])
def test_a_receipt_outside_its_time_says_so(desk, clock, days, sentence):
    token = desk.token
    clock.move(days=days)
    expect(says(desk.open(token), "receipt")).to_contain_text(sentence)


def test_the_record_has_what_was_accepted_and_nobody_in_it(desk):
    token, notice = desk.token, desk.world.notice(desk.site)
    name, record = record_of(desk.open(token))
    assert name == f"consent-receipt-{desk.site}-2026Q4.json"
    assert record["record_id"] == f"{desk.site}/{notice['digest']}/2026Q4"
    assert record["pii_principal_id"] is None
    assert record["token"] == token
    processing = record["pii_processing"]
    assert processing["privacy_notice"] == {
        "url": f"{desk.url}/s/{desk.site}/notice.json?n={notice['digest']}",
        "digest": notice["digest"],
        "texts": notice["texts"],
    }
    purpose = processing["purposes"][0]
    assert purpose["lawful_basis"] == "consent"
    assert [one["pii_type"] for one in purpose["pii_information"]] == ["site", "hour", "page", "platform", "consent"]
    assert purpose["recipient_third_parties"] == []
    assert purpose["retention_period"] == "P25M"
    assert record["party_identification"][0]["party_name"] == "Harbour Network"
    assert record["events"] == [
        {
            "event_time": "2026-10-01/2026-12-31",
            "entity_id": None,
            "event_type": "explicit",
            "event_state": "given",
            "validity_duration": "P6M",
            "valid_until": "2027-03-31",
            "timezone": "Europe/Amsterdam",
        }
    ]
    assert record_of(desk.open(token, timezone_id="Asia/Tokyo"))[1] == record
    assert desk.complaints == []


def names_in(part):
    """The names of all fields, however deep; not those within the notice's own texts."""
    if isinstance(part, list):
        return set().union(*map(names_in, part))
    if not isinstance(part, dict):
        return set()
    return set(part).union(*(names_in(inner) for name, inner in part.items() if name != "texts"))


def test_every_field_of_the_record_is_described(desk):
    terms = desk.world.site(desk.site).timeline.latest.notice.terms
    desk.publish(terms=terms.amended({"dimensions": ["event"], "events": ["donate"]}), counted=False)
    names = names_in(record_of(desk.open(desk.token))[1])
    described = docs.section(docs.page("docs/embedding.md"), "### The record")

    assert {"values", "token", "party_name"} <= names
    assert [name for name in sorted(names) if not docs.row(described, docs.code(name))] == []
    assert set(re.findall(r"^\| `(\w+)` \|", described, re.MULTILINE)) == names


def test_a_forged_receipt_is_not_confirmed_and_nothing_of_it_is_shown(desk):
    page = desk.open(forged(desk.token))
    expect(says(page, "unsigned")).to_contain_text("cannot confirm the receipt")
    expect(page.get_by_role("link", name="Download the record")).to_be_hidden()


def test_another_spelling_of_a_good_one_is_not_confirmed(desk):
    payload, _, signature = desk.token.partition(".")
    says(desk.open(f"{payload}=.{signature}"), "unsigned")


@pytest.mark.parametrize("fragment", ["nonsense", "e30.x", "WzEsMiwzXQ.x", "W10.x", "%5B%5D", "<b>.x", "é", "..", "a."])
def test_what_cannot_be_read_is_not_a_whole_receipt_and_is_asked_nobody(desk, fragment):
    says(desk.open(fragment), "broken")
    assert {request.path for request in desk.recorder.requests} <= {
        "/receipt", "/assets/receipt.js", "/assets/receipt-record.js",
    }  # fmt: skip
    assert [one.method for one in desk.recorder.to("/receipt")] == ["GET"]


def test_without_a_receipt_the_page_says_where_it_belongs(desk):
    expect(says(desk.open(), "missing")).to_contain_text("There is no receipt in this address.")
    assert desk.complaints == []


def test_a_receipt_of_an_unknown_site_or_notice_is_told_as_such(desk):
    page = desk.open(statement_of("nosite", "0" * 32, "2026Q4"))
    expect(says(page, "unknown")).to_contain_text("does not have")
    says(desk.open(statement_of(desk.site, "0" * 32, "2026Q4")), "unknown")


def test_one_receipt_after_the_other_in_the_same_page_is_read_anew(desk):
    token = desk.token
    page = desk.open("nonsense")
    says(page, "broken")
    page.evaluate("token => { location.hash = token }", token)
    says(page, "receipt")
    page.go_back()
    says(page, "broken")


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_service_that_does_not_answer_is_told_apart_from_a_bad_receipt(desk, status):
    token = desk.token
    page = desk.open()
    says(page, "missing")
    desk.recorder.instead["/receipt"] = status
    page.evaluate("token => { location.hash = token }", token)
    expect(says(page, "away")).to_contain_text("Nothing is wrong with your receipt")
