import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import { parseSigma } from '@menshen/sigma';
import { ruleTexts } from '../alert-text.ts';

/** Names the rules of detection: the baselines, and the Sigma rules of a folder by what they say of themselves. Reads the folder when it is first asked. */
export function createRuleTitles(folder: string): (rule: string) => Bilingual | null {
  let titles: Map<string, Bilingual> | null = null;
  return (rule) => {
    titles ??= readTitles(folder);
    return ruleTexts[rule] ?? titles.get(rule) ?? null;
  };
}

function readTitles(folder: string): Map<string, Bilingual> {
  const titles = new Map<string, Bilingual>();
  try {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.ya?ml$/i.test(file)) continue;
      for (const { document } of parseSigma(readFileSync(join(folder, file), 'utf8'))) {
        if (document === undefined) continue;
        const own = document.custom.get('menshen');
        const zh: unknown = own instanceof Map ? own.get('title_zh') : undefined;
        const name = document.name ?? document.id ?? document.title;
        titles.set(name, { zh: typeof zh === 'string' ? zh : document.title, en: document.title });
      }
    }
  } catch {
    // A folder that cannot be read names nothing: the rule's own name stands there.
  }
  return titles;
}
