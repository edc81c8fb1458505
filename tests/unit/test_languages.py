"""The tags of a notice's languages, and which one a reader gets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consent_service import locale
from consent_service.domain.notice.languages import canonical_tag, is_language, lookup
from consent_service.domain.notice.notice import Notice, Terms, read_notice
from consent_service.domain.notice.texts import NoticeError, check_texts
from consent_service.domain.notice.wording import DEFAULT_TEXTS, SHIPPED, changed, languages_of, texts_in
from tests.tables import every

ROOT = Path(__file__).parents[2]
WORDS = DEFAULT_TEXTS["en"]


@every(
    ("typed", "expected"),
    [
        ("pt", "pt"),
        ("pt_br", "pt-BR"),
        ("PT-br", "pt-BR"),
        (" de ", "de"),
        ("zh-hant", "zh-Hant"),
        ("ZH_HANT_tw", "zh-Hant-TW"),
        ("sr-LATN", "sr-Latn"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("iw_IL", "he-IL"),
        ("in", "id"),
        ("ji", "yi"),
        ("no", "nb"),
        ("no-NO", "nb-NO"),
        ("nn", "nn"),
    ],
)
def test_every_spelling_of_a_tag_becomes_one(typed, expected):
    assert canonical_tag(typed) == expected
    assert canonical_tag(expected) == expected
    assert is_language(expected)


@every(
    "tag", ["", "x", "english", "en-", "pt-br", "pt_BR", "zh-hant", "iw", "no", "de-AT-1996", "i-klingon", "de-AT\n"]
)
def test_what_is_no_canonical_tag_names_no_texts(tag):
    assert not is_language(tag)
    with pytest.raises(NoticeError, match="is not a language such as en, pt-BR or zh-Hant"):
        check_texts({tag: WORDS})


@every(
    ("tag", "expected"),
    [
        ("nb", "nb"),
        ("no", "nb"),
        ("no-NO", "nb"),
        ("nn", "nb"),
        ("nn-NO", "nb"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hans-HK", "zh"),
        ("zh-CN", "zh"),
        ("zh-SG", "zh"),
        ("zh", "zh"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "pt"),
        ("pt", "pt"),
        ("de_AT", "de"),
        ("fr_FR", "fr"),
        ("iw", "he"),
        ("iw-IL", "he"),
        ("EN-us", "en"),
        ("ZH_hant", "zh-Hant"),
        ("x", "ar"),
        ("", "ar"),
        ("-", "ar"),
        ("*", "ar"),
        ("i-klingon", "ar"),
        ("eo", "ar"),
        ("de" + "-x" * 100_000, "de"),
        ("d" * 1_000_000, "ar"),
        ("\N{FULLWIDTH LATIN SMALL LETTER D}e", "ar"),
    ],
)
def test_a_reader_gets_the_nearest_shipped_language_or_the_first(tag, expected):
    assert lookup(tag, SHIPPED) == expected


NEAREST = [
    ("pt-PT", ["en", "pt-BR"], "pt-BR"),
    ("pt", ["en", "pt-BR"], "pt-BR"),
    ("pt-PT", ["en", "pt-BR", "pt-PT"], "pt-PT"),
    ("pt-AO", ["en", "pt-BR", "pt"], "pt"),
    ("nn", ["en", "nb", "nn"], "nn"),
    ("zh-TW", ["en", "zh"], "zh"),
    ("zh-TW", ["en", "zh", "zh-HK"], "zh-HK"),
    ("zh-CN", ["en", "zh-Hant", "zh-Hans"], "zh-Hans"),
    ("zh", ["en", "zh-Hant", "zh-Hans"], "zh-Hans"),
    ("zh", ["en", "zh-Hant"], "zh-Hant"),
    ("sr-Latn-RS", ["en", "sr", "sr-Latn"], "sr-Latn"),
    ("sr-RS", ["en", "sr-Latn", "sr"], "sr"),
    ("sr", ["en", "sr-Latn"], "sr-Latn"),
    ("en-GB", ["de", "en-US"], "en-US"),
    ("fr", ["de", "en-US"], "de"),
]


@every(("tag", "languages", "expected"), NEAREST)
def test_the_nearest_is_found_among_any_languages(tag, languages, expected):
    assert lookup(tag, dict.fromkeys(languages)) == expected


def test_texts_and_languages_in_any_spelling_are_stored_under_canonical_tags():
    texts = changed({}, {"pt_br": {"accept": "Sim"}, "IW": {}}, ["no", "iw", "PT-br"])

    assert list(texts) == ["nb", "he", "pt-BR"]
    assert texts["pt-BR"]["accept"] == "Sim"
    assert Notice(Terms("Harbour"), texts).digest == Notice(Terms("Harbour"), changed({}, texts)).digest
    assert read_notice(Notice(Terms("Harbour"), texts).document).texts == texts


@every(
    ("own", "languages", "said"),
    [
        ({"pt_br": {}, "pt-BR": {}}, None, "texts: 'pt_br' and 'pt-BR' are one language"),
        ({"no": {}, "nb": {}}, None, "texts: 'no' and 'nb' are one language"),
        (None, ["en", "iw", "he"], "languages: 'iw' and 'he' are one language"),
        (None, ["en", "en"], "languages: a list of different languages"),
        (None, ["en", 5], "languages: a list of different languages"),
        (None, "en", "languages: a list of different languages"),
        (None, ["pt-AO"], "'pt-AO' is not shipped; write its texts"),
    ],
)
def test_two_spellings_of_a_language_are_not_taken_for_two(own, languages, said):
    with pytest.raises(NoticeError, match=said):
        changed({}, own, languages)


def test_a_command_takes_any_spelling_and_names_none_twice():
    assert languages_of(["no", "all"])[:3] == ["nb", "ar", "bg"]
    assert len(languages_of(["pt_br", "all", "PT-BR"])) == len(SHIPPED)
    assert list(texts_in(languages_of(["zh_hant"]))) == ["zh-Hant"]


@every(
    ("tag", "expected"),
    [
        ("de", "German"),
        ("pt-BR", "Portuguese (Brazil)"),
        ("zh-Hant", "Chinese (traditional)"),
        ("es-419", "Spanish (Latin America)"),
        ("zh-Hant-HK", "Chinese (traditional, Hong Kong)"),
        ("tlh", "tlh"),
    ],
)
def test_a_language_has_an_english_name_with_its_script_and_region(tag, expected):
    assert locale.language(tag) == expected


def test_the_snippet_takes_the_same_for_a_reader(tmp_path):
    """Of the browser's tags, which are well formed, and of what a page may say instead."""
    readers = [
        "no",
        "nn-NO",
        "zh-Hant-TW",
        "zh_HK",
        "zh-CN",
        "pt-BR",
        "pt-br",
        "pt-PT",
        "de_AT",
        "fr_FR",
        "iw",
        "EN-us",
    ]
    asked = [[tag, list(SHIPPED)] for tag in [*readers, "x", "", "-", "*", "eo", "in"]] + [
        [tag, languages] for tag, languages, _ in NEAREST
    ]
    script = f"""import {{ readFileSync }} from "node:fs";
        Object.assign(globalThis, {{ __NOTICE__: {{}}, LANGUAGES: true, document: {{}} }});
        const {{ nearest }} = await import("{ROOT}/static/consent/languages.js");
        const asked = JSON.parse(readFileSync(0));
        const found = asked.map(([tag, names]) => nearest(tag.replace(/_/g, "-"), names) ?? names[0]);
        console.log(JSON.stringify(found));"""
    command = [Path(sys.executable).with_name("node"), "--input-type=module", "--eval", script]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [lookup(tag, dict.fromkeys(languages)) for tag, languages in asked]
