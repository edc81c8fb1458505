"""Where a fuzzer's choices come from: a seed, or the bytes that a coverage-guided fuzzer proposes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    def below(self, number: int) -> int:
        """A whole number from 0 on; 0 where there is nothing left to choose from."""

    def raw(self, most: int) -> bytes: ...


class Seeded:
    """By chance, but the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, number: int) -> int:
        return int(self._random.random() * number)

    def raw(self, most: int) -> bytes:
        return self._random.randbytes(self.below(most + 1))


class Proposed:
    """As atheris' ``FuzzedDataProvider`` reads them from the bytes of one run."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def below(self, number: int) -> int:
        return self._provider.ConsumeIntInRange(0, number - 1)

    def raw(self, most: int) -> bytes:
        return self._provider.ConsumeBytes(self.below(most + 1))


def pick(choices: Choices, options: Sequence[T]) -> T:
    return options[choices.below(len(options))]


def chance(choices: Choices, in_hundred: int) -> bool:
    """True in so many of a hundred cases; False where there is nothing left to choose from."""
    return choices.below(100) >= 100 - in_hundred
