/*
 * The record of a receipt, in the terms of ISO/IEC TS 27560:2023. docs/embedding.md tells of each field.
 *
 * Nobody holds such a record but who made it here: there is none on the service, and nothing in it names anyone.
 */
"use strict";

const all = (selector) => [...document.querySelectorAll(selector)];

const noticePath = (site, digest) => `/s/${site}/notice.json?n=${digest}`;

/** The days of a token, such as "2026-10-01": first and last of its quarter, and the last on which it is valid. */
function daysOf(quarter) {
  const [year, month] = [+quarter.slice(0, 4), 3 * (quarter[5] - 1)];
  const day = (...parts) => new Date(Date.UTC(...parts)).toISOString().slice(0, 10);
  return { first: day(year, month, 1), last: day(year, month + 3, 0), until: day(year, month + 6, 0) };
}

/** What `notice` was, accepted in `quarter`, as it reads in a language. */
function recordOf(token, { site, digest, quarter }, notice, language) {
  const days = daysOf(quarter);
  const texts = notice.texts[language];
  return {
    schema_version: "ISO/IEC TS 27560:2023",
    record_id: `${site}/${digest}/${quarter}`,
    pii_principal_id: null,
    pii_processing: {
      privacy_notice: { url: new URL(noticePath(site, digest), location.origin).href, digest, texts: notice.texts },
      language,
      purposes: [
        {
          purpose: "Counting visits to the website, together with those of all others",
          lawful_basis: "consent",
          pii_information: counted(notice).map(categoryOf(notice)),
          pii_controllers: ["controller"],
          collection_method: `The notice on the website's pages, answered with “${texts.accept}”`,
          processing_method: `Added to sums; told where ${notice.threshold} visitors or more share them`,
          storage_locations: [location.origin],
          retention_period: `P${notice.retention}M`,
          jurisdiction: null,
          recipient_third_parties: [],
          withdrawal_method: `On every page of the website: “${texts.choice}”, then “${texts.withdraw}”`,
        },
      ],
    },
    party_identification: [{ party_id: "controller", party_name: notice.controller, party_role: "PII controller" }],
    events: [
      {
        event_time: `${days.first}/${days.last}`,
        entity_id: null,
        event_type: "explicit",
        event_state: "given",
        validity_duration: "P6M",
        valid_until: days.until,
        timezone: notice.timezone,
      },
    ],
    token,
  };
}

/** The dimensions that may be counted under a notice, as the page lists them. */
function counted(notice) {
  return all("[data-dimension]")
    .map((line) => line.dataset)
    .filter(({ dimension, implied }) => implied !== undefined || notice.dimensions.includes(dimension))
    .map(({ dimension }) => dimension);
}

const sentenceOf = (name) => document.querySelector(`[data-dimension="${name}"] span`).textContent;

const categoryOf = (notice) => (name) => ({
  pii_type: name,
  description: sentenceOf(name),
  ...(name === "event" && { values: notice.events }),
});
