"""What two notices differ in, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.notice.diff import MOST_WORDS, TextPiece, _parts, compare, pieces
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.texts import TEXT_NAMES
from consent_service.domain.notice.wording import texts_in


def told(old, new):
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[piece.sort].format(piece.text) for piece in pieces(old, new))


def test_a_word_that_changes_is_told_and_the_rest_stays():
    assert told("We use cookies, always.", "We use counters, always.") == "We use [-cookies-][+counters+], always."


def test_chinese_is_compared_sign_by_sign():
    assert told("我们使用饼干", "我们不使用饼干") == "我们[+不+]使用饼干"


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_off_the_pieces(old, new):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.sort != "new") == old
    assert "".join(piece.text for piece in found if piece.sort != "gone") == new


def test_terms_texts_and_languages_that_differ_are_named_and_no_others():
    old = Notice(Terms("Harbour", retention=25), texts_in(["en"]))
    texts = {**texts_in(["de"]), "en": {**texts_in(["en"])["en"], "accept": "Yes"}}
    found = compare(old, Notice(Terms("Harbour", retention=12), texts))
    assert [(one.name, one.old, one.new) for one in found.terms] == [("retention", 25, 12)]
    assert found.languages == (["en"], ["de", "en"])
    assert [one.name for one in found.texts if one.language == "en"] == ["accept"]
    assert len([one for one in found.texts if one.language == "de"]) == len(TEXT_NAMES)
    assert not found.is_same


def test_a_notice_differs_from_itself_in_nothing():
    notice = Notice(Terms("Harbour"))
    assert compare(notice, notice).is_same


def test_long_texts_are_compared_by_sentences_and_longer_ones_as_a_whole():
    long = "One two three four five six. " * 20
    assert pieces(long, long + "Seven.") == [TextPiece("same", long), TextPiece("new", "Seven.")]
    endless = "a " * 1_000
    assert pieces(endless, endless[2:]) == [TextPiece("gone", endless), TextPiece("new", endless[2:])]


def test_no_more_is_laid_over_each_other_at_once_than_is_soon_done():
    for text in ("a " * 1_000, "a. " * 600, "a" * 2_000, "。" * 2_000):
        assert all(len(one) <= MOST_WORDS for one in _parts(text, text[:-7]))
