/*
 * Routers that keep the path in the fragment: /app#/settings is the page /app/settings.
 */

export default function routes(means) {
  means.readPathBy(() => {
    const route = location.hash.match(/^#!?(\/[^?]*)/)?.[1];
    return route ? location.pathname.replace(/\/$/, "") + route : location.pathname;
  });
  addEventListener("hashchange", means.route);
}
