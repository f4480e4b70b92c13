import type { Language } from '@menshen/contract';
import { learnEn } from '../i18n/en/learn.ts';
import { learnZh } from '../i18n/zh/learn.ts';
import type { LearnDictionary, LearnKey } from './dictionary.ts';

type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<Key extends LearnKey> = [Names<(typeof learnZh)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Names<(typeof learnZh)[Key]>, string | number>>];

export const learnDictionaries: Readonly<Record<Language, LearnDictionary>> = { zh: learnZh, en: learnEn };

export type LearnTranslate = <Key extends LearnKey>(key: Key, ...values: Values<Key>) => string;

/** The translator of the page for employees. A value that looks like a placeholder stays what it is. */
export function learnTranslator(language: Language): LearnTranslate {
  return (key, ...values) => {
    const given: Readonly<Record<string, string | number>> = values[0] ?? {};
    return learnDictionaries[language][key]
      .split(/\{(\w+)\}/)
      .map((part, at) => (at % 2 === 0 ? part : String(given[part] ?? '')))
      .join('');
  };
}
