import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LearnKey } from './dictionary.ts';
import { learnDictionaries, learnTranslator } from './translate.ts';

const keys = Object.keys(learnDictionaries.zh) as LearnKey[];
const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the texts of the page for employees', () => {
  it('are complete in both languages, with the same placeholders', () => {
    expect(Object.keys(learnDictionaries.en).sort()).toEqual(keys.toSorted());
    for (const key of keys) {
      expect(placeholders(learnDictionaries.en[key]), key).toEqual(placeholders(learnDictionaries.zh[key]));
      for (const language of ['zh', 'en'] as const) expect(learnDictionaries[language][key].trim()).not.toBe('');
    }
    const mixed = keys.filter((key) => /\p{Script=Han}/u.test(learnDictionaries.en[key]));
    expect(mixed).toEqual(['language']);
  });

  it('are all used', async () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    let text = '';
    for await (const file of glob('**/*.{ts,tsx}', { cwd: folder }))
      if (!file.endsWith('.test.ts')) text += readFileSync(`${folder}/${file}`, 'utf8');
    const patterns = [...text.matchAll(/`([\w.]+)\$\{/g)].map((match) => match[1] ?? '');
    expect(
      keys.filter((key) => !text.includes(`'${key}'`) && !patterns.some((prefix) => prefix !== '' && key.startsWith(prefix))),
    ).toEqual([]);
  });

  it('put nothing in place of a value that looks like a placeholder', () => {
    expect(learnTranslator('zh')('home.hello', { name: '{count}' })).toBe('{count}，你好');
  });
});
