import type { Finding } from '../finding.ts';

/** Findings that are known and accepted for now: only what is new fails a build. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly fingerprint: string;
  /** For people who read the file; the fingerprint alone decides. */
  readonly rule: string;
  readonly file: string;
}

export interface Compared {
  readonly fresh: readonly Finding[];
  readonly known: readonly Finding[];
  /** Entries whose fault is gone. */
  readonly gone: readonly BaselineEntry[];
}

const mostEntries = 200_000;

/** @throws {BaselineError} for what is no baseline of a version that this program knows */
export function readBaseline(text: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BaselineError();
  }
  if (typeof value !== 'object' || value === null || (value as { version?: unknown }).version !== 1) throw new BaselineError();
  const list = (value as { findings?: unknown }).findings;
  if (!Array.isArray(list) || list.length > mostEntries) throw new BaselineError();
  return {
    version: 1,
    findings: list.map((entry: unknown) => {
      const { fingerprint, rule, file } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
      if (typeof fingerprint !== 'string' || !/^[0-9a-f]{16}$/.test(fingerprint)) throw new BaselineError();
      return { fingerprint, rule: typeof rule === 'string' ? rule : '', file: typeof file === 'string' ? file : '' };
    }),
  };
}

export class BaselineError extends Error {
  constructor() {
    super('not a baseline of version 1');
    this.name = 'BaselineError';
  }
}

/** The baseline that knows these findings: sorted, so that it changes little from run to run. */
export function makeBaseline(findings: readonly Finding[]): Baseline {
  return {
    version: 1,
    findings: findings
      .map(({ fingerprint, rule, file }) => ({ fingerprint, rule, file }))
      .sort((a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function compareWithBaseline(findings: readonly Finding[], baseline: Baseline): Compared {
  const known = new Set(baseline.findings.map(({ fingerprint }) => fingerprint));
  const present = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    fresh: findings.filter(({ fingerprint }) => !known.has(fingerprint)),
    known: findings.filter(({ fingerprint }) => known.has(fingerprint)),
    gone: baseline.findings.filter(({ fingerprint }) => !present.has(fingerprint)),
  };
}
