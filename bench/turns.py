"""``python -m bench.turns COMMAND ...``: run a command that takes short turns of a processor.

Senders are elsewhere in truth. Here they share the processors with the service, and one that kept a processor for the
kernel's usual 3 ms would be what the others' hits wait for.
"""

import os
import sys

from consent_service.serving import process

process.shorten_time_slices()
os.execvp(sys.argv[1], sys.argv[1:])
