/*
 * Google Consent Mode v2: tells Google's tags on the page what the visitor chose. Advertising is no purpose of a
 * notice, so that what is about it is denied whatever the choice.
 */

export default function mode({ api }) {
  window.dataLayer ||= [];

  function tell(command, analytics) {
    const denied = "denied";
    // Google's tags read `arguments` as such, and no array.
    (function () {
      dataLayer.push(arguments);
    })("consent", command, {
      ad_storage: denied,
      ad_user_data: denied,
      ad_personalization: denied,
      analytics_storage: analytics,
    });
  }

  tell("default", "denied");
  api.on("change", (status) => tell("update", status === "accepted" ? "granted" : "denied"));
}
