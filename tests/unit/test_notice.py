import json
import re

import pytest

from consent_service.domain.notice.languages import is_language
from consent_service.domain.notice.notice import Notice, Terms, read_notice
from consent_service.domain.notice.texts import TEXT_NAMES, NoticeError, check_texts, names_of
from consent_service.domain.notice.wording import DEFAULT_TEXTS, SHIPPED, changed, texts_in
from tests.tables import every

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
    notice = Notice(TERMS.amended({"pages": ["/help"], "dimensions": ["page", "browser"]}))

    assert read_notice(notice.document) == notice


def test_the_shipped_notice_declares_these():
    names = ("page", "entry", "referrer", "campaign", "country", "language", "platform", "browser")

    assert TERMS.dimensions == names


def test_entries_and_pages_that_were_not_found_may_be_declared_with_pages():
    assert TERMS.amended({"dimensions": ["page", "entry", "missing"]}).dimensions == ("page", "entry", "missing")


def test_events_are_among_the_terms_that_visitors_agree_to():
    notice = Notice(TERMS.amended({"events": ["sign-up", "donate"]}))

    assert read_notice(json.loads(notice.canonical())) == notice
    assert notice.digest != Notice(TERMS).digest


def test_the_language_that_the_owner_put_first_stays_first():
    notice = Notice(TERMS, dict.fromkeys(("nl", "en", "de"), DEFAULT_TEXTS["en"]))

    assert list(read_notice(json.loads(notice.canonical())).texts) == ["nl", "en", "de"]


def test_visitors_see_the_controllers_name():
    assert Notice(TERMS).shown_texts()["en"]["details"].startswith("Harbour counts visits")


@every(
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
        ({"dimensions": ["page", "source"]}, "'source' is now part of 'campaign'"),
        ({"dimensions": ["page", "medium"]}, "'medium' is now part of 'campaign'"),
        ({"dimensions": ["page", "device"]}, "'device' is now part of 'platform'"),
        ({"dimensions": ["page", "system"]}, "'system' is now part of 'platform'"),
        ({"dimensions": ["entry"]}, "'entry' needs 'page' beside it"),
        ({"dimensions": ["missing", "country"]}, "'missing' needs 'page' beside it"),
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


@every(
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


@every("name", TEXT_NAMES)
def test_every_text_is_needed(name):
    words = {other: text for other, text in DEFAULT_TEXTS["en"].items() if other != name}
    with pytest.raises(NoticeError, match=f"texts.en.{name}: a text is needed"):
        Notice(TERMS, {"en": words})


@every("texts", [{}, {"english!": DEFAULT_TEXTS["en"]}, {"en": "Accept?"}, [], {"en": {}}])
def test_texts_need_languages_with_all_their_words(texts):
    with pytest.raises(NoticeError, match="texts"):
        Notice(TERMS, texts)


def test_a_notice_without_purposes_has_no_texts_of_theirs_and_always_the_same_digest():
    assert set(Notice(TERMS).document["texts"]["en"]) == set(TEXT_NAMES)
    assert Notice(TERMS).digest == "ad7b829d8adca7bc72a5283d493b22c2"


def test_purposes_are_part_of_what_visitors_agree_to():
    notice = Notice(TERMS, texts_in(["en", "de"], ["video", "chat"]))

    assert notice.purposes == ["video", "chat"]
    assert notice.document["texts"]["de"]["purpose:video"] == "Videos"
    assert read_notice(json.loads(notice.canonical())) == notice
    assert notice.digest != Notice(TERMS, texts_in(["en", "de"])).digest


def test_everything_is_shipped_in_every_language():
    names = names_of(["video", "map", "chat", "social"])
    for language, words in SHIPPED.items():
        assert set(words) == set(names)
        assert "{host}" in words["waiting"]
        check_texts({language: words})


@every("language", list(SHIPPED))
def test_the_details_quote_the_lasting_button_as_it_reads(language):
    words = SHIPPED[language]

    assert re.search(rf"[^\w\s]\u202f?{re.escape(words['choice'])}\u202f?[^\w\s]", words["details"])


@every("language", list(SHIPPED))
def test_spaces_are_narrow_before_french_signs_and_nowhere_else(language):
    text = "\n".join(SHIPPED[language].values())
    spaced = re.findall(r"\s(?=[;?!:])", text)

    assert not re.search(r"  |^\s| $|\u00a0", text, re.MULTILINE)
    if language == "fr":
        assert spaced == ["\u202f"] * len(re.findall(r"[;?!:]", text))
        assert text.count("\u202f") == len(spaced) + len(re.findall(r"\xab\u202f|\u202f\xbb", text))
        assert not re.search(r"\xab(?!\u202f)|(?<!\u202f)\xbb", text)
    else:
        assert spaced == []
        assert "\u202f" not in text


def test_shipped_languages_are_named_by_canonical_tags_in_order():
    assert list(SHIPPED) == sorted(SHIPPED)
    assert all(is_language(tag) for tag in SHIPPED)


def test_an_owners_label_goes_before_the_shipped_one_and_makes_a_purpose():
    texts = changed({}, {"en": {"purpose:video": "Films by Harbour", "purpose:donate": "Donations"}})
    assert (texts["en"]["purpose:video"], texts["en"]["purpose:donate"]) == ("Films by Harbour", "Donations")
    assert texts["en"]["once"] == "Allow once"


def test_purposes_can_be_taken_away_again():
    assert changed(texts_in(["en"], ["video"]), purposes=[]) == DEFAULT_TEXTS


OWN = changed({}, {"en": {"purpose:video": "Films", "purpose:donate": "Donations", "once": "Just now", "accept": "OK"}})


def test_what_is_left_out_stays():
    assert changed(OWN) is OWN
    assert changed(OWN, languages=["en", "de"])["en"]["purpose:video"] == "Films"
    assert changed(OWN, {"en": {"reject": "No"}})["en"]["purpose:donate"] == "Donations"
    assert changed(OWN, {"en": {"reject": "No"}})["en"]["accept"] == "Accept all"
    more = changed(OWN, purposes=["donate", "video", "map"])["en"]
    assert [more[name] for name in ("purpose:donate", "purpose:video", "purpose:map")] == ["Donations", "Films", "Maps"]
    assert (more["once"], more["accept"]) == ("Just now", "OK")


@every(
    ("own", "languages", "purposes", "said"),
    [
        (None, ["en"], "video", "purposes: a list"),
        (None, ["en"], ["video", "video"], "purposes: a list"),
        (None, ["en"], ["Video"], "'Video' is not a name"),
        (None, ["en"], [f"p{number}" for number in range(13)], "purposes: 12 at most"),
        (None, ["en"], ["donate"], "texts.en.purpose:donate: a text is needed"),
        ({"en": {"purpose:donate": "Donations"}}, ["en", "de"], None, "texts.de.purpose:donate: a text is needed"),
        ({"en": {"purpose:donate": "<b>"}}, None, None, "texts.en.purpose:donate: plain text only"),
        ({"en": {"purpose:video": "Films"}}, None, ["map"], "'video' is not among the purposes"),
        ({"en": {"once": "Just now"}}, None, None, "'once' is not one of"),
        (5, None, None, "texts: an object is needed"),
        (["en"], None, None, "texts: an object is needed"),
        ({"en": 5}, None, None, "texts.en: must hold"),
    ],
)
def test_purposes_that_cannot_be_are_refused(own, languages, purposes, said):
    with pytest.raises(NoticeError, match=said):
        Notice(TERMS, changed({}, own, languages, purposes))


def test_a_notice_has_a_bounded_number_of_languages():
    tags = [first + second for first in "abcdefgh" for second in "abcdefgh"]
    with pytest.raises(NoticeError, match="50 languages at most"):
        check_texts(dict.fromkeys(tags, DEFAULT_TEXTS["en"]))
