"""The files of the owner's pages, compressed for browsers that take it.

The pages themselves are not: what is typed into an address stands in them beside the token of a form, and by the length
of what is compressed together somebody on the line could find out the one by the other (BREACH).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

TYPES = {"text/css", "text/javascript", "image/svg+xml"}


def install(flask: Flask) -> None:
    known: dict[str, bytes] = {}  # by the file's tag: as many as there are files

    @flask.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200 or response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        tag, _ = response.get_etag()
        if tag is None or request.method != "GET" or not request.accept_encodings["gzip"]:
            return response
        response.direct_passthrough = False
        if tag not in known:
            known[tag] = gzip.compress(response.get_data(), mtime=0)
        response.close()  # the file
        response.set_data(known[tag])
        response.content_encoding = "gzip"
        response.set_etag(f"{tag}-gzip")
        return response
