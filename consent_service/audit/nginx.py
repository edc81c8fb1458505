"""Reading nginx's configuration: which places pass requests on, and whether they log them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<mark>[{};])|(?P<quoted>"(?:\\.|[^"])*"|'(?:\\.|[^'])*')|(?P<word>[^\s{};"'#]+)"""
)


@dataclass
class Block:
    """``server { ... }`` and the like: its name, its directives, and the blocks in it."""

    words: list[str]
    around: Block | None = None
    directives: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def words_after(self, name: str) -> list[str]:
        """The words after a directive, where it stands here; else those of the blocks around it."""
        for directive in self.directives:
            if directive[0] == name:
                return directive[1:]
        return self.around.words_after(name) if self.around else []

    def everything(self) -> Iterator[Block]:
        yield self
        for block in self.blocks:
            yield from block.everything()


def parse(text: str, around: Block | None = None) -> Block:
    """The blocks of a file, as far as they can be read; what is left open ends with it."""
    block = top = Block([], around)
    words: list[str] = []
    for token in _TOKEN.finditer(text):
        mark = token["mark"]
        if token["word"] or token["quoted"]:
            words.append(token["word"] or token["quoted"][1:-1])
        elif mark == "{":
            inner = Block(words, block)
            block.blocks.append(inner)
            block, words = inner, []
        elif mark == ";" and words:
            block.directives.append(words)
            words = []
        elif mark == "}":
            block, words = block.around if block is not top and block.around else top, []
    return top


def logging_places(main: str, texts: Sequence[str], addresses: set[str]) -> Iterator[str]:
    """Of each place that passes requests on to one of these addresses and logs them: what it is, and where to."""
    http = next((block for block in parse(main).everything() if block.words[:1] == ["http"]), Block(["http"]))
    files = [parse(text, around=http) for text in [main, *texts]]
    blocks = [block for file in files for block in file.everything()]
    names = addresses | set(_upstreams(blocks, addresses))
    for block in blocks:
        if any(directive[0] == "proxy_pass" and _host_of(directive[-1]) in names for directive in block.directives):
            access, errors = block.words_after("access_log")[:1], block.words_after("error_log")[:1]
            if access not in (["off"], ["/dev/null"]):
                yield f"access_log of {' '.join(block.words)}"
            if errors != ["/dev/null"]:
                yield f"error_log of {' '.join(block.words)}"


def _upstreams(blocks: Sequence[Block], addresses: set[str]) -> Iterator[str]:
    for block in blocks:
        if block.words[:1] == ["upstream"] and any(
            directive[0] == "server" and directive[1] in addresses for directive in block.directives
        ):
            yield block.words[1]


def _host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
