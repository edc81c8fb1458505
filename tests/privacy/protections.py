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
COVER, ENTRIES, PUBLICATION, RELEASE, SHOWN = (
    f"consent_service/domain/disclosure/{name}.py" for name in ("cover", "entries", "publication", "release", "shown")
)
INCREMENTS, RELEASING = "consent_service/collect/increments.py", "consent_service/keeper/releasing.py"

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
    protection(
        1,
        "a refusal deletes",
        DECISIONS,
        "  erase();\n  keepQuarter(",
        "  localStorage.asked = 1;\n  keepQuarter(",
        "refusal",
    ),
    protection(
        1, "Global Privacy Control refuses", CHOICE, "navigator.globalPrivacyControl || (", "(", "privacy_control"
    ),
    protection(
        1,
        "the server refuses Global Privacy Control",
        "consent_service/collect/collector.py",
        "if request.opts_out:",
        "if False:",
        "server",
    ),
    protection(
        2,
        "a token has one spelling",
        "consent_service/security/tokens.py",
        "if not hmac.compare_digest(signed.encode(), token.encode()):",
        "if not self._signers[consent.quarter].validate(token):",
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
        RELEASE,
        "return support >= threshold and pending[VISITS] >= threshold",
        "return pending[VISITS] >= 1",
        "canaries and sqlite",
    ),
    protection(
        3,
        "what is small is folded at the close",
        PUBLICATION,
        "for value, counts in remains.named.items() if counts[VISITORS] >= threshold}",
        "for value, counts in remains.named.items()}",
        "canaries and sqlite",
    ),
    Protection(
        3,
        "there is no access log",
        (
            Edit("consent_service/front/server.py", "access_log=False", "access_log=True"),
            Edit("consent_service/front/server.py", ".disabled = True", ".addHandler(logging.StreamHandler())"),
            Edit("consent_service/front/server.py", "log_config=None", 'log_config=None, log_level="info"'),
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
        "earlier_state",
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
        INCREMENTS,
        'increments.append(("page", path, counters[flags]))',
        'increments.append(("page", f"{path}/{id(payload) % 99_991}", counters[flags]))',
        "sqlite",
    ),
    protection(
        5,
        "no cell joins two attributes",
        INCREMENTS,
        '"platform": self._platforms[system, payload.d],',
        '"platform": f"{payload.d} {payload.l}",',
        "month and sqlite",
    ),
    protection(
        6,
        "a changed value counts a visit with its first view alone",
        INCREMENTS,
        "counters = hit.PAGE_COUNTERS if path == payload.p else hit.CHANGED_PAGE_COUNTERS",
        "counters = hit.PAGE_COUNTERS",
        "addresses",
    ),
    protection(
        6,
        "visits that were not engaged are not few either",
        PUBLICATION,
        "or min(engaged, counts[VISITS] - engaged) >= threshold:",
        "or engaged >= threshold:",
        "engaged_visits and 31",
    ),
    protection(
        6,
        "engaged visits are not few",
        PUBLICATION,
        "or min(engaged, counts[VISITS] - engaged) >= threshold:",
        "or counts[VISITS] - engaged >= threshold:",
        "engaged_visits and 9",
    ),
    protection(
        6,
        "pages without a large one rest on the visitors of the site",
        PUBLICATION,
        "(dimension.whole and total[VISITORS] >= threshold)",
        "dimension.whole",
        "however_many",
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
        'return None if count is None or count.sort == "hidden" else count.number',
        "return None if count is None else count.number",
        "archive",
    ),
    protection(
        6,
        "open periods are rounded",
        SHOWN,
        "least = in_steps(number, threshold)",
        "least = number if number >= threshold else 0",
        "can_be_asked_for",
    ),
    protection(
        7,
        "a step has k visits",
        RELEASE,
        "pending[VISITS] >= threshold",
        "pending[VISITS] >= 1",
        "month",
    ),
    protection(
        7,
        "what a cap turned away waits for the close",
        RELEASE,
        "if value not in (OTHER, chosen) and may_release",
        "if value != chosen and may_release",
        "cap",
    ),
    protection(
        7,
        "the cover is never released",
        RELEASE,
        "if value not in (OTHER, chosen) and may_release",
        "if value != OTHER and may_release",
        "large_cell",
    ),
    protection(
        7,
        "breakdowns wait for ten times k",
        RELEASE,
        "LEAST_TOTAL = 10",
        "LEAST_TOTAL = 1",
        "ten_times",
    ),
    protection(
        7,
        "entry pages wait for the close",
        RELEASING,
        "elif dimension.within or not has_breakdowns:",
        "elif not has_breakdowns:",
        "entry_page",
    ),
    protection(
        8,
        "nothing of the cover is written before the close",
        RELEASE,
        "if value not in (OTHER, chosen) and may_release",
        "if value != OTHER and may_release",
        "each_visit_has_one",
    ),
    protection(
        8,
        "the cover stays the cover",
        RELEASE,
        "chosen = drawn or choose_cover(",
        "chosen = choose_cover(",
        "each_visit_has_one",
    ),
    protection(
        8,
        "the cover has k",
        RELEASE,
        "if value not in (OTHER, *dimension.tied, *excluded) and counts[VISITORS] >= threshold",
        "if value not in (OTHER, *dimension.tied, *excluded)",
        "each_visit_has_one",
    ),
    protection(
        8,
        "something of the cover is withheld",
        COVER,
        'visitors = cover[VISITORS] - withheld(draw, "visitors")',
        "visitors = cover[VISITORS]",
        "each_visit_has_one",
    ),
    protection(
        8,
        "further visits of the cover are withheld",
        COVER,
        'cover[VISITS] - cover[VISITORS] - withheld(draw, "visits"))',
        "cover[VISITS] - cover[VISITORS])",
        "come_again",
    ),
    protection(
        8,
        "further views of the cover are withheld",
        COVER,
        'cover[VIEWS] - cover[VISITS] - withheld(draw, "views"))',
        "cover[VIEWS] - cover[VISITS])",
        "pages",
    ),
    protection(
        8,
        "the rest has k visitors",
        COVER,
        "visitors = min(visitors, rest[VISITORS] - threshold)",
        "visitors = min(visitors, rest[VISITORS])",
        "always_told",
    ),
    protection(
        8,
        "the rest of pages has k views",
        COVER,
        "views = min(visitors + further_visits + further_views, rest[VIEWS] - threshold)",
        "views = visitors + further_visits + further_views",
        "always_told",
    ),
    protection(
        8,
        "a part of the cover below k has no row",
        COVER,
        "if visitors < threshold:",
        "if visitors < 1:",
        "always_told",
    ),
    protection(
        8,
        "visits of other pages are hidden",
        PUBLICATION,
        "told = [counts[0], 0, threshold, *NOTHING[3:]]",
        "told = [*counts[:2], threshold, *NOTHING[3:]]",
        "always_told",
    ),
    protection(
        8,
        "other pages tell k visitors only where a cover has them",
        PUBLICATION,
        "has_support = not dimension.many or held[VISITORS] >= threshold or",
        "has_support = not dimension.many or True or",
        "power_cut",
    ),
    protection(
        8,
        "a machine's own cover is handed over unnamed",
        PUBLICATION,
        "elif value in stored.get(name, {}) and value != covers.get(name):",
        "elif value in stored.get(name, {}):",
        "machines",
    ),
    protection(
        8,
        "what is tied to a value of another dimension hides no others",
        RELEASE,
        "if value not in (OTHER, *dimension.tied, *excluded)",
        "if value not in (OTHER, *excluded)",
        "implies_a_language",
    ),
    protection(
        8,
        "an entry page hides others only where its page has room",
        ENTRIES,
        "if lack > min(rest.unnamed[place], all_free - max(0, number)):",
        "if False:",
        "regardless",
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
            Edit("consent_service/keeper/releasing.py", "        if is_open(period):\n", "        if period:\n"),
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
        "packed[:length]",
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
    protection(11, "withdrawing deletes", CHOICE, "    delete localStorage[VISIT];\n", "", "Withdraw"),
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
        '  keepQuarter("refused") ? draw() : giveUp();\n  if (PARTS) decide(false);',
        '  keepQuarter("refused") ? draw() : giveUp();',
        "purpose",
    ),
    protection(
        12,
        "the script knows no other address",
        REQUEST,
        "return fetch(new URL(path, base), {",
        'return fetch(new URL(path, "http://elsewhere.localhost:9/s/k/consent.js"), {',
    ),
)
