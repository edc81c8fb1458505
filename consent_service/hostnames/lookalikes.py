"""Labels of host names that could be taken for others: by Unicode Technical Standard 39, and as Chromium has it."""

from __future__ import annotations

import unicodedata

_CJK = frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"})
_TOGETHER = (
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
"""Scripts of one language each, as "highly restrictive" in Unicode Technical Standard 39 has them."""
_ALONE = frozenset(
    (
        "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "THAANA", "DEVANAGARI", "BENGALI",
        "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO",
        "TIBETAN", "MYANMAR", "GEORGIAN", "HANGUL", "ETHIOPIC", "KHMER",
    )
)  # fmt: skip
"""The other scripts in modern use: Unicode Standard Annex 31, table 5."""
_LATIN = frozenset("æœøðþßđħłŋŧə")
"""Latin letters of alphabets that are no ASCII letter with an accent; not the dotless i, which is taken for one."""
_LIKE_LATIN = frozenset("асԁеһіїјӏорԗԛѕԝхуъьҽпгѵѡԍкмтвнзαβεηικνορτυχωγϲօոսհցզյքգղռտթ")
"""Letters of Cyrillic, Greek and Armenian that are taken for Latin ones, or nearly so."""
_LIKE_SIGNS = frozenset("ー一ノ丿丶〇ソンニロ口工二ㄧㅣ丨")
"""Letters of Chinese, Japanese and Korean that are taken for a stroke or a Latin letter beside Latin ones."""


def is_unmistakable(label: str, top: str = "") -> bool:
    """Whether nobody takes a U-label for another name: its letters are of one language's scripts, and not all alike.

    A label in Cyrillic, Greek or Armenian of which each letter looks like a Latin one is plain only below a top-level
    domain of its own script, as in Chromium.
    """
    scripts = {_script(letter) for letter in label} - {""}
    if "LATIN" in scripts and not all(map(_is_common, label)):
        return False
    if scripts <= {"LATIN"}:
        return True
    if not scripts & _CJK:
        looks_latin = {letter for letter in label if letter.isalpha()} <= _LIKE_LATIN
        return len(scripts) == 1 and scripts <= _ALONE and not (looks_latin and _script(top[:1]) not in scripts)
    is_mixed = "LATIN" in scripts
    return any(scripts <= together for together in _TOGETHER) and not (is_mixed and _LIKE_SIGNS & set(label))


def _is_common(letter: str) -> bool:
    """Whether a Latin letter is one of an alphabet: an ASCII letter, with an accent perhaps, and not of phonetics."""
    return _script(letter) != "LATIN" or letter in _LATIN or unicodedata.normalize("NFKD", letter)[0].isascii()


def _script(letter: str) -> str:
    """The script of a letter, as the first word of its name; empty for digits and the hyphen.

    The standard library has no table of scripts. What is not named after one, such as a combining or invisible
    character, gets a word that is in none of the sets above, so that its label is not plain.
    """
    if letter in "-0123456789":
        return ""
    return unicodedata.name(letter, "UNNAMED").partition(" ")[0]
