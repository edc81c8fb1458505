import json

import pytest

from consent_service.domain.notice import Notice, Terms, read_notice
from consent_service.domain.wording import DEFAULT_TEXTS, NoticeError

TERMS = Terms("Harbour")


def test_the_shipped_notice_is_the_first_sites_word_for_word():
    assert DEFAULT_TEXTS["en"]["notice"] == (
        "We use cookies to analyze website traffic and optimize your website experience. By accepting our use of "
        "cookies, your data will be aggregated with all other user data."
    )


def test_a_notice_is_named_by_128_bits_of_its_content():
    assert len(Notice(TERMS).digest) == 32
    assert Notice(TERMS).digest == Notice(TERMS).digest
    assert Notice(TERMS).digest != Notice(TERMS.amended({"threshold": 11})).digest


def test_a_notice_read_back_from_its_document_is_the_same():
    notice = Notice(TERMS.amended({"pages": ["/help"], "dimensions": ["page", "device"]}))

    assert read_notice(notice.document) == notice


def test_a_notice_without_events_keeps_the_digest_that_it_had_before_there_were_events():
    assert "events" not in Notice(TERMS).document
    assert read_notice(Notice(TERMS).document).terms.events == ()


def test_events_are_among_the_terms_that_visitors_agree_to():
    notice = Notice(TERMS.amended({"events": ["sign-up", "donate"]}))

    assert read_notice(json.loads(notice.canonical())) == notice
    assert notice.digest != Notice(TERMS).digest


def test_the_language_that_the_owner_put_first_stays_first():
    notice = Notice(TERMS, dict.fromkeys(("nl", "en", "de"), DEFAULT_TEXTS["en"]))

    assert list(read_notice(json.loads(notice.canonical())).texts) == ["nl", "en", "de"]


def test_visitors_see_the_controllers_name():
    assert Notice(TERMS).shown_texts()["en"]["details"].startswith("Harbour counts visits")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"threshold": 4}, "threshold"),
        ({"threshold": "10"}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"detail": "week"}, "detail"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"dimensions": ["page", "fingerprint"]}, "fingerprint"),
        ({"dimensions": ["page", "page"]}, "dimensions"),
        ({"dimensions": "page"}, "dimensions"),
        ({"pages": ["help"]}, "pages"),
        ({"events": ["Sign up"]}, "Sign up"),
        ({"events": ["x" * 41]}, "events"),
        ({"events": ["donate", "donate"]}, "events"),
        ({"events": [f"event-{number}" for number in range(51)]}, "events: 50"),
        ({"retention": 0}, "retention"),
        ({"controller": ""}, "controller"),
        ({"profile": "sensitive"}, "profile"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_term_that_cannot_be_is_refused_by_name(change, named):
    with pytest.raises(NoticeError, match=named):
        TERMS.amended(change)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"reject": ""}, "texts.en.reject"),
        ({"notice": "<b>cookies</b>"}, "texts.en.notice"),
        ({"accept": "x" * 100_000}, "texts.en.accept"),
        ({"title": "Hello"}, "title"),
        ({"reject": 5}, "texts.en.reject"),
    ],
)
def test_a_text_that_cannot_be_is_refused_by_name(words, named):
    with pytest.raises(NoticeError, match=named):
        Notice(TERMS, {"en": {**DEFAULT_TEXTS["en"], **words}})


@pytest.mark.parametrize("texts", [{}, {"english!": DEFAULT_TEXTS["en"]}, {"en": "Accept?"}, [], {"en": {}}])
def test_texts_need_languages_with_all_their_words(texts):
    with pytest.raises(NoticeError, match="texts"):
        Notice(TERMS, texts)
