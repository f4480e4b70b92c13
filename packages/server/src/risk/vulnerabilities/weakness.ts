import type { Bilingual } from '@menshen/contract';
import type { Evidence, Weakness } from '../model.ts';

type Given = Pick<Weakness, 'kind' | 'asset' | 'ease' | 'impact'> &
  Partial<Pick<Weakness, 'source' | 'since' | 'fixable'>> & {
    readonly title: readonly [string, string];
    readonly fix: readonly [string, string];
    readonly path: string;
    readonly seen?: readonly [string, string];
    readonly at?: number | null;
  };

const bilingual = ([zh, en]: readonly [string, string]): Bilingual => ({ zh, en });

/** A weakness of our own checks: its id is its kind and where it is, so that it is the same one until it is mended. */
export function weakness({ kind, asset, ease, impact, title, fix, path, seen = title, at = null, ...more }: Given): Weakness {
  const evidence: Evidence = { text: bilingual(seen), at, path };
  return {
    ...{ id: `${kind}@${asset}`, kind, asset, ease, impact, title: bilingual(title), fix: bilingual(fix) },
    ...{
      source: more.source ?? 'configuration',
      cve: null,
      cvss: null,
      fixable: more.fixable ?? true,
      since: more.since ?? null,
    },
    evidence: [evidence],
  };
}
