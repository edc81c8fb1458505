"""A theme: legible, visible, and Reject no weaker than Accept; font names and nothing else."""

import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consent_service.domain.snippet.contrast import contrast, luminance
from consent_service.domain.snippet.fonts import font_list
from consent_service.domain.snippet.options import OptionsError
from consent_service.domain.snippet.theme import POSITIONS, Theme, read_theme
from tests.tables import every

LIGHT = {"background": "#fff", "text": "#222", "button": "#245", "button-text": "#fff"}
DARK = {"background": "#111", "text": "#eee", "button": "#bde", "button-text": "#000"}
PLAIN = Theme(LIGHT, DARK)

ANY = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def shades(least, most):
    """Colours whose channels lie between two levels."""
    level = st.integers(least, most)
    return st.tuples(level, level, level).map(lambda levels: "#{:02x}{:02x}{:02x}".format(*levels))


# Of these any two have more contrast than text needs, so that only the two answers can be at odds.
DEEP, PALE = shades(0x00, 0x50), shades(0xE0, 0xFF)
ANSWERS = st.fixed_dictionaries({"accept": DEEP, "reject": DEEP, "accept-text": PALE, "reject-text": PALE})


def is_weaker(scheme, one, other):
    """Whether the button ``one`` stands out less than ``other``, or its text does."""
    ground = scheme["background"]
    return contrast(scheme[one], ground) < contrast(scheme[other], ground) or (
        contrast(scheme[f"{one}-text"], scheme[one]) < contrast(scheme[f"{other}-text"], scheme[other])
    )


def refusal(light):
    """Why a scheme is refused; empty if it is not."""
    try:
        Theme(light, DARK)
    except OptionsError as error:
        return str(error)
    return ""


def swapped(scheme):
    """Reject in the colours of Accept, and the other way round."""
    names = {"accept": "reject", "reject": "accept", "accept-text": "reject-text", "reject-text": "accept-text"}
    return {names.get(name, name): colour for name, colour in scheme.items()}


@given(ANSWERS)
def test_a_theme_is_refused_exactly_if_reject_is_weaker_than_accept(answers):
    scheme = {**LIGHT, **answers}

    assert bool(refusal(scheme)) == is_weaker(scheme, "reject", "accept")


@given(st.tuples(DEEP, DEEP), st.tuples(PALE, PALE))
def test_a_theme_that_is_refused_for_a_weaker_reject_is_accepted_the_other_way_round(buttons, texts):
    accept, reject = sorted(buttons, key=luminance)
    reject_text, accept_text = sorted(texts, key=luminance)
    assume(luminance(accept) < luminance(reject))
    scheme = {**LIGHT, "accept": accept, "accept-text": accept_text, "reject": reject, "reject-text": reject_text}

    assert refusal(scheme)
    assert not refusal(swapped(scheme))


@given(st.fixed_dictionaries(dict.fromkeys(LIGHT, ANY)))
def test_whatever_colours_are_given_what_is_accepted_can_be_read_and_seen(scheme):
    ground = scheme["background"]
    holds = (
        contrast(scheme["text"], ground) >= 4.5
        and contrast(scheme["button-text"], scheme["button"]) >= 4.5
        and contrast(scheme["button"], ground) >= 3
    )

    assert bool(refusal(scheme)) != holds


@given(st.tuples(*(st.integers(level - 3, level + 3) for level in (0x22, 0x44, 0x55))))
def test_by_however_little_reject_is_weaker_it_is_refused_with_ratios_that_show_it(levels):
    reject = "#{:02x}{:02x}{:02x}".format(*levels)
    told = refusal({**LIGHT, "button": "#224455", "reject": reject})
    found = re.search(r"has a contrast of ([0-9.]+):1, but Accept has ([0-9.]+):1", told)

    assert bool(told) == bool(found) == (contrast(reject, "#fff") < contrast("#224455", "#fff"))
    assert not found or float(found[1]) < float(found[2])


TEXT = "text needs 4.5:1 (WCAG 2.2, 1.4.3)"
BUTTON = "a button needs 3:1 (WCAG 2.2, 1.4.11)"
ACCEPT = "Accept has 10.37:1, and Reject may not be weaker"
ACCEPTS_TEXT = "Accept's text has 10.37:1, and Reject's may not be weaker"


@every("scheme", ["light", "dark"])
@every(
    ("colours", "pair", "ratio", "reason"),
    [
        ({"text": "#777"}, "text #777 on background #fff", "4.48", TEXT),
        ({"button": "#808080"}, "button-text #fff on button #808080", "3.95", TEXT),
        ({"button": "#ccc", "button-text": "#000"}, "button #ccc on background #fff", "1.61", BUTTON),
        ({"accept": "#ccc", "accept-text": "#000"}, "accept #ccc on background #fff", "1.61", BUTTON),
        ({"reject": "#fff", "reject-text": "#000"}, "reject #fff on background #fff", "1.00", BUTTON),
        ({"accept-text": "#245"}, "accept-text #245 on accept #245", "1.00", TEXT),
        ({"reject-text": "#468"}, "reject-text #468 on reject #245", "1.73", TEXT),
        ({"reject": "#467"}, "reject #467 on background #fff", "6.15", ACCEPT),
        ({"reject-text": "#eee"}, "reject-text #eee on reject #245", "8.93", ACCEPTS_TEXT),
    ],
)
def test_colours_that_cannot_be_are_refused_with_what_was_measured(scheme, colours, pair, ratio, reason):
    told = f"theme.{scheme}: {pair} has a contrast of {ratio}:1, but {reason}"

    with pytest.raises(OptionsError, match=f"^{re.escape(told)}$"):
        Theme(**{"light": LIGHT, "dark": DARK, scheme: {**LIGHT, **colours}})


@every(
    ("document", "named"),
    [
        ([], "theme: must hold light, dark, radius, font, position"),
        (None, "theme: must hold light, "),
        ({"light": LIGHT}, "theme: dark is needed"),
        ({"dark": DARK}, "theme: light is needed"),
    ],
)
def test_a_theme_needs_both_schemes(document, named):
    with pytest.raises(OptionsError, match=f"^{re.escape(named)}"):
        read_theme(document)


@every(
    ("change", "named"),
    [
        ({"colour": "red"}, "theme: 'colour' is not one of light, dark, "),
        ({"light": "#fff"}, "theme.light: must hold background, text, button, button-text"),
        ({"light": {**LIGHT, "link": "#00f"}}, "theme.light: 'link' is not one of background, "),
        ({"light": {"text": "#222"}}, "theme.light: background is needed"),
        ({"dark": {**DARK, "text": "white"}}, "theme.dark.text: 'white' is not a colour such as #fff or #1a2b3c"),
        ({"dark": {**DARK, "reject": None}}, "theme.dark.reject: None is not a colour"),
        ({"dark": {**DARK, "text": "url(//x)"}}, "theme.dark.text: "),
        ({"radius": -1}, "theme.radius: pixels, from 0 to 24, not -1"),
        ({"radius": 25}, "theme.radius: "),
        ({"radius": 1.5}, "theme.radius: "),
        ({"radius": True}, "theme.radius: "),
        ({"radius": "4"}, "theme.radius: "),
        ({"font": ""}, "theme.font: '' is not a list of font names such as "),
        ({"font": ["Inter"]}, "theme.font: "),
        ({"position": "middle"}, "theme.position: one of bottom-start, bottom-end, bottom, top, not 'middle'"),
        ({"position": ["top"]}, "theme.position: "),
    ],
)
def test_what_a_theme_cannot_hold_is_refused_by_name(change, named):
    with pytest.raises(OptionsError, match=f"^{re.escape(named)}"):
        read_theme({"light": LIGHT, "dark": DARK, **change})


def test_a_theme_is_served_as_css_with_all_its_colours():
    css = Theme(LIGHT, {**DARK, "reject": "#cef"}, 8, "Inter, sans-serif", "top").css

    for name, light, dark in [("accept", "#245", "#bde"), ("reject", "#245", "#cef"), ("reject-text", "#fff", "#000")]:
        assert f"--{name}:light-dark({light},{dark});" in css
    assert "font-family:Inter,sans-serif;" in css
    assert css.count("border-radius:8px;") == 2
    assert "inset-block-start:0;" in css


@every("position", POSITIONS)
def test_a_theme_read_back_from_its_document_is_the_same(position):
    theme = Theme(LIGHT, DARK, 24, "'Source Sans 3'", position)

    assert read_theme(json.loads(json.dumps(theme.document))) == theme


def test_what_a_theme_leaves_out_is_as_without_one():
    assert (PLAIN.radius, PLAIN.font, PLAIN.position) == (8, "system-ui,sans-serif", "bottom-start")


@every(
    ("written", "css"),
    [
        ("Inter", "Inter"),
        ("Open Sans ,  sans-serif", "Open Sans,sans-serif"),
        ("\"Open Sans\", 'Noto Sans', serif", "Open Sans,Noto Sans,serif"),
        ("Source Sans 3, 8bit", "'Source Sans 3','8bit'"),
        ("-apple-system, ui-sans-serif, my_font", "-apple-system,ui-sans-serif,my_font"),
        ("Sans, Initial Sans, The Default", "Sans,'Initial Sans','The Default'"),
    ],
)
def test_fonts_are_names_written_as_css_reads_them(written, css):
    assert font_list(written) == css
    assert font_list(css) is not None


@every(
    "text",
    [
        "",
        ",",
        "Inter,",
        "inherit",
        "'unset'",
        "a\\62",
        "a;b",
        "a}b",
        "a{b",
        "a:b",
        "url(x)",
        "a/*",
        "a!b",
        "a<b",
        "Inter\n",
        "Inter  Tight",
        "\"a'",
        "a'b'",
        "''",
        "é",
        "a" * 201,
        None,
        5,
    ],
)
def test_what_is_no_list_of_font_names_is_refused(text):
    assert font_list(text) is None


@given(st.text(max_size=40))
def test_whatever_is_given_as_a_font_nothing_of_it_can_end_the_declaration(text):
    assert re.fullmatch(r"[A-Za-z0-9_ ,'-]+", font_list(text) or "none")
