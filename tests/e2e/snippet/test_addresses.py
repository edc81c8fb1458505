"""What of an address is sent, and which addresses are one page: decoded, and never too long for a hit."""

from zoneinfo import available_timezones

import pytest

from consent_service.collect.payload import LONGEST_BODY
from consent_service.domain.counting.dimensions import DEFAULT, NONE
from consent_service.domain.masking.values import campaign
from tests.e2e.snippet.visitor import FIRST_TOUCH, NEW_VISITOR, accept, navigate, pages_seen, settle

RUSSIAN = "/новости/" + "длинноеназвание" * 4 + "семьбук"
"""A path of 76 letters, which are 449 once they are percent-encoded."""


def touches(visitor):
    """Whether each view was the visit's first of its page."""
    return [bool(hit["f"] & FIRST_TOUCH) for hit in visitor.hits]


# The path


def test_a_long_path_in_russian_arrives_whole_and_is_one_page(stage, visitor):
    assert len(RUSSIAN) == 76
    page = accept(visitor.opens(RUSSIAN))
    navigate(page, "/")
    navigate(page, RUSSIAN)
    settle(page)
    assert visitor.viewed() == [RUSSIAN, "/", RUSSIAN]
    assert touches(visitor) == [True, True, False]
    assert stage.pending("2026-11")["page"][RUSSIAN][:3] == [2, 1, 1]


def test_two_long_paths_in_russian_that_end_otherwise_are_two_pages(stage, visitor):
    other = RUSSIAN[:-1] + "ж"
    page = accept(visitor.opens(RUSSIAN))
    navigate(page, other)
    settle(page)
    assert touches(visitor) == [True, True]
    assert stage.pending("2026-11")["page"].keys() == {RUSSIAN, other}


def test_a_letter_of_two_parts_is_sent_as_one(stage, visitor):
    page = accept(visitor.opens("/cafe%CC%81"))
    navigate(page, "/")
    navigate(page, "/caf%C3%A9")
    settle(page)
    assert visitor.viewed() == ["/café", "/", "/café"]
    assert touches(visitor) == [True, True, False]
    assert stage.pending("2026-11")["page"]["/café"][:3] == [2, 1, 1]


def test_letters_beyond_the_first_plane_tell_pages_apart(visitor):
    page = accept(visitor.opens("/😀"))
    navigate(page, "/😁")
    settle(page)
    assert visitor.viewed() == ["/😀", "/😁"]
    assert touches(visitor) == [True, True]


def test_a_path_that_cannot_be_decoded_is_sent_as_it_is(visitor):
    page = accept(visitor.opens("/100%25"))
    navigate(page, "/100%")
    settle(page)
    assert visitor.viewed() == ["/100%"]


def test_a_page_with_and_without_a_slash_at_its_end_is_one_page(stage, visitor):
    page = accept(visitor.opens("/about"))
    for path in ("/", "/about/"):
        navigate(page, path)
    settle(page)
    assert visitor.viewed() == ["/about", "/", "/about"]
    assert touches(visitor) == [True, True, False]
    assert stage.pending("2026-11")["page"]["/about"][:3] == [2, 1, 1]


@pytest.mark.parametrize("other", ["/shop;session=1", "/shop%3Fitem=2", "/shop;v=1%3Fnext=/boots"])
def test_a_page_with_and_without_parameters_is_one_page(stage, visitor, other):
    page = accept(visitor.opens("/shop"))
    for path in ("/shop/boots", other):
        navigate(page, path)
    settle(page)
    assert visitor.viewed() == ["/shop", "/shop/boots", "/shop"]
    assert touches(visitor) == [True, True, False]
    assert stage.pending("2026-11")["page"]["/shop"][:3] == [2, 1, 1]


@pytest.mark.parametrize(("loaded", "mended"), [("/about", "/about/"), ("/about/", "/about")])
def test_a_page_that_mends_its_slash_is_one_view(visitor, loaded, mended):
    page = accept(visitor.opens(loaded))
    navigate(page, mended, "replaceState")
    settle(page)
    assert visitor.viewed() == ["/about"]
    assert pages_seen(page) == 1


def test_the_root_is_a_slash_however_many_stand_there_and_with_an_index_it_is_another_page(stage, visitor):
    page = accept(visitor.opens("/"))
    for path in ("/about", "/?page=1", "/about/", "/index.html"):
        navigate(page, path)
    settle(page)
    assert visitor.viewed() == ["/", "/about", "/", "/about", "/index.html"]
    assert touches(visitor) == [True, True, False, False, True]
    assert stage.pending("2026-11")["page"].keys() == {"/", "/about", "/index.html"}


# The campaign


def test_the_campaign_goes_with_the_first_hit_alone_and_nothing_else_of_the_query(stage, visitor):
    page = accept(
        visitor.opens("/one?q=secret&utm_source=News+letter&utm_medium=&utm_campaign=fr%C3%BChling&x=1#utm_source=no")
    )
    navigate(page, "/two?utm_source=other")
    settle(page)
    first, second = visitor.hits
    assert first.keys() == {"s", "t", "e", "p", "f", "us", "uc", "z", "l", "d"}
    assert (first["us"], first["uc"]) == ("News letter", "frühling")
    assert second.keys() == {"s", "t", "e", "p", "f"}
    assert list(stage.pending("2026-11")["campaign"]) == [campaign(["news letter", NONE, "frühling"])]
    assert not any("secret" in request.body for request in stage.recorder.requests)


def test_two_campaigns_in_russian_that_begin_alike_stay_two(stage):
    names = ["осенняяраспродажараз", "осенняяраспродажадва"]
    assert [len(name) for name in names] == [20, 20]
    for name in names:
        settle(accept(stage.visitor().opens(f"/?utm_source=почта&utm_campaign={name}")))
    assert stage.pending("2026-11")["campaign"].keys() == {campaign(["почта", NONE, name]) for name in names}


# The length

LONG_HOST = ".".join(["h" * 60] * 4)
LONGEST_ZONE = max(available_timezones(), key=len)
ELSEWHERE = f"Intl.DateTimeFormat.prototype.resolvedOptions = () => ({{ timeZone: '{LONGEST_ZONE}' }})"


@pytest.mark.parametrize(
    ("letter", "in_path", "in_campaign"),
    [
        ("a", 299, 90),
        ("я", 149, 45),
        ("€", 99, 30),
        ("😀", 74, 22),
        ("%22", 149, 45),
        ("%5C", 0, 45),  # a slash, as browsers have it
        ("%01", 0, 15),  # of no path
    ],
)
def test_the_largest_hit_is_taken_and_ends_between_two_letters(stage, letter, in_path, in_campaign):
    stage.found(dimensions=(*DEFAULT, "missing"))
    stage.pages.head = '<meta name="consent-status" content="404">'
    query = "&".join(f"utm_{name}={letter * 200}" for name in ("source", "medium", "campaign"))
    visitor = stage.visitor(locale="haw-US").where(ELSEWHERE)
    settle(accept(visitor.opens(f"/{letter * 600}?{query}", referer=f"https://{LONG_HOST}/")))
    stage.arrive()
    (request,) = stage.recorder.to("/hit")
    hit = request.json
    assert hit.keys() == {"s", "t", "e", "p", "x", "f", "r", "us", "um", "uc", "z", "l", "d"}
    assert (hit["z"], hit["l"], hit["d"]) == (LONGEST_ZONE, "haw", "desktop")
    assert hit["f"] == NEW_VISITOR | 16 | FIRST_TOUCH
    assert len(hit["p"]) == 1 + in_path
    assert [len(hit[name]) for name in ("us", "um", "uc")] == [in_campaign] * 3
    assert hit["r"] == LONG_HOST[-120:]
    assert len(request.body.encode()) < LONGEST_BODY
    assert request.status == 204
