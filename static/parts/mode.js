/*
 * Google Consent Mode v2: tells Google's tags on the page whether the visitor may be counted. Advertising is no purpose
 * of a notice: what is about it is denied by the default, and no update of ours names it, which would take back what
 * another banner has been allowed.
 */

const DENIED = "denied";

export default function mode({ api, opposed }) {
  window.dataLayer ||= [];

  // Google's tags read `arguments` as such, and no array.
  function tell() {
    dataLayer.push(arguments);
  }

  const update = (status) =>
    tell("consent", "update", { analytics_storage: status === "accepted" ? "granted" : DENIED });

  // The line for the page's head has told it already, before Google's own; a second one would be told too late.
  if (![...dataLayer].some((told) => told?.[0] === "consent"))
    tell("consent", "default", {
      ad_storage: DENIED,
      ad_user_data: DENIED,
      ad_personalization: DENIED,
      analytics_storage: DENIED,
    });
  api.on("change", update);
  // Then nothing is ever asked, and no change comes.
  if (opposed()) update();
}
