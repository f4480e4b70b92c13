import type { Bilingual } from '@menshen/contract';
import { ruleTexts } from '../alert-text.ts';
import { ownText, readRuleFiles, ruleName } from './rule-files.ts';

const titleCharacters = 256;

export interface RuleTitles {
  readonly titleOf: (rule: string) => Bilingual | null;
  /** The files may have changed: reads them again when it is next asked. */
  readonly forget: () => void;
}

/** Names the rules of detection: the baselines, and the Sigma rules of a folder by what they say of themselves. Reads the folder when it is first asked. */
export function createRuleTitles(folder: string): RuleTitles {
  let titles: ReadonlyMap<string, Bilingual> | null = null;
  return {
    titleOf(rule) {
      titles ??= readTitles(folder);
      return ruleTexts[rule] ?? titles.get(rule) ?? null;
    },
    forget() {
      titles = null;
    },
  };
}

function readTitles(folder: string): ReadonlyMap<string, Bilingual> {
  try {
    return new Map(
      readRuleFiles(folder).documents.map((document) => [
        ruleName(document),
        { zh: ownText(document, 'title_zh', titleCharacters) ?? document.title, en: document.title },
      ]),
    );
  } catch {
    // A folder that cannot be read names nothing: the rule's own name stands there.
    return new Map();
  }
}
