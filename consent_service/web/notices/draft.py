"""The draft of a notice's texts: what was typed, kept as it was, and what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from consent_service.domain.notice.languages import canonical_tag, is_language
from consent_service.domain.notice.notice import Notice
from consent_service.domain.notice.texts import (
    LABEL,
    MOST_LANGUAGES,
    NoticeError,
    Texts,
    check_purposes,
    check_text,
    check_texts,
    names_of,
    purposes_of,
)
from consent_service.domain.notice.wording import SHIPPED

MEANINGS = MappingProxyType(
    {
        "notice": "The first paragraph: what is asked",
        "details": "The second: who counts, for how long, how to change one's mind. {controller} becomes the name of "
        "who counts",
        "accept": "Button: accepts",
        "reject": "Button: refuses",
        "choice": "The lasting button that opens the choice again",
        "withdraw": "Button: withdraws what was accepted",
        "forget": "Button: leaves nothing on the device",
        "privacy": "Link to what is counted, by whom and for how long, for those who have not accepted",
        "receipt": "Link to what was agreed to, for those who accepted",
        "choose": "Button: opens the choice one by one",
        "save": "Button: saves what is ticked there",
        "counting": "Box: being counted",
        "waiting": "What stands in the place of what waits. {host} becomes the host that it comes from",
        "once": "Button: lets it through this time",
        "always": "Button: lets it through from now on",
    }
)
"""By text."""


@dataclass
class Draft:
    """``purposes`` as they were typed. ``base`` is the digest of the notice that the draft was made of."""

    languages: list[str]
    purposes: str
    typed: Mapping[tuple[str, str], str]
    base: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notice: Notice) -> Draft:
        typed = {(tag, name): text for tag, words in notice.texts.items() for name, text in words.items()}
        return cls(list(notice.texts), " ".join(notice.purposes), typed, notice.digest)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> Draft:
        typed = {}
        for key, text in form.items():
            kind, _, rest = key.partition(":")
            language, _, name = rest.partition(":")
            if kind == "text" and is_language(language):
                typed[language, name] = text.replace("\r\n", "\n").strip()
        languages = dict.fromkeys(tag for tag in form.get("languages", "").split() if is_language(tag))
        return cls(list(languages)[:MOST_LANGUAGES], form.get("purposes", ""), typed, form.get("base", ""))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the texts that each language needs; those of purposes that cannot be are left out."""
        return names_of(self._purposes()) if "purposes" not in self.errors else names_of(())

    def text(self, language: str, name: str) -> str:
        """What was typed; where nothing could be yet, the shipped text, if there is one."""
        shipped = SHIPPED.get(language, {}).get(name, "")
        return self.typed.get((language, name), shipped)

    def is_wrong(self, language: str) -> bool:
        """Whether anything is wrong with the texts of a language."""
        return any(f"{language}-{name}" in self.errors for name in self.names)

    def add(self, language: str) -> None:
        tag = canonical_tag(language)
        if not is_language(tag):
            self.errors["language"] = "write a language as en, pt-BR or zh-Hant"
        elif len(self.languages) >= MOST_LANGUAGES:
            self.errors["language"] = f"there are {MOST_LANGUAGES} languages, and no more are taken"
        elif tag not in self.languages:
            self.languages.append(tag)

    def drop(self, language: str) -> None:
        self.languages = [tag for tag in self.languages if tag != language]
        if not self.languages:
            self.errors["language"] = "at least one language is needed"

    def put_first(self, language: str) -> None:
        """Make it the default: what is shown to readers of other languages."""
        if language in self.languages:
            self.languages = [language, *(tag for tag in self.languages if tag != language)]

    def take_shipped(self, language: str) -> None:
        """Put the shipped texts of a language in the place of those that were typed."""
        shipped = {(language, name): text for name, text in SHIPPED.get(language, {}).items() if name in self.names}
        self.typed = {**self.typed, **shipped}

    def check_purposes(self) -> None:
        try:
            check_purposes(self._purposes())
        except NoticeError as error:
            self.errors["purposes"] = error.message

    def texts(self) -> Texts | None:
        """None, with ``errors``, if they cannot be."""
        self.check_purposes()
        texts = {tag: {name: self.text(tag, name) for name in self.names} for tag in self.languages}
        for tag, words in texts.items():
            for name, text in words.items():
                self._check(tag, name, text)
        if self.errors:
            return None
        try:
            check_texts(texts)
        except NoticeError as error:
            self.errors["language"] = str(error)
        return None if self.errors else texts

    def hidden(self) -> Iterator[tuple[str, str]]:
        """All that was sent, to be sent again."""
        yield "base", self.base
        yield "languages", " ".join(self.languages)
        yield "purposes", self.purposes
        yield from ((f"text:{tag}:{name}", self.text(tag, name)) for tag in self.languages for name in self.names)

    def _purposes(self) -> list[str]:
        return self.purposes.replace(",", " ").split()

    def _check(self, language: str, name: str, text: str) -> None:
        try:
            check_text("", text)
        except NoticeError as error:
            self.errors[f"{language}-{name}"] = error.message


def meaning(name: str) -> str:
    """What a text is, for whoever writes it."""
    return MEANINGS.get(name) or f"The label of what else waits: {name.removeprefix(LABEL)}"


def shipped_purposes() -> list[str]:
    return purposes_of(SHIPPED)
