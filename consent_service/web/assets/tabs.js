/*
 * Makes the links of each card with several panels into tabs, after the ARIA Authoring Practices: arrow keys, Home and
 * End go from one to the next and bring its panel to the front. Without this script each link opens the page anew with
 * that panel in front.
 */

"use strict";

(() => {
  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

  function choose(tabs, chosen) {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.dataset.panel).classList.toggle("behind", !isChosen);
    }
  }

  /** Which tab a key leads to; none for all other keys. */
  function reached(tabs, from, key) {
    if (key === "Home") return tabs[0];
    if (key === "End") return tabs.at(-1);
    if (key === " ") return tabs[from];
    return key in STEPS ? tabs.at((from + STEPS[key]) % tabs.length) : undefined;
  }

  function equip(list) {
    const tabs = [...list.querySelectorAll("a")];
    list.setAttribute("role", "tablist");
    for (const tab of tabs) {
      const panel = document.getElementById(tab.dataset.panel);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
    }
    choose(tabs, tabs.find((tab) => tab.hasAttribute("aria-current")));
    tabs.forEach((tab) => tab.removeAttribute("aria-current"));

    list.addEventListener("click", (event) => {
      const tab = event.target.closest("a");
      if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(tabs, tab);
    });
    list.addEventListener("keydown", (event) => {
      const tab = reached(tabs, tabs.indexOf(event.target), event.key);
      if (!tab) return;
      event.preventDefault();
      choose(tabs, tab);
      tab.focus();
    });
  }

  /** An address may name a panel that is behind another one. */
  function follow() {
    const panel = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const tab = panel && document.getElementById(`tab-${panel.id}`);
    if (tab) choose([...tab.parentElement.children], tab);
  }

  document.querySelectorAll(".choose").forEach(equip);
  follow();
  addEventListener("hashchange", follow);
})();
