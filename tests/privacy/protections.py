"""What protects each promise: the text that is taken out, and what stands there instead."""

from __future__ import annotations

from typing import NamedTuple

CHOICE, DECISIONS, PANEL, REQUEST, VIEWS = (
    f"static/consent/{name}.js" for name in ("choice", "decisions", "panel", "request", "views")
)


class Edit(NamedTuple):
    file: str
    old: str
    new: str


class Protection(NamedTuple):
    promise: int
    name: str
    edits: tuple[Edit, ...]
    only: str = ""
    """which of the promise's tests must fail (as pytest's -k has it)"""
    options: tuple[str, ...] = ()


def protection(promise: int, name: str, file: str, old: str, new: str, only: str = "", *options: str) -> Protection:
    return Protection(promise, name, (Edit(file, old, new),), only, options)


PATHS = "consent_service/domain/masking/paths.py"
GATES, CHOICES = "static/purposes/gates.js", "static/purposes/choices.js"
FOLDING, SHOWN = "consent_service/domain/disclosure/folding.py", "consent_service/domain/disclosure/shown.py"

PROTECTIONS = (
    Protection(
        1,
        "nothing is counted before a yes",
        (
            Edit(VIEWS, '  if (status() !== "accepted") return;\n  const page', "  const page"),
            Edit(VIEWS, 'if (cookie("consent")) return exclusively', "return exclusively"),
        ),
        "question or refusal",
    ),
    protection(
        1,
        "the panel stays until there is a choice",
        PANEL,
        'const asking = present === "open";',
        "const asking = false; localStorage.setItem('seen', 1);",
        "question",
    ),
    protection(
        1,
        "a frame or script waits for its purpose",
        GATES,
        "choices.isAllowed(gate.dataset.consent) || once.has(keyOf(gate))",
        "true",
        "purpose",
    ),
    protection(1, "a refusal deletes", DECISIONS, "  erase();\n  keep(", '  keep("asked", 1, 1);\n  keep(', "refusal"),
    protection(
        1, "Global Privacy Control refuses", CHOICE, "navigator.globalPrivacyControl || (", "(", "privacy_control"
    ),
    protection(
        1,
        "the server refuses Global Privacy Control",
        "consent_service/collect/collector.py",
        'if environ.get("HTTP_SEC_GPC") == "1":',
        "if False:",
        "server",
    ),
    protection(
        2,
        "a token has one spelling",
        "consent_service/security/tokens.py",
        "if hmac.compare_digest(self.sign(consent).encode(), token.encode()):",
        "if self._signers[consent.quarter].validate(token):",
        "spelling",
    ),
    protection(
        2,
        "a token tells nothing but site, notice and quarter",
        "consent_service/security/tokens.py",
        "self._signers[consent.quarter].sign(base64_encode(consent.statement()))",
        "self._signers[consent.quarter].sign(base64_encode(consent.statement() + b' ' * (id(object()) % 7)))",
    ),
    protection(
        3,
        "a release waits for k visitors",
        "consent_service/domain/disclosure/suppression.py",
        "return support >= threshold and pending[VISITS] >= threshold",
        "return pending[VISITS] >= 1",
        "canaries and sqlite",
    ),
    protection(
        3,
        "what is small is folded at the close",
        FOLDING,
        "if value == OTHER or counts[VISITORS] < threshold}",
        "if value == OTHER}",
        "canaries and sqlite",
    ),
    Protection(
        3,
        "there is no access log",
        (
            Edit("consent_service/serving/server.py", "log_access=False", "log_access=True"),
            Edit("consent_service/serving/server.py", "LogLevels.warning", "LogLevels.info"),
        ),
        "sqlite",
    ),
    protection(
        3,
        "what is deleted is overwritten",
        "consent_service/storage/database/engine.py",
        "PRAGMA secure_delete = ON",
        "PRAGMA secure_delete = OFF",
        "broken and sqlite",
    ),
    protection(
        3,
        "the query is dropped",
        PATHS,
        'plain.partition("?")[0].partition("#")[0].replace',
        "plain.replace",
        "canaries and sqlite",
    ),
    protection(
        3,
        "what looks like someone is masked",
        "consent_service/domain/masking/identifiers.py",
        "return words is None or any(_looks_drawn(word)",
        "return False and any(_looks_drawn(word)",
        "canaries and sqlite",
    ),
    protection(
        3,
        "what comes after a word for someone is masked",
        PATHS,
        " and _is_page(context, before, plain.casefold())",
        "",
        "canaries and sqlite",
    ),
    protection(
        3,
        "a page's word after a word for someone switches nothing off",
        PATHS,
        "if words <= PAGES and not words.isdisjoint(SECTIONS) else context",
        "if words <= PAGES else context",
        "canaries and sqlite",
    ),
    protection(
        3,
        "an address among a host's labels is masked",
        "consent_service/domain/masking/host_labels.py",
        ", *_ends_of_addresses(labels)])",
        "])",
        "canaries and sqlite",
    ),
    protection(
        3,
        "an address is hashed with a key that is forgotten",
        "consent_service/collect/rate_limit.py",
        "if now < self._seen or now + 60 > self._key_ends:",
        "if self._key_ends < 0:",
        "hashed",
    ),
    protection(
        3,
        "the database's log is emptied after a close",
        "consent_service/keeper/keeper.py",
        "            truncate_log(self.engine, patience=0)",
        "",
        "folded",
    ),
    protection(
        3,
        "the log tells of a fault its kind and place alone",
        "consent_service/serving/faults.py",
        "{type(error).__name__}{place}",
        "{error!r}{place}",
        "fault",
    ),
    protection(
        4,
        "a value does not tell hits apart",
        "consent_service/collect/increments.py",
        'increments.append(("page", path, hit.PAGE_COUNTERS[flags]))',
        'increments.append(("page", f"{path}/{id(payload) % 99_991}", hit.PAGE_COUNTERS[flags]))',
        "sqlite",
    ),
    protection(
        5,
        "no cell joins two attributes",
        "consent_service/collect/increments.py",
        '"device": payload.d or NONE,',
        '"device": f"{payload.d} {payload.l}",',
        "month and sqlite",
    ),
    protection(
        6,
        "a cell below k is not shown",
        SHOWN,
        "for value, counts in cells.items() if counts[VISITORS] >= threshold}",
        "for value, counts in cells.items()}",
    ),
    protection(
        6,
        "single counts below k are hidden",
        SHOWN,
        "Part(good, _unknown(good) or hidden_singles(dimension, good, threshold), threshold)",
        "Part(good, (), threshold)",
    ),
    protection(
        6,
        "a shared link shows closed periods alone",
        "consent_service/web/numbers/shared.py",
        "    if report.is_open:\n",
        "    if False:\n",
        "shared_link",
    ),
    protection(
        6,
        "an archive holds what is shown",
        "consent_service/domain/figures/monthly.py",
        'return f"<{count.number}" if count.sort == "below" else count.number',
        "return count.number",
        "archive",
    ),
    protection(
        6,
        "open periods are rounded",
        SHOWN,
        "least = in_steps(number, threshold)",
        "least = number if number >= threshold else 0",
        "multiples",
    ),
    protection(
        6,
        "open periods tell no entries",
        SHOWN,
        'if measure in dimension.measures and measure not in ("entries", "engaged_seconds")',
        "if measure in dimension.measures",
        "multiples",
    ),
    protection(
        6,
        "visits that were not engaged are not few either",
        "consent_service/domain/disclosure/suppression.py",
        "if min(counts[ENGAGED_VISITS], counts[VISITS] - counts[ENGAGED_VISITS]) < threshold",
        "if counts[ENGAGED_VISITS] < threshold",
        "not_engaged",
    ),
    protection(
        7,
        "a step has k visits",
        "consent_service/domain/disclosure/suppression.py",
        "pending[VISITS] >= threshold",
        "pending[VISITS] >= 1",
        "month",
    ),
    protection(
        7,
        "what a cap turned away waits for the close",
        "consent_service/keeper/releasing.py",
        "if value != OTHER and may_release",
        "if may_release",
        "cap",
    ),
    protection(
        8,
        "other exceeds by k what is known",
        FOLDING,
        "and self._exceeds_what_is_known",
        "",
    ),
    protection(
        8,
        "a single visit is not told by an absence",
        FOLDING,
        "if stored and _adds_one_visit(dimension, cells, stored, handed):",
        "if False:",
        "all_known",
    ),
    protection(
        8,
        "what was handed over is known to the close",
        "consent_service/domain/disclosure/publication.py",
        "total, handed.get(name, 0)",
        "total, 0",
        "machines",
    ),
    protection(
        8,
        "large cells of other have room to grow",
        FOLDING,
        "and (not self.dimension.many or self._has_room)",
        "",
        "pages",
    ),
    protection(
        8,
        "other has no more visits than the total",
        FOLDING,
        "if self.total else other[VISITS])",
        "if False else other[VISITS])",
        "pages",
    ),
    protection(
        8,
        "the largest support is not told",
        FOLDING,
        "other[VISITORS] = self.threshold",
        "other[VISITORS] = self._support",
        "pages and 0",
        "--long",
    ),
    protection(
        8,
        "entries are not told while a period is open",
        SHOWN,
        'if measure in dimension.measures and measure not in ("entries", "engaged_seconds")',
        "if measure in dimension.measures",
        "pages and 0",
        "--long",
    ),
    protection(
        8,
        "one of the hidden entries may be as large as any that is shown",
        "consent_service/domain/disclosure/suppression.py",
        "or not large or max(counts[ENTRIES] for counts in large) >= following:",
        "or sum(counts[ENTRIES] for counts in hidden) < threshold:",
        "entries",
    ),
    Protection(
        9,
        "what comes late is left out",
        (
            Edit("consent_service/keeper/batches.py", "            self._drop_late(store)\n", ""),
            Edit(
                "consent_service/storage/counts/cells.py",
                "part.site in present and part.pair not in closed]",
                "part.site in present]",
            ),
        ),
        "sqlite",
    ),
    protection(
        9,
        "months stay when their days go",
        "consent_service/storage/counts/expired_periods.py",
        "((length == len(day.name)) & (here <= day.name))",
        "(here <= day.name)",
        "no_longer and sqlite",
    ),
    protection(
        10,
        "a sender is limited",
        "consent_service/collect/rate_limit.py",
        "if self._counts[slot] >= self._per_minute:",
        "if False:",
        "sender",
    ),
    protection(
        10,
        "a household is one sender",
        "consent_service/collect/rate_limit.py",
        "packed[:8]",
        "packed",
        "household",
    ),
    protection(
        10,
        "only a proxy's own word is believed",
        "consent_service/collect/rate_limit.py",
        "        while hops and _is_in(address, self._trusted):",
        "        while hops:",
        "claims",
    ),
    protection(
        10,
        "a site's hour is capped",
        "consent_service/domain/counting/hourly_cap.py",
        "return most is not None and hours[present] >= most",
        "return False",
        "last_week",
    ),
    protection(
        10,
        "seats are kept",
        "consent_service/domain/counting/seats.py",
        "return {value for value in reserved if value not in present}",
        "return set()",
        "junk",
    ),
    protection(11, "withdrawing deletes", CHOICE, "    localStorage.removeItem(VISIT);\n", "", "Withdraw"),
    Protection(
        11,
        "each tab looks at the cookie before each hit",
        (
            Edit(VIEWS, '  if (status() !== "accepted") return;\n  const page', "  const page"),
            Edit(VIEWS, 'if (cookie("consent")) return exclusively', "return exclusively"),
        ),
        "Withdraw",
    ),
    protection(
        11,
        "a withdrawal ends what waited for a purpose",
        DECISIONS,
        "  draw();\n  if (PARTS) decide(false);",
        "  draw();",
        "purpose",
    ),
    protection(
        12,
        "the script knows no other address",
        REQUEST,
        "return fetch(new URL(path, src), {",
        'return fetch(new URL(path, "http://elsewhere.localhost:9/s/k/consent.js"), {',
    ),
)
