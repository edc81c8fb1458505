"""Loaded by Python at its start, only under faketime: sleep by select.

libfaketime turns an absolute deadline that has just passed into a negative one, for which time.sleep raises
"Invalid argument" (seen with 0.9.10 in sleeps of a millisecond).
"""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds) and None
