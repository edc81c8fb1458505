"""A hit as it is sent: the fields that a browser may tell, and their bounds."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

LONGEST_BODY = 1_024
LONGEST_TOKEN = 400


class Hit(msgspec.Struct, forbid_unknown_fields=True):
    """One message from a consenting browser; the names are short because every page view carries them."""

    s: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    t: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TOKEN)]
    e: Literal["view", "event", "outbound", "download", "engaged", "vitals"]
    f: Annotated[int, msgspec.Meta(ge=0, lt=128)] = 0
    p: str = "/"
    x: Literal[0, 404] = 0
    r: Annotated[str, msgspec.Meta(max_length=253)] = ""
    us: Annotated[str, msgspec.Meta(max_length=200)] = ""
    um: Annotated[str, msgspec.Meta(max_length=200)] = ""
    uc: Annotated[str, msgspec.Meta(max_length=200)] = ""
    z: Annotated[str, msgspec.Meta(max_length=64)] = ""
    l: Annotated[str, msgspec.Meta(max_length=64)] = ""  # noqa: E741 - the fixed interface
    d: Literal["phone", "tablet", "desktop", ""] = ""
    n: Annotated[str, msgspec.Meta(max_length=400)] = ""
    v: Annotated[float, msgspec.Meta(ge=0)] = 0
