/*
 * Stands in for what the snippet stores and asks for where a notice is only looked at: in memory, and with nobody.
 * It runs before the snippet, in a page without an origin, where cookies and storage cannot be reached anyway.
 */
(() => {
  const cookies = new Map();
  const put = (on, name, value) => Object.defineProperty(on, name, { value, configurable: true });

  Object.defineProperty(document, "cookie", {
    get: () => [...cookies].map((pair) => pair.join("=")).join("; "),
    set(line) {
      const [pair, ...attributes] = line.split("; ");
      const end = pair.indexOf("=");
      if (attributes.some((attribute) => /^Max-Age=-/.test(attribute))) cookies.delete(pair.slice(0, end));
      else cookies.set(pair.slice(0, end), pair.slice(end + 1));
    },
  });
  put(window, "localStorage", {});
  put(window, "sessionStorage", {});

  // The banner is to be seen, whatever the owner's own browser says to others.
  put(navigator, "globalPrivacyControl", false);
  put(navigator, "doNotTrack", null);
  put(navigator, "locks", undefined);

  // Everyone gets a token that nobody signed; a hit goes nowhere.
  put(window, "fetch", async (_, { body } = {}) => {
    const { s, n } = JSON.parse(body ?? "{}");
    const now = new Date();
    const quarter = `${now.getFullYear()}Q${Math.ceil((now.getMonth() + 1) / 3)}`;
    return { ok: true, status: 200, json: async () => ({ token: `${btoa(JSON.stringify([s, n, quarter]))}.preview` }) };
  });
  put(document, "currentScript", { src: "https://preview.invalid/s/preview/consent.js" });
})();
