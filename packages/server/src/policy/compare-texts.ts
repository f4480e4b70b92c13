import type { PolicyInfo } from '@menshen/policy';
import type { PolicyFile } from '../config/policies.ts';

/** A policy that one of two sets has and the other has not, or has otherwise. */
export interface ChangedPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface PolicyTextDifference {
  readonly added: readonly ChangedPolicy[];
  readonly removed: readonly ChangedPolicy[];
  readonly changed: readonly ChangedPolicy[];
  readonly same: number;
}

/** How a policy reads apart from how it is laid out: comments and line breaks change nothing of what it says. */
function meaning(text: string): string {
  return text
    .replace(/\/\/[^\n]*|("(?:[^"\\]|\\.)*")/g, (_, quoted: string | undefined) => quoted ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? ' ')
    .trim();
}

/** Compares two sets of policies by their ids. A policy that only moved, or is laid out otherwise, is the same. */
export function comparePolicyTexts(before: readonly PolicyInfo[], after: readonly PolicyInfo[]): PolicyTextDifference {
  const old = new Map(before.map((policy) => [policy.id, policy]));
  const young = new Map(after.map((policy) => [policy.id, policy]));
  const one = ({ id, effect, file }: PolicyInfo, texts: { before: string | null; after: string | null }): ChangedPolicy => ({
    ...{ id, effect, file },
    ...texts,
  });
  const added = after.filter(({ id }) => !old.has(id)).map((policy) => one(policy, { before: null, after: policy.text }));
  const removed = before.filter(({ id }) => !young.has(id)).map((policy) => one(policy, { before: policy.text, after: null }));
  const changed = after.flatMap((policy) => {
    const known = old.get(policy.id);
    return known === undefined || meaning(known.text) === meaning(policy.text)
      ? []
      : [one(policy, { before: known.text, after: policy.text })];
  });
  return { added, removed, changed, same: after.length - added.length - changed.length };
}

/** The files that differ, by name. */
export function compareFiles(before: readonly PolicyFile[], after: readonly PolicyFile[]) {
  const textOf = (files: readonly PolicyFile[], name: string): string | null =>
    files.find((file) => file.name === name)?.text ?? null;
  return [...new Set([...before, ...after].map(({ name }) => name))]
    .sort()
    .map((name) => ({ name, before: textOf(before, name), after: textOf(after, name) }))
    .filter((file) => file.before !== file.after);
}
