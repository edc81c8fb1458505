"""The file that an archive is: a ZIP with a manifest, of which the same content gives the same bytes.

Nothing is compressed, since what compresses differs between machines; nothing holds a time or an owner.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec

from consent_service.domain.figures.archived import ArchiveError

FORMAT = "consent-service archive 2"
FIRST_FORMAT = b"consent-service archive 1"
"""Of the first edition, which was never released."""

MANIFEST = "manifest.json"

MOST_FILES = 50_000
LARGEST_FILE = 64 * 1024 * 1024
"""A month with all seats taken by the longest values has some 2 MB."""

_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What Python raises for a file that is no ZIP, is cut off, or is encrypted."""


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What an archive is of, and the SHA-256 of each of its files."""

    format: Literal["consent-service archive 2"]
    site: str
    files: dict[str, str]


def write(stream: IO[bytes], site: str, files: Iterable[tuple[str, bytes]]) -> None:
    """Write the files in the order in which they come, and the manifest after them."""
    hashes = {}
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(_entry(name), content)
            hashes[name] = _hash(content)
        manifest = {"format": FORMAT, "site": site, "files": hashes}
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1).encode() + b"\n")


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the earliest that a ZIP can say
    entry.create_system = 3  # Unix, wherever it was written
    entry.external_attr = 0o100600 << 16
    return entry


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Bundle:
    """An archive that is read. Raises ArchiveError for a file that is not the one of the manifest."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        try:
            self.manifest = msgspec.json.decode(self._content(MANIFEST), type=Manifest)
        except msgspec.MsgspecError as error:
            if FIRST_FORMAT in self._content(MANIFEST):
                raise ArchiveError("the archive was made by the first edition, which counted otherwise") from None
            raise ArchiveError(f"{MANIFEST} cannot be used: {error}") from None
        self._check_names()

    def read(self, name: str) -> bytes:
        content = self._content(name)
        if _hash(content) != self.manifest.files.get(name):
            raise ArchiveError(f"{name} is not the file that the manifest names: the archive was changed or damaged")
        return content

    def check(self) -> None:
        """Read everything once, so that nothing is begun with an archive that is damaged."""
        for name in self.manifest.files:
            self.read(name)

    def _check_names(self) -> None:
        present = self._archive.namelist()
        if sorted(present) != sorted([MANIFEST, *self.manifest.files]):
            raise ArchiveError("the archive does not hold the files that its manifest names, each once")
        if len(present) > MOST_FILES:
            raise ArchiveError(f"the archive holds more than {MOST_FILES:,} files")

    def _content(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as stream:
                content = stream.read(LARGEST_FILE + 1)
        except KeyError:
            raise ArchiveError(f"it holds no {name}: it is not an archive of this service") from None
        except _BROKEN as error:
            raise ArchiveError(f"{name} cannot be read: {error}") from None
        if len(content) > LARGEST_FILE:
            raise ArchiveError(f"{name} is larger than any file of an archive")
        return content


@contextmanager
def opened(file: Path) -> Iterator[Bundle]:
    """Raises ArchiveError for what is no archive."""
    try:
        with ZipFile(file) as archive:
            yield Bundle(archive)
    except BadZipFile:
        raise ArchiveError(f"{file} is not an archive: it is no ZIP file, or was cut off") from None
