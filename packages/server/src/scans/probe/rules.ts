import type { FindingSeverity } from '@menshen/contract';

export interface ProbeRule {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly cwe: readonly number[];
  /** Requirements of OWASP ASVS 5.0; put together from memory, to be held against the text. */
  readonly asvs: readonly string[];
  readonly title: { readonly zh: string; readonly en: string };
  readonly description: { readonly zh: string; readonly en: string };
  readonly fix: { readonly zh: string; readonly en: string };
}

/** What the probe looks for. Numbers are never given to another rule. */
export const probeRules: ReadonlyMap<string, ProbeRule> = new Map();
