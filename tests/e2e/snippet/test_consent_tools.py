"""Tools that answer banners for people find this one without a rule of their own, and refuse."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from consent_service.domain.notice.wording import SHIPPED, texts_in
from tests.e2e.snippet.visitor import NOTHING, control, notice, settle, stored

AUTOCONSENT = Path(__file__).parents[3] / "node_modules/@duckduckgo/autoconsent/dist/autoconsent.playwright.js"
RULES = Path(__file__).parents[3] / "docs/consent-tools"

CONFIG = {
    "enabled": True,
    "autoAction": "optOut",
    "enableHeuristicDetection": True,
    "heuristicMode": "reject",
    "detectRetries": 20,
}

FOUND_BY_ITS_WORDS = ["de", "en", "es", "fr", "it", "nl", "pl", "pt"]
"""The languages for which autoconsent knows both how a banner and how a refusal reads."""


BY_RULE = sorted(set(SHIPPED) - set(FOUND_BY_ITS_WORDS))


def languages(all_of_them, *short):
    """These languages; in the long version all."""
    return pytest.mark.parametrize(
        "language", [pytest.param(one, marks=[] if one in short else pytest.mark.long) for one in all_of_them]
    )


class Autoconsent:
    """The content script of DuckDuckGo's browsers in a visitor's pages, and what it says."""

    def __init__(self, visitor, rules=(), **config):
        self.said = []
        self._config = {**CONFIG, **config}
        self._rules = {"autoconsent": list(rules)}
        visitor.context.expose_binding("autoconsentSendMessage", self._answer)
        visitor.where(AUTOCONSENT.read_text(encoding="utf-8"))

    def _answer(self, source, message):
        self.said.append(message)
        if message["type"] == "init":
            self._tell(source["frame"], {"type": "initResp", "config": self._config, "rules": self._rules})
        elif message["type"] == "eval":
            result = source["frame"].evaluate(message["code"])
            self._tell(source["frame"], {"id": message["id"], "type": "evalResp", "result": result})

    @staticmethod
    def _tell(frame, message):
        frame.evaluate("message => void autoconsentReceiveMessage(message)", message)

    def states(self):
        return [one["state"]["lifecycle"] for one in self.said if one["type"] == "report"]

    def wait_for(self, page, *states):
        """Wait until it has come to one of these, asking the page in between, so that messages come through."""
        for _ in range(2_000):
            if set(states) & set(self.states()):
                return
            page.evaluate("new Promise((done) => requestAnimationFrame(done))")
        raise AssertionError(f"it has only come to {self.states()}")


@pytest.fixture
def many(stage):
    stage.publish(texts=texts_in(list(SHIPPED)))
    return stage


@languages(FOUND_BY_ITS_WORDS, "de")
def test_autoconsent_refuses_by_its_heuristics_and_nothing_is_requested(many, language):
    many.pages.language = language
    visitor = many.visitor()
    tool = Autoconsent(visitor)
    page = visitor.opens()
    expect(control(page, SHIPPED[language]["choice"])).to_be_visible()
    settle(page)
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert stored(page) == NOTHING
    asked = [path.partition("?")[0] for path in visitor.asked_of_service()]
    assert set(asked) <= {many.script_path, f"/s/{many.key}/notice.json"}
    assert visitor.hits == []
    assert "openPopupDetected" in tool.states()


def test_the_control_does_not_look_like_a_banner_to_it(many):
    visitor = many.visitor().holding("refused", "2026Q4")
    tool = Autoconsent(visitor, detectRetries=1)  # a further attempt would wait for the page to change
    page = visitor.opens()
    expect(control(page)).to_be_visible()
    tool.wait_for(page, "nothingDetected")
    assert [one for one in tool.said if one["type"] in ("popupFound", "cmpDetected")] == []
    expect(notice(page)).to_have_count(1)


@languages(BY_RULE, "ar", "ja")
def test_with_the_rule_in_the_docs_it_refuses_in_every_language(many, language):
    many.pages.language = language
    visitor = many.visitor()
    Autoconsent(visitor, [json.loads((RULES / "autoconsent.json").read_text(encoding="utf-8"))])
    page = visitor.opens()
    expect(control(page, SHIPPED[language]["choice"])).to_be_visible()
    assert visitor.cookies() == {"refused": "2026Q4"}


def test_the_rule_for_consent_o_matic_sees_the_question_and_nothing_else_and_presses_reject(stage, visitor):
    [rule] = json.loads((RULES / "consent-o-matic.json").read_text(encoding="utf-8")).values()
    [detector] = rule["detectors"]
    [present], [showing] = detector["presentMatcher"], detector["showingMatcher"]
    [method] = rule["methods"]
    page = visitor.opens()
    for matcher in (present, showing):
        expect(page.locator(matcher["target"]["selector"])).to_be_visible()
    assert (method["name"], method["action"]["type"]) == ("DO_CONSENT", "ifallowall")
    page.locator(method["action"]["falseAction"]["target"]["selector"]).click()
    expect(page.locator(showing["target"]["selector"])).to_be_hidden()
    assert visitor.cookies() == {"refused": "2026Q4"}
    accepting = stage.visitor()
    accepting.opens().locator(method["action"]["trueAction"]["target"]["selector"]).click()
    stage.wait_for("/consent")
