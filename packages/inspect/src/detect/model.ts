/** What an attack is after. The names are those of the field; each finding carries one. */
export const attackClasses = [
  'sqli',
  'xss',
  'rce',
  'lfi',
  'rfi',
  'ssrf',
  'nosqli',
  'ssti',
  'xxe',
  'ldap',
  'xpath',
  'crlf',
  'ssi',
  'prototype_pollution',
  'deserialisation',
  'php',
  'java',
  'nodejs',
  'scanner',
  'upload',
] as const;

export type AttackClass = (typeof attackClasses)[number];

/** Where in a request a text stands. A `key` is the name of a parameter or member, which comes from the client like its value. */
export type Place = 'path' | 'query' | 'form' | 'json' | 'multipart' | 'file' | 'text' | 'xml' | 'header' | 'cookie' | 'key';

/** One reading of one value of a request: as it stands, or after decoding. */
export interface Subject {
  /** At most as long as the engine's budget allows; UTF-16. */
  readonly text: string;
  readonly place: Place;
  /** Name of the parameter, the last key of the JSON path, the header, lower case; empty where there is none. */
  readonly name: string;
  /** 0: as it stands; 1 to 3: layers of decoding that led here. */
  readonly layers: number;
  /** Bit i: a text of the detector's pass i occurs. */
  readonly passes: number;
  /** Or of `characterBits` of those that occur in the text; -1 says nothing. */
  readonly marks: number;
}

/** Something in a text that speaks for an attack. A feature is a name with a calibrated weight, such as `sql.tautology`. */
export interface Signal {
  readonly feature: string;
  /** UTF-16 offsets in the subject's text. */
  readonly start: number;
  readonly end: number;
}

/** Takes what detectors find, and counts their work. */
export interface Signals {
  report(feature: string, start: number, end: number): void;
  /**
   * Takes `steps`, each about a nanosecond of an idle core, from the request's budget; false when nothing more is to be read: stop at once. Called
   * where time is spent: for the characters of a pass, and for each place that patterns look at.
   */
  spend(steps: number): boolean;
}

/**
 * Knows one family of attacks. Its time is linear in the text's length, it keeps nothing between calls and never throws. It reports
 * features, never a verdict: the verdict is the score's.
 */
export interface Detector {
  readonly name: string;
  /**
   * Texts (lower-case ASCII, matched in any case) of which at least one occurs in whatever this detector could report: the prefilter
   * looks for all detectors' literals in one pass and runs those whose literals occur.
   */
  readonly literals: readonly string[];
  /**
   * Texts for whole passes over a text: without one of them a pass finds nothing and need not be made. Written like {@link literals}. The engine
   * looks for them together with all literals and says in `passes` of the subject which occur.
   */
  readonly passes?: readonly (readonly string[])[];
  /** What its features are called, the class each speaks for, and what a developer is told: one short sentence in each language. */
  readonly features: Readonly<Record<string, FeatureFacts>>;
  detect(subject: Subject, signals: Signals): void;
}

export interface FeatureFacts {
  readonly class: AttackClass;
  /**
   * Log-odds added to the class's score when the feature occurs (once per text). About 4 alone is a block; a hint that honest text shows
   * too is 0.5 to 2.
   */
  readonly weight: number;
  /** Speaks of a value that is this and nothing else: what stands behind a sentence is shown, and does not have it. */
  readonly whole?: true;
  /** Speaks of a value behind which nothing comes: what words follow is spoken of. */
  readonly last?: true;
  /**
   * Speaks of a program that runs as it stands. What an article shows within `pre` or `code` does not: no interpreter gets past the tag that the article
   * begins with.
   */
  readonly bare?: true;
  readonly zh: string;
  readonly en: string;
}
