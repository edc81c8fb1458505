"""The audit as a table for a terminal: name, status, text, wrapped by whoever shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from consent_service.audit.findings import Finding, Outcome

Rows = Sequence[tuple[str, Finding]]


def lines(rows: Rows) -> list[str]:
    """One line for each check."""
    wide = max(len(name) for name, _ in rows)
    return [f"{name:{wide}}  {finding.outcome:7}  {' '.join(finding.text.split())}" for name, finding in rows]


def shortfall(rows: Rows) -> str:
    """What falls short, in a sentence; empty if nothing does.

    What could not be checked falls short too: nobody knows that it is well. A warning does not, since it may be
    about what cannot be changed here.
    """
    number = Counter(finding.outcome for _, finding in rows)
    failed, unknown = number[Outcome.FAIL], number[Outcome.UNKNOWN]
    parts = [f"{_checks(failed)} fall{'s' * (failed == 1)} short"] if failed else []
    parts += [f"{_checks(unknown)} could not be made"] if unknown else []
    return ", ".join(parts)


def _checks(number: int) -> str:
    return "1 check" if number == 1 else f"{number} checks"
