"""Which tz database the service reads, and whether it is still right."""

from __future__ import annotations

from datetime import UTC, datetime

from consent_service.audit.findings import Finding, ok, warn
from consent_service.audit.installation import Installation
from consent_service.serving import time_zones


def look(installation: Installation) -> Finding:
    """Name the newer database, which is used; warn if even that is older than a year."""
    used = time_zones.newest_database()
    others = [f"{other.name} has {other.version}" for other in time_zones.all_databases() if other != used]
    text = ", ".join([f"{used.version} of {used.name} is used", *others])
    if used.is_outdated(datetime.fromtimestamp(installation.now, UTC).date()):
        return warn(f"{text}: older than a year, so days may begin at a wrong hour; upgrade the package tzdata")
    return ok(text)
