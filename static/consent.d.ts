/** What the snippet offers to the page as `window.consent`, once it has loaded. */
export interface Consent {
  /**
   * What holds now: `open` until there is a choice. Whoever sends Global Privacy Control (or Do Not Track, unless the
   * site asks in spite of it) has refused.
   */
  status(): ConsentStatus;

  /** Opens the choice, as the lasting control does. Where Global Privacy Control has refused, nothing happens. */
  show(): void;

  /** Accepts for the visitor: call it only for a click by which they said so. */
  accept(): void;

  /** Refuses, or withdraws what was accepted: then what was stored is deleted, and counting stops in all tabs. */
  reject(): void;

  /** The same as `reject`, by the name that fits what was accepted. */
  withdraw(): void;

  /** Deletes the choice with all that was stored; the next page asks. */
  forget(): void;

  /**
   * Counts an event that the notice declares, if the visitor has accepted. Any other name counts nothing.
   */
  event(name: string): void;

  /** Whether a purpose beside counting is allowed. Only there where the site's notice has purposes. */
  allows?(purpose: string): boolean;

  /** Calls `listener` with the new status each time that it changes in this tab; with the first one too. */
  on(type: "change", listener: (status: ConsentStatus) => void): void;

  /** Calls `listener` with the purposes that are allowed, each time that they change. */
  on(type: "purposes", listener: (allowed: string[]) => void): void;
}

export type ConsentStatus = "open" | "accepted" | "refused";

declare global {
  interface Window {
    consent: Consent;
  }

  interface WindowEventMap {
    "consent:change": CustomEvent<ConsentStatus>;
    "consent:purposes": CustomEvent<string[]>;
  }
}
