"""Proof of consent without a record of any person, as files: what was asked, when, and how often it was accepted.

The same state of a site gives the same bytes, but for pictures, which are as the browser draws them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from consent_service import locale
from consent_service.domain.disclosure.shown import Shown
from consent_service.domain.notice.in_use import Use
from consent_service.domain.site import Site
from consent_service.reporting.acceptances import Acceptances
from consent_service.snippet.banner import render

Pictures = Mapping[str, bytes]
"""of a version, by language"""

TakePictures = Callable[[Use], Pictures]

README = """Proof of consent
================

For each version of the cookie notice of this site a folder, with

  notice.json   the version as it was served: its texts in all languages, and its terms. The first 32 hexadecimal
                digits of this file's SHA-256 are the version's digest, which every consent token names.
  notice.html   the same to be read.
  banner-*.png  a picture of it by language, where one could be taken.

manifest.json   the days on which each version was shown (from the first to the last; no last day: still shown), and
                the SHA-256 of every file.
acceptances.csv how often each version was accepted, by closed month. A number rests on at least as many people as
                the site's threshold says; what fewer accepted stands under (other), or nowhere.

There is no record of any one person's consent, and none could be made: a token says which site, which version and
which quarter, and is the same for everyone who accepted that version in that quarter. It is signed by the service,
kept by the visitor's browser alone, and asked for with every visit that is counted. So nothing is counted of
whoever did not accept, and what they accepted is in this archive.
"""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first instant that an archive can name, in the place of one at which it was made."""


def archive(site: Site, versions: Sequence[Use], accepted: Acceptances, take: TakePictures, note: str) -> bytes:
    """The files in one archive; ``note`` says of the pictures what whoever misses one should know."""
    files = {"README.txt": README.encode(), "acceptances.csv": _acceptances(accepted)}
    listed = []
    for use in versions:
        folder = f"version-{use.number:03}-{use.edition.notice.digest[:8]}"
        pictures = {f"banner-{language}.png": picture for language, picture in sorted(take(use).items())}
        made = {"notice.json": use.edition.notice.canonical().encode(), "notice.html": _page(site, use), **pictures}
        files |= {f"{folder}/{name}": content for name, content in made.items()}
        listed.append(_listed(use, folder, list(pictures)))
    files["manifest.json"] = _manifest(site, listed, files, note)
    return _zipped(files)


def _listed(use: Use, folder: str, pictures: Sequence[str]) -> dict[str, Any]:
    return {
        "number": use.number,
        "digest": use.edition.notice.digest,
        "first_day": use.first.isoformat(),
        "last_day": use.last.isoformat() if use.last else None,
        "folder": folder,
        "pictures": pictures,
    }


def _manifest(site: Site, versions: list[dict[str, Any]], files: Mapping[str, bytes], note: str) -> bytes:
    document = {
        "site": site.key,
        "name": site.name,
        "hosts": list(site.hosts),
        "versions": versions,
        "pictures": note,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _acceptances(accepted: Acceptances) -> bytes:
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("month", "notice", "acceptances"))
    for month, counts in accepted.items():
        table.writerows((month.name, digest, _field(count)) for digest, count in counts.items())
    return text.getvalue().encode()


def _field(count: Shown) -> str:
    return "" if count.sort == "hidden" else f"{count.number}"


def _page(site: Site, use: Use) -> bytes:
    notice = use.edition.notice
    document = {name: value for name, value in notice.document.items() if name != "texts"}
    page = render(
        __package__,
        "notice.html",
        site=site,
        use=use,
        digest=notice.digest,
        texts=notice.shown_texts(),
        terms=document,
        language=locale.language,
        day=locale.day,
    )
    return page.encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    archive = BytesIO()
    # Nothing is compressed: what compresses differs between machines.
    with ZipFile(archive, "w", ZIP_STORED) as written:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            written.writestr(entry, content)
    return archive.getvalue()
