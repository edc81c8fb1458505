from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import ABSENT_PART
from consent_service.domain.masking import contexts, paths, values, vocabulary
from consent_service.domain.masking.bigrams import reads_as_word
from tests.tables import every


def lines_of(name):
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


PATHS = [tuple(line.split("  -> ")) for line in lines_of("paths.txt")]
KEPT = [path[0] for path in PATHS if len(path) == 1]
MASKED = [path for path in PATHS if len(path) == 2]
REFERRERS = lines_of("referrers.txt")

SIGNS = "/\\?#;(+é.~=%@- İ\u212a\u202e\u200b\x00\uff20"
WORDS = [
    "//",
    "user",
    "user:",
    "(none)",
    " ",
    "/settings/",
    "/news/",
    "/page/",
    "/sessions/",
    "reset",
    "orders",
    "1047",
    "2026",
    "11",
    "covid",
    "%2F",
    "%25",
    "40",
    "%00",
    "e\u0301",
    ":id",
    "A1b2C3d4",
    "xn--",
]
PIECES = st.sampled_from([*SIGNS, *WORDS])
ROUGH = st.one_of(st.text(), st.lists(PIECES).map("".join))
"""Any text, and text made of what the rules look at."""


def test_a_path_that_names_a_page_is_kept():
    assert [(path, paths.safe_path(path)) for path in KEPT if paths.safe_path(path) != path] == []


def test_a_segment_that_could_name_someone_is_masked():
    assert MASKED
    assert [(path, paths.safe_path(path)) for path, expected in MASKED if paths.safe_path(path) != expected] == []


def test_the_table_of_paths_holds_enough_of_both():
    assert len(PATHS) == len(set(PATHS)) >= 200
    assert len(KEPT) >= len(PATHS) / 3


@every("path", ["/a?q=secret", "/a#secret", "/a%3Fq=secret", "/a%23secret"])
def test_query_and_fragment_are_lost_however_they_are_written(path):
    assert paths.safe_path(path) == "/a"


@given(ROUGH)
def test_every_path_is_made_bounded_and_printable(text):
    safe = paths.safe_path("/" + text)

    assert safe.startswith("/")
    assert len(safe) <= paths.LONGEST_PATH
    assert safe.count("/") <= paths.MOST_SEGMENTS
    assert all(len(segment) <= paths.LONGEST_SEGMENT for segment in safe.split("/"))
    assert safe.isprintable()
    assert not set(safe) & set("?#;@=\\")


@given(ROUGH)
def test_a_path_made_safe_twice_is_the_same_path(text):
    safe = paths.safe_path("/" + text)

    assert paths.safe_path(safe) == safe


NO_NAMES = vocabulary.KNOWN


@given(st.text(st.characters(categories=["L", "N"]), max_size=20), st.sampled_from(sorted(vocabulary.PEOPLE)))
def test_whatever_follows_a_word_for_someone_is_masked(name, word):
    if name and not {name.casefold()} <= NO_NAMES:
        assert paths.safe_path(f"/{word}/{name}") == f"/{word}/:id"
        assert paths.safe_path(f"/{word}/settings/{name}") == f"/{word}/settings/:id"


def test_a_word_of_pages_is_none_that_stands_before_names():
    assert vocabulary.SECTIONS < vocabulary.PAGES
    assert vocabulary.LISTED < vocabulary.PAGES
    assert vocabulary.PAGES.isdisjoint(NO_NAMES - vocabulary.PAGES)
    assert sum(map(len, (vocabulary.PEOPLE, vocabulary.SECRETS, vocabulary.HINTS, vocabulary.RECORDS))) == len(
        NO_NAMES - vocabulary.PAGES
    )


@every("context", contexts.PathContext)
def test_every_context_masks_what_its_example_says(context):
    rule = contexts.RULES[context]

    assert paths.safe_path(rule.path) == rule.counted


def test_a_path_that_is_too_long_loses_its_last_segments_and_says_so():
    assert paths.safe_path("/one/" + "two-" * 30 + "/" + "six-" * 30 + "/x") == "/one/" + "two-" * 30 + "/…"


@every(
    ("path", "expected"), [("/about/", "/about"), ("/about//", "/about"), ("/", "/"), ("//", "/"), ("/a//b", "/a//b")]
)
def test_a_slash_at_the_end_makes_no_other_page(path, expected):
    assert paths.safe_path(path) == expected


def test_a_segment_that_is_longer_than_any_title_is_masked():
    assert paths.safe_path("/one/" + "two-" * 40 + "/three") == "/one/:id/three"


@every("word", ["strengthening", "geschwindigkeit", "MEDEWERKERSONTMOETING", "szczebrzeszyn", "ελλάδα"])
def test_a_word_reads_as_a_word(word):
    assert reads_as_word(word)


@every("letters", ["qzxwvkjhpfdt", "XKCDQWFPGJ", "bvnmtrwqpz"])
def test_drawn_letters_do_not(letters):
    assert not reads_as_word(letters)


@every(
    ("host", "expected"),
    [
        ("Example.ORG.", "example.org"),
        ("www.news.example.co.uk", "www.news.example.co.uk"),
        ("search-engine-1.example", "search-engine-1.example"),
        ("com.example.android", "com.example.android"),
        ("jane.blog.example", "jane.blog.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("xn--80ak6aa92e.xn--p1ai", "xn--80ak6aa92e.xn--p1ai"),
        ("192.168.1.17", ":id"),
        ("3232235793", ":id"),
        ("0xc0a80111", ":id"),
        ("0300.0250.1.0x11", ":id"),
        ("[2001:db8::1]", ":id"),
        ("localhost", ":id"),
        ("janes-laptop", ":id"),
        ("janes-laptop.local", ":id"),
        ("nas.home.arpa", ":id"),
        ("smith.fritz.box", ":id"),
        ("fritz.box", ":id"),
        ("speedport.ip", ":id"),
        ("janes-macbook.tail12345.ts.net", ":id"),
        ("music.box", "music.box"),
        ("charts.net", "charts.net"),
        ("dslb-084-059-123-045.084.059.pools.vodafone-ip.de", ":id.pools.vodafone-ip.de"),
        ("k7x9q2m4zz81.1688.com", ":id.1688.com"),
        ("2001-db8--1.ipv6.example.net", ":id.ipv6.example.net"),
        ("2001-db8-0-0-0-0-0-1.example.net", ":id.example.net"),
        ("face-2-face.example.net", "face-2-face.example.net"),
        ("cafe--bar.example.net", "cafe--bar.example.net"),
        ("81-2-69-142.dsl.example", ":id.dsl.example"),
        ("host-81-2-69-142.dsl.example", ":id.dsl.example"),
        ("p5b2a3c4d.dip0.example.de", ":id.dip0.example.de"),
        ("k7x9q2m4zz81.mail.example", ":id.mail.example"),
        ("a.k7x9q2m4zz81.mail.example", ":id.mail.example"),
        ("550e8400-e29b-41d4-a716-446655440000.preview.example", ":id.preview.example"),
        ("u1234567.mail.example", ":id.mail.example"),
        ("vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion", ":id.onion"),
        ("10.0.0.1.nip.io", ":id.nip.io"),
        ("janes-shop.10.0.0.1.sslip.io", ":id.sslip.io"),
        ("10.0.0.1.pool.dsl.provider.co.uk", ":id.pool.dsl.provider.co.uk"),
        ("10-0-0-1.nip.io", ":id.nip.io"),
        ("1.2.3.example", "1.2.3.example"),
        ("k3jf92ksl0.example.com", ":id.example.com"),
        ("k3jf92ksl0.example.co.uk", ":id.example.co.uk"),
        ("k3jf92ksl0.github.io", ":id.github.io"),
        ("k3jf92ksl0.duckduckgo.com", ":id.duckduckgo.com"),
        ("duckduckgo.example.com", ":id.example.com"),
        ("com.duckduckgo.mobile.android.k3jf92ksl0", ":id"),
        ("com.duckduckgo.a.b.c.d", ":id.a.b.c.d"),
        ("3f9a2b1c4d5e.com", ":id.com"),
        ("shop-3f9a2b1c4d5e.co.uk", ":id.co.uk"),
        ("shop-1234567.com", ":id.com"),
        ("550e8400-e29b-41d4-a716-446655440000.com", ":id.com"),
        ("xn--12345678-9za.example", ":id.example"),
        ("xn--0.example", ":id.example"),
        ("a.b.c.d.e.f.example.org", ":id.d.e.f.example.org"),
        ("example.org:8080", "(none)"),
        ("jane@example.org", "(none)"),
        ("jane:secret@example.org", "(none)"),
        ("not a host", "(none)"),
        ("(other)", "(none)"),
        ("", "(none)"),
        ("a" * 300, "(none)"),
    ],
)
def test_a_referrer_is_a_host_name_that_names_nobody_or_nothing(host, expected):
    assert values.safe_host(host) == expected


def test_the_table_of_referrers_holds_enough():
    assert len(REFERRERS) == len(set(REFERRERS)) >= 200


def test_a_host_that_many_know_is_kept():
    assert [host for host in REFERRERS if values.safe_host(host) != host] == []


LABELS = st.sampled_from(
    [
        "com",
        "co",
        "uk",
        "box",
        "fritz",
        "1688",
        "a-1--b",
        "10",
        "0",
        "1",
        "duckduckgo",
        "k3jf92ksl0",
        "3f9a2b1c4d5e",
        "xn--0",
        "www",
    ]
)


@given(
    st.one_of(
        ROUGH,
        st.from_regex(r"([a-z0-9-]{1,12}\.){0,8}[a-z0-9-]{1,6}", fullmatch=True),
        st.lists(LABELS, max_size=8).map(".".join),
    )
)
def test_a_host_made_safe_twice_is_the_same_and_bounded(text):
    safe = values.safe_host(text)

    assert values.safe_host(safe) == safe
    assert len(safe) <= 253 + len(":id")
    assert safe == "(none)" or (safe.isprintable() and not safe.startswith("("))


@every(
    ("text", "expected"),
    [
        ("Newsletter", "newsletter"),
        ("  Spring   Sale ", "spring sale"),
        ("spring_sale-2026", "spring_sale-2026"),
        ("spring+sale", "spring sale"),
        ("fr%C3%BChling", "frühling"),
        ("春のセール", "春のセール"),
        ("google / cpc", "google cpc"),
        ("google/cpc", "google/cpc"),
        ("google %2F cpc", "google cpc"),
        ("/ a / b /", "a b"),
        ("/", "(none)"),
        ("", "(none)"),
        (" \t", "(none)"),
        ("(none)", "(none)"),
        ("(not set)", "(none)"),
        ("(not%20set)", "(none)"),
        ("(Direct)", "(none)"),
        ("+(other)", "other"),
        ("(spring) sale", "spring) sale"),
        ("spring (sale)", "spring (sale)"),
        ("()", "(none)"),
        ("jane.doe@example.org", ":id"),
        ("jane.doe%2540example.org", ":id"),
        ("mail to jane@example.org today", "mail to :id today"),
        ("prospecting - nl - 120210345678901234", "prospecting - nl - :id"),
        ("dQw4w9WgXcQ", ":id"),
        ("customer-1234567", ":id"),
        ("customer-4711", ":id"),
        ("Patient-4711 letter", ":id letter"),
        ("user:jane", ":id"),
        ("User: Jane", "user: :id"),
        ("order 12345", "order :id"),
        ("spring member 4711", "spring member :id"),
        ("members 2026", "members 2026"),
        ("customers-2026", "customers-2026"),
        ("account manager", "account manager"),
        ("covid-19 cases", "covid-19 cases"),
        ("a\x00b\u202ec", "abc"),
        ("word " * 40, ("word " * 20).strip()),
        ("fr%C3", "fr"),
        ("fr%C", "fr"),
        ("fr%", "fr"),
        ("spring%20sale%20%E6%98", "spring sale"),
        ("%E6%98%A5%E3", "春"),
        ("caf%25C3%25A9%25C", "café"),
        ("caf%25C3%2", "caf"),
        ("%", "(none)"),
        ("50% off", "50% off"),
        ("50%25", "50"),
        ("%C3 first", "\ufffd first"),
        ("123-456-78%a", ":id"),
        ("word " * 19 + "100% more", ("word " * 19 + "100")),
        ("é" * 101, ":id"),
        ("%" + "25" * 9 + "40", ":id"),
    ],
)
def test_a_campaign_is_a_few_words_that_name_nobody(text, expected):
    assert values.safe_campaign(text) == expected


@given(ROUGH)
def test_a_campaign_made_safe_twice_is_the_same_and_bounded(text):
    safe = values.safe_campaign(text)

    assert values.safe_campaign(safe) == safe
    assert safe == "(none)" or not safe.startswith("(")
    assert len(safe) <= values.LONGEST_CAMPAIGN
    assert safe.isprintable()
    assert "@" not in safe


@given(st.lists(ROUGH, min_size=3, max_size=3))
def test_the_three_parts_of_a_campaign_can_be_told_apart_again(parts):
    safe = [values.safe_campaign(part) for part in parts]
    whole = values.campaign(tuple(parts))

    if whole == "(none)":
        assert set(safe) <= {"(none)", ABSENT_PART}
    else:
        assert whole.split(" / ") == [ABSENT_PART if part == "(none)" else part for part in safe]
        assert not whole.startswith("(")


@every(
    ("parts", "expected"),
    [
        (("newsletter", "email", "november"), "newsletter / email / november"),
        (("newsletter", "(none)", "(none)"), f"newsletter / {ABSENT_PART} / {ABSENT_PART}"),
        (("(none)", "(none)", "november"), f"{ABSENT_PART} / {ABSENT_PART} / november"),
        (("(none)", "(none)", "(none)"), "(none)"),
    ],
)
def test_a_campaign_is_one_value_of_three_parts(parts, expected):
    assert values.campaign(parts) == expected


@every(
    ("system", "device", "expected"),
    [
        ("iOS", "phone", "iOS, phone"),
        ("iOS", "", "iOS"),
        ("(none)", "phone", "phone"),
        ("(none)", "", "(none)"),
    ],
)
def test_a_platform_is_one_value_of_system_and_device(system, device, expected):
    assert values.platform((system, device)) == expected


@every(
    ("tag", "expected"),
    [
        ("de-DE", "de"),
        ("EN", "en"),
        ("fil-PH", "fil"),
        ("pt_BR", "pt"),
        ("iw-IL", "he"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("nn", "nn"),
        ("", "(none)"),
        ("(other)", "(none)"),
        ("x", "(none)"),
    ],
)
def test_a_language_is_its_primary_subtag(tag, expected):
    assert values.safe_language(tag) == expected
