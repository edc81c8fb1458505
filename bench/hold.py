"""Run as a script in the folder of a checkout: that edition's service, on one site, until standard input ends.

Prints its address, a file of requests for it, and the number of its main process. It uses only what editions share.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path[0] = str(Path.cwd())

from bench import mix  # noqa: E402 - of the checkout, which is on the path only now
from bench.installation import installed, serving  # noqa: E402

with installed(CONSENT_WORKERS=sys.argv[1]) as place:
    visitors = place.add_sites(1, datetime.now(UTC).date())
    requests = mix.write(place.folder / "requests", visitors)
    with serving(place) as server:
        print(place.url, requests, server.main, flush=True)
        sys.stdin.read()
