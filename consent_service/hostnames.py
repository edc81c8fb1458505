"""Host names as people type and read them, and public suffixes.

Stored and compared are A-labels (``xn--mnchen-3ya.example``), as browsers send them; people read U-labels
(``münchen.example``). `idna` and `publicsuffixlist` are imported where they are needed: most services never meet a
name that is not ASCII, and workers count without either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import lies_within, tidied
from consent_service.domain.snippet.options import OptionsError

_ACE = "xn--"
_PORT = re.compile(r"(.+):(\d{1,5})")
_LONGEST_TYPED = 1_000
"""Of more nothing is a host name, and mapping it would take long."""

_CJK = frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"})
_TOGETHER = (
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
"""Scripts of one language each, as "highly restrictive" in Unicode Technical Standard 39 has them."""
_ALONE = frozenset(
    re.findall(
        r"\w+",
        """
        LATIN CYRILLIC GREEK ARMENIAN HEBREW ARABIC THAANA DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU
        KANNADA MALAYALAM SINHALA THAI LAO TIBETAN MYANMAR GEORGIAN HANGUL ETHIOPIC KHMER
        """,
    )
)
"""The other scripts in modern use: Unicode Standard Annex 31, table 5."""
_LIKE_LATIN = frozenset("асԁеһіїјӏорԗԛѕԝхуъьҽпгѵѡԍкмтвнзαβεηικνορτυχωγϲօոսհցզյքգղռտթ")
"""Letters of Cyrillic, Greek and Armenian that are taken for Latin ones, or nearly so."""
_LIKE_SIGNS = frozenset("ー一ノ丿丶〇ソンニロ口工二ㄧㅣ丨")
"""Letters of Chinese, Japanese and Korean that are taken for a stroke or a Latin letter beside Latin ones."""


class HostNameError(UserError):
    """A text that is no host name."""


@dataclass(frozen=True)
class TypedHosts:
    """Host names as they are stored, and what was done to them that whoever typed them should know."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def to_ascii(name: str) -> str:
    """A host name in the one spelling in which it is stored and compared: A-labels, lower case, no final dot.

    It is mapped as browsers do it (UTS 46, non-transitional): ``MÜNCHEN.example`` and ``例え。example`` are names too.
    Whether the result is a host name is asked by `domain.masking.hosts.is_host`. Raises HostNameError.
    """
    plain = tidied(name)
    return plain if plain.isascii() else _mapped(name.strip())


def _mapped(name: str) -> str:
    from idna import IDNAError, alabel, uts46_remap  # noqa: PLC0415 - only for names that are not ASCII

    try:
        # What is longer than any host name is cut, and so refused as one.
        labels = uts46_remap(name[:_LONGEST_TYPED], std3_rules=True).rstrip(".").split(".")
        return ".".join(label if label.isascii() else alabel(label).decode() for label in labels)
    except (IDNAError, ValueError):
        raise HostNameError(
            f"{name[:100]!r} is not a host name: write it as in the address bar, or with the xn-- that browsers send"
        ) from None


def to_unicode(host: str) -> str:
    """A stored host name as people read it: in U-labels, but for those that could be taken for others."""
    if _ACE not in host:
        return host
    labels = host.split(".")
    top = _read(labels[-1])
    return ".".join(_shown(label, top) for label in labels)


def origin_to_unicode(origin: str) -> str:
    """An origin with its host name as people read it."""
    scheme, separator, place = origin.partition("://")
    host, colon, port = place.partition(":")
    return f"{scheme}{separator}{to_unicode(host)}{colon}{port}"


def both(host: str) -> str:
    """A stored host name as people read it, with the stored spelling beside it where the two differ."""
    shown = to_unicode(host)
    return host if shown == host else f"{shown} ({host})"


def of_words(words: Iterable[str]) -> TypedHosts:
    """Host names that were typed, or copied as addresses; ports are taken off, and a note says so.

    Raises HostNameError.
    """
    names: list[str] = []
    notes: list[str] = []
    for word in words:
        typed = _place_of(word)
        match = _PORT.fullmatch(typed)
        # Of an IPv6 address without its brackets the end is no port.
        has_port = match and (":" not in match[1] or match[1].startswith("["))
        names.append(to_ascii(match[1] if match and has_port else typed))
        if has_port:
            shown = to_unicode(names[-1])
            notes.append(f"the port of {typed} is left out: pages count on every port of {shown}")
    return TypedHosts(tuple(names), tuple(dict.fromkeys(notes)))


def _place_of(word: str) -> str:
    """Of an address copied from a browser host and port."""
    try:
        return urlsplit(word).netloc.rpartition("@")[2] if "://" in word else word.rstrip("/")
    except ValueError:  # one bracket of two
        return word


def check_within(domain: str, hosts: Iterable[str]) -> None:
    """Raises OptionsError unless a site's host names all lie within the domain of its option ``subdomains``."""
    for host in hosts if domain else ():
        if not lies_within(host, domain):
            raise OptionsError(
                f"the site's host {to_unicode(host)!r} is neither {to_unicode(domain)} nor a sub-domain of it; "
                "change the hosts or the domain",
                "subdomains",
            )


def check_subdomains(domain: str, hosts: Iterable[str]) -> None:
    """`check_within`, and raises OptionsError too for a domain below which the names of others are."""
    names = tuple(hosts)
    check_within(domain, names)
    if domain and is_public_suffix(domain):
        own = min((name for name in names if name != domain), key=len, default=f"yours.{domain}")
        example = ".".join(own.split(".")[-domain.count(".") - 2 :])
        raise OptionsError(
            f"the domain {to_unicode(domain)} is a public suffix: others have their names below it too, so browsers "
            f"keep no cookie of it; name your own domain, such as {to_unicode(example)}, or none",
            "subdomains",
        )


def is_public_suffix(domain: str) -> bool:
    """Whether names of many owners are registered right below a domain, as the Public Suffix List has it.

    Its private section counts too: below ``github.io`` and the like everybody has a name. The list is read at each
    call and not kept: it takes some megabytes, and is asked when an owner changes a setting.
    """
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - some megabytes

    return bool(PublicSuffixList().is_public(domain))


def _read(label: str) -> str:
    """What an A-label reads; itself where it is none that could have been made of a U-label."""
    from idna import IDNAError, alabel, ulabel  # noqa: PLC0415 - only for names with an A-label

    if not label.startswith(_ACE):
        return label
    try:
        read = ulabel(label)
        return read if alabel(read).decode() == label else label
    except (IDNAError, ValueError):
        return label


def _shown(label: str, top: str) -> str:
    read = _read(label)
    return read if is_plain(read, top) else label


def is_plain(label: str, top: str = "") -> bool:
    """Whether nobody takes a U-label for another name: its letters are of one language's scripts, and not all alike.

    A label in Cyrillic, Greek or Armenian of which each letter looks like a Latin one is plain only below a top-level
    domain of its own script, as in Chromium.
    """
    scripts = {_script(letter) for letter in label} - {""}
    if scripts <= {"LATIN"}:
        return True
    if not scripts & _CJK:
        looks_latin = {letter for letter in label if letter.isalpha()} <= _LIKE_LATIN
        return len(scripts) == 1 and scripts <= _ALONE and not (looks_latin and _script(top[:1]) not in scripts)
    is_mixed = "LATIN" in scripts
    return any(scripts <= together for together in _TOGETHER) and not (is_mixed and _LIKE_SIGNS & set(label))


def _script(letter: str) -> str:
    """The script of a letter, as the first word of its name; empty for digits and the hyphen.

    The standard library has no table of scripts. What is not named after one, such as a combining or invisible
    character, gets a word that is in none of the sets above, so that its label is not plain.
    """
    if letter in "-0123456789":
        return ""
    return unicodedata.name(letter, "UNNAMED").partition(" ")[0]
