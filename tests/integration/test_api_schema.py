"""Whatever a program asks, the API answers as its OpenAPI document says."""

import re
import subprocess
import sys
from pathlib import Path

ANSWERS = Path(__file__).with_name("api_answers.py")


def test_every_answer_is_one_that_the_description_has():
    # Schemathesis makes its questions while tests are collected: in a process of its own it does that once.
    command = [sys.executable, "-m", "pytest", "-p", "schemathesis.pytest.plugin", "-v", str(ANSWERS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r" \d+ passed in ", done.stdout.strip().splitlines()[-1])
