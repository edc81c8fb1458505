"""What protects each promise: taken out one at a time, and then a test of the promise must fail.

    python -m tests.privacy [WORD ...]

works on a copy of this project, so that processes of their own and the snippet have the change too. A WORD chooses
the protections whose name holds it. Each change must find the very text that it replaces, exactly once: a protection
that moved has to be found again. Without a WORD promise 8 is tried on a thousand sites too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.privacy.protections import PROTECTIONS, Edit, Protection

ROOT = Path(__file__).parents[2]
NO_TESTS_COLLECTED = 5
"""pytest's status."""


def main() -> None:
    chosen = [one for one in PROTECTIONS if not sys.argv[1:] or any(word in one.name for word in sys.argv[1:])]
    missed = [one for one in chosen if not is_noticed(one)]
    holds = bool(sys.argv[1:]) or is_kept()
    print(f"{len(chosen) - len(missed)} passed, {len(missed)} failed")
    sys.exit(bool(missed) or not holds)


def is_kept() -> bool:
    """Whether promise 8 is kept on the thousand sites and the long cases that `make test` has no time for."""
    [file] = (ROOT / "tests" / "privacy").glob("test_08_*.py")
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--long", str(file)], cwd=ROOT, check=False
    ).returncode
    print(f"{'KEPT' if status == 0 else 'NOT KEPT'}: 8, on a thousand sites", flush=True)
    return status == 0


def is_noticed(one: Protection) -> bool:
    """Whether a test of the promise fails without its protection."""
    with tempfile.TemporaryDirectory(prefix="consent-promises-") as name:
        folder = Path(name)
        copy_to(folder)
        for edit in one.edits:
            take_out(folder, edit)
        if any(edit.file.startswith("static/") for edit in one.edits):
            subprocess.run(["npm", "run", "--silent", "build"], cwd=folder, check=True)
        status = tests_of(one, folder)
    print(f"{'noticed' if status == 1 else 'NOT NOTICED'}: {one.promise}, {one.name}", flush=True)
    return status == 1


def copy_to(folder: Path) -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")


def take_out(folder: Path, edit: Edit) -> None:
    file = folder / edit.file
    text = file.read_text()
    if text.count(edit.old) != 1:
        sys.exit(f"{edit.file} holds {edit.old!r} {text.count(edit.old)} times: name the protection anew")
    file.write_text(text.replace(edit.old, edit.new))


def tests_of(one: Protection, folder: Path) -> int:
    """pytest's status: 1 says that a test failed."""
    [file] = (folder / "tests" / "privacy").glob(f"test_{one.promise:02}_*.py")
    command = [sys.executable, "-m", "pytest", "-q", "-x", *one.options, "-k", one.only, str(file.relative_to(folder))]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode == NO_TESTS_COLLECTED:
        sys.exit(f"promise {one.promise} has no test {one.only!r}: name that of {one.name!r} anew")
    if done.returncode != 1:
        print(done.stdout[-2_000:])
    return done.returncode


main()
