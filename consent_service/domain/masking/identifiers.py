"""Whether a piece of text looks like an e-mail address, an id, a token or a long number.

It goes by how a piece is built, not by lists of known ids. What it cannot know: a name written as a word. That is
what the threshold is for, and `paths` knows some places at which names stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from consent_service.domain.masking.bigrams import reads_as_word, without_accents
from consent_service.domain.masking.normalize import normalized, split_words

MASK = ":id"

_SIGNS = re.compile(r"[@=]|^~")
"""Of an address or a handle, of a value beside its name, of a home folder."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LENGTH_OF_UUID = 36
_LETTERS_ALONE = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")
_HEXADECIMAL = re.compile(r"(?=.*\d)[0-9a-f]{12,}", re.IGNORECASE)
_SHORT_HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}", re.IGNORECASE)
_YEAR, _MONTH, _DAY = r"(?:1\d|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    r"(?<![^\W_])(?:"
    rf"{_YEAR}([-._]?){_MONTH}\1{_DAY}(?:T\d\d:?\d\d)?|{_DAY}[-._]{_DAY}[-._]{_YEAR}|{_YEAR}[-._]?{_MONTH}|{_YEAR}"
    r")(?![^\W_])"
)
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\x00-\x7f]+")
_KIND = re.compile(r"[a-z]+|[A-Z]+|\d+|[^\x00-\x7f]+")
_DIGITS = re.compile(r"\d+")
_GROUPS = re.compile(r"\d+(?:[ .()/+-]{1,2}\d+){2,}")

LONG_NUMBER = 6
"""Digits. Rooms, prices, years and post codes have fewer, orders and customers as many or more."""
LONGEST_IN_TITLE = 9
"""Digits: newspapers put the article's number after three words or more. A telephone has ten."""
LONG_GROUPS = 9
"""Digits in three groups or more: telephones, bank accounts."""
SHORTEST_TOKEN = 8
LONG_TOKEN = 16
LONG_RUN = 10
"""Letters from which on their pairs tell words from drawn ones."""
SHORTEST_JOINED = 12


def names_someone(text: str) -> bool:
    """Whether a piece of text (a segment, a label, a word) could be one person's, or one message's."""
    words = _words(text)
    return words is None or any(_looks_drawn(word) for word in words) or _looks_drawn_together(words)


def holds_an_id(text: str) -> bool:
    """The same of a name that was chosen for all to know, however its letters follow each other: ``duckduckgo``."""
    words = _words(text)
    return words is None or any(_HEXADECIMAL.fullmatch(word) or _is_riddled(word) for word in (*words, "".join(words)))


def _is_riddled(word: str) -> bool:
    """Whether there are numbers in it throughout, as in names that were drawn: those of ``.onion``."""
    return len(word) >= LONG_TOKEN and len(_DIGITS.findall(word)) >= 3


def _words(text: str) -> list[str] | None:
    """The words of a piece of text, without dates; None if it holds an address, an id or a number of someone's."""
    if len(text) < _LENGTH_OF_UUID and _LETTERS_ALONE.fullmatch(text):
        return split_words(text)  # as below, but most pieces are of this kind, and it takes a fifth of the time
    plain = normalized(text, "NFKC")
    if plain is None or _SIGNS.search(plain) or _UUID.search(plain) or _is_address(plain):
        return None
    rest = _DATE.sub(" ", plain)
    words = [word for word in split_words(without_accents(rest)) if word]
    return None if _has_long_number(plain, rest, words) else words


def _is_address(plain: str) -> bool:
    """Whether it is an IPv4 address. With a letter, as in ``v1.2.3.4``, it is a version."""
    numbers = plain.split(".")
    return len(numbers) == 4 and all(
        number.isdecimal() and len(number) <= 3 and int(number) <= 255 for number in numbers
    )


def _has_long_number(plain: str, rest: str, words: Sequence[str]) -> bool:
    if not any(letter.isalpha() for letter in plain):
        # Two digits beside a date are a page of a day.
        return _digits(plain) >= LONG_NUMBER and _digits(rest) > 2
    longest = max(map(len, _DIGITS.findall(rest)), default=0)
    if longest >= LONG_NUMBER:
        is_title = sum(word.isalpha() and len(word) > 1 for word in words) >= 3
        return longest > LONGEST_IN_TITLE or not is_title
    return any(_digits(group) >= LONG_GROUPS for group in _GROUPS.findall(rest))


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _looks_drawn(word: str) -> bool:
    """Long, and mixed as no word is: digits between letters, or capitals within; or letters that no word has."""
    if len(word) < SHORTEST_TOKEN:
        return False
    runs = _RUN.findall(word)
    if _HEXADECIMAL.fullmatch(word) or any(len(run) >= LONG_RUN and not reads_as_word(run) for run in runs):
        return True
    return _is_mixed(word, runs) or bool(_SHORT_HASH.fullmatch(word) and not _length_of_words(runs))


def _looks_drawn_together(words: Sequence[str]) -> bool:
    """The same of a piece in groups, such as a voucher; one plain word among them makes it a name of a thing."""
    joined = "".join(words)
    if len(words) < 2 or len(joined) < SHORTEST_JOINED or any(len(word) > 3 and _is_word(word) for word in words):
        return False
    runs = [run for word in words for run in _RUN.findall(word)]
    return bool(_HEXADECIMAL.fullmatch(joined)) or (len(runs) > 3 and _is_mixed(joined, runs))


def _is_mixed(word: str, runs: Sequence[str]) -> bool:
    """How often a word turns between small letters, capitals and digits, against how much of it are words."""
    turns, natural = len(_KIND.findall(word)) - 1, _length_of_words(runs)
    if turns >= 6 and len(word) >= LONG_TOKEN:
        return 4 * natural < 3 * len(word)
    if turns >= (2 if len(word) >= 12 else 4):
        return 2 * natural < len(word)
    return turns == 3 and not natural


def _length_of_words(runs: Sequence[str]) -> int:
    return sum(len(run) for run in runs if _is_word(run))


def _is_word(text: str) -> bool:
    return text.isalpha() and (len(text) >= 3 or not text.isascii()) and reads_as_word(text)
