"""Whether a run of letters reads as a word, or as if it had been drawn.

`bigrams.txt` holds a score from 0 to 9 for each pair of letters: a row for each first letter, in it a digit for each
second one. ``make bigrams`` counts it from the word lists of 27 languages of Latin script, and measures what the
threshold tells apart: of drawn runs 84 in a hundred of ten letters are recognized and 93 of twenty; one word in 1,300
of ten letters is taken for drawn, and one in 18,000 of twenty.
"""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise
from math import log2
from unicodedata import normalize

LETTERS = "abcdefghijklmnopqrstuvwxyz"

LEAST_MEAN = 3.75
"""The least mean score of a word's pairs. A lower one lets more drawn letters pass, a higher one masks more words."""

AS_IF_DRAWN = 4.5
"""The score of a pair that stands in words as often as in drawn letters: half of the scale."""


def score(ratio: float) -> int:
    """Give the score of a pair that stands in words ``ratio`` times as often as in drawn letters."""
    return max(0, min(9, round(AS_IF_DRAWN + log2(ratio)))) if ratio else 0


def _read() -> dict[str, int]:
    rows = resources.files(__package__).joinpath("bigrams.txt").read_text(encoding="ascii").split()
    return {
        first + second: int(digit)
        for first, row in zip(LETTERS, rows, strict=True)
        for second, digit in zip(LETTERS, row, strict=True)
    }


_SCORES = _read()
_ACCENTS = re.compile(r"[\u0300-\u036f]+")


def without_accents(word: str) -> str:
    return word if word.isascii() else _ACCENTS.sub("", normalize("NFD", word))


def reads_as_word(letters: str) -> bool:
    """Whether the pairs of letters are those of words. Letters of other scripts always are."""
    scores = [_SCORES[pair] for pair in map("".join, pairwise(letters.lower())) if pair in _SCORES]
    return not scores or sum(scores) >= LEAST_MEAN * len(scores)
