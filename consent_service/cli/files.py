"""Files that commands read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from consent_service.domain.errors import UserError


def read_object(file: Path, example: str, error: type[UserError]) -> dict[str, Any]:
    """The JSON object in a file, such as ``example``. Raises ``error``, whose message says what is wrong."""
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as reason:
        raise error(f"{file} is not JSON: {reason}") from None
    except OSError as reason:
        raise error(f"{file} cannot be read: {reason.strerror}") from None
    if not isinstance(document, dict):
        raise error(f"{file} must hold an object, such as {example}")
    return document
