"""Count the table of letter pairs, and measure what it tells apart: ``make bigrams``.

The words are those of wordfreq's lists, of each language the larger one: all that are made of the letters a to z once
accents are taken off, each once however many languages have it. Some 3.6 million.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from random import Random

import msgspec

from consent_service.domain.masking.bigrams import LETTERS, reads_as_word, score, without_accents

LANGUAGES = "ca cs da de en es fi fil fr hu id is it lt lv ms nb nl pl pt ro sh sk sl sv tr vi".split()
"""Those of Latin script that wordfreq has."""

TABLE = Path(__file__).parents[1] / "consent_service/domain/masking/bigrams.txt"

DRAWN = 100_000
"""Runs of each length that are drawn."""


def words_of(folder: Path, language: str) -> Iterator[str]:
    """Yield the words of one list: the first item of a file describes it, each other one holds the words of a rank."""
    large, small = (folder / f"{size}_{language}.msgpack.gz" for size in ("large", "small"))
    content = gzip.decompress((large if large.exists() else small).read_bytes())
    for words in msgspec.msgpack.decode(content)[1:]:
        yield from words


def latin(words: Iterable[str]) -> set[str]:
    """Those that are letters alone, without their accents."""
    plain = map(without_accents, words)
    return {word for word in plain if word.isascii() and word.isalpha()}


def ratios(words: Iterable[str]) -> dict[str, float]:
    """How many times as often each pair of letters stands in the words as in drawn letters."""
    counts = Counter("".join(pair) for word in words for pair in pairwise(word))
    expected = sum(counts.values()) / len(LETTERS) ** 2
    return {first + second: counts[first + second] / expected for first in LETTERS for second in LETTERS}


def table(ratio_by_pair: Mapping[str, float]) -> str:
    """The file's content: a row for each first letter."""
    rows = ("".join(str(score(ratio_by_pair[first + second])) for second in LETTERS) for first in LETTERS)
    return "\n".join(rows) + "\n"


def measure(words: Iterable[str], length: int) -> str:
    """How many drawn runs of a length are recognized, and how many words are taken for drawn."""
    random, some = Random(length), [word for word in words if len(word) == length]
    drawn = sum(not reads_as_word("".join(random.choices(LETTERS, k=length))) for _ in range(DRAWN))
    mistaken = sum(not reads_as_word(word) for word in some)
    return f"{length} letters: {100 * drawn / DRAWN:.0f} % of drawn runs, 1 of {len(some) // max(1, mistaken):,} words"


def main(package: Path) -> None:
    words = latin(word for language in LANGUAGES for word in words_of(package / "wordfreq/data", language))
    TABLE.write_text(table(ratios(words)), encoding="ascii")
    print(f"{TABLE.name} from {len(words):,} words. As it was before, it masks of")
    print(*(measure(words, length) for length in (10, 20)), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
