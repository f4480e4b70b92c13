import * as z from 'zod';
import { linkPlaybook } from './format/link.ts';
import { readPlaybook } from './format/parse.ts';
import type { Playbook } from './model.ts';

/** A playbook as it is written, and those that it runs: all that a run needs to go on, whatever becomes of the files. */
export interface SourceSet {
  readonly main: unknown;
  readonly used: Readonly<Record<string, unknown>>;
}

const sourceSet = z.object({ main: z.unknown(), used: z.record(z.string(), z.unknown()) });

/** Makes a playbook of what a run has kept; null when this version of Menshen cannot read it any more. */
export function playbookOf(kept: unknown): Playbook | null {
  const set = sourceSet.safeParse(kept);
  if (!set.success) return null;
  const main = readPlaybook(set.data.main).playbook;
  if (main === undefined) return null;
  const used = new Map<string, Playbook>();
  for (const source of Object.values(set.data.used)) {
    const { playbook } = readPlaybook(source);
    if (playbook !== undefined) used.set(playbook.id, playbook);
  }
  const linked = linkPlaybook(main, (id) => used.get(id));
  return linked.problems.length > 0 ? null : linked.playbook;
}

const kept = 100;

/**
 * Playbooks of runs by the digest of their source. A run that waits is looked at again and again: what was read stays read.
 */
export function createDefinitions(load: (digest: string) => Promise<unknown>): (digest: string) => Promise<Playbook | null> {
  const known = new Map<string, Playbook>();
  return async (digest) => {
    const before = known.get(digest);
    if (before !== undefined) return before;
    const playbook = playbookOf(await load(digest));
    if (playbook === null) return null;
    if (known.size >= kept) known.clear();
    known.set(digest, playbook);
    return playbook;
  };
}
