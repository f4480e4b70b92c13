import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { initialLanguage } from './language.tsx';
import { type Message, translate } from './translate.ts';
import { zh } from './zh.ts';

const keys = Object.keys(zh) as (keyof typeof zh)[];
const forms = (message: Message): readonly string[] => (typeof message === 'string' ? [message] : Object.values(message));
const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('dictionaries', () => {
  it('hold the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(keys.toSorted());
  });

  it.each(['zh', 'en'])(
    '%s: name a text once, in one area: a later area would take the text of an earlier one',
    async (language) => {
      const seen: string[] = [];
      for await (const file of glob(fileURLToPath(new URL(`./${language}/*.ts`, import.meta.url))))
        seen.push(...[...readFileSync(file, 'utf8').matchAll(/^ {2}'([\w.]+)':/gm)].map((match) => match[1] ?? ''));
      expect(seen.length).toBeGreaterThan(1_000);
      expect(seen.filter((key, at) => seen.indexOf(key) !== at)).toEqual([]);
    },
  );

  it.each(keys)('%s: complete in both languages, with the same placeholders', (key) => {
    const source = zh[key] as Message;
    const wanted = new Set(forms(source).flatMap(placeholders));
    for (const form of [...forms(source), ...forms(en[key])]) {
      expect(form.trim()).toBe(form);
      expect(form).not.toBe('');
      expect(new Set([...placeholders(form), ...(typeof source === 'string' ? [] : ['count'])])).toEqual(
        new Set([...wanted, ...(typeof source === 'string' ? [] : ['count'])]),
      );
    }
    expect(typeof en[key]).toBe(typeof source);
  });

  it('hold no Chinese in English but the name and the other language', () => {
    const mixed = keys.filter((key) => forms(en[key]).some((form) => /\p{Script=Han}/u.test(form)));
    expect(mixed).toEqual(['app.name', 'language.other', 'language.switch', 'language.switchHint']);
  });

  it('give English a singular wherever a text counts', () => {
    const without = keys.filter((key) => typeof en[key] !== 'string' && !('one' in en[key]));
    expect(without).toEqual([]);
  });
});

describe('sources', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const texts = new Map<string, string>();
  beforeAll(async () => {
    for await (const file of glob('**/*.{ts,tsx}', { cwd: folder })) {
      if (!/\.test\.tsx?$|^i18n\/(zh|en)(\/[\w-]+)?\.ts$/.test(file)) texts.set(file, readFileSync(`${folder}/${file}`, 'utf8'));
    }
  });

  it('use every key', () => {
    const literals = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/'([\w.:]+)'|`([\w.]*\$\{[^`\s]+)`/g)].map((match) => match[1] ?? match[2] ?? ''),
    );
    const patterns = literals.map(
      (literal) =>
        new RegExp(
          `^${literal
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', '\\.'))
            .join('[\\w.:]+')}$`,
        ),
    );
    expect(keys.filter((key) => !patterns.some((pattern) => pattern.test(key)))).toEqual([]);
  });

  it('hold no text of their own and write no markup', () => {
    const offending = [...texts].filter(
      ([, text]) =>
        /\p{Script=Han}/u.test(text) || /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/.test(text),
    );
    expect(offending.map(([file]) => file)).toEqual([]);
  });
});

describe('translate', () => {
  it('fills placeholders and writes numbers in the language', () => {
    expect(translate('en', 'request.sizes', { received: '1 kB', sent: '2 kB' })).toBe('1 kB in, 2 kB out');
    expect(translate('zh', 'people.total', { count: 12_345 })).toBe('共 12,345 人');
  });

  it('chooses the plural', () => {
    expect(translate('en', 'people.total', { count: 1 })).toBe('1 person');
    expect(translate('en', 'people.total', { count: 0 })).toBe('0 people');
  });

  it('puts nothing in place of a value that looks like a placeholder', () => {
    expect(translate('en', 'request.sizes', { received: '{sent}', sent: '$&' })).toBe('{sent} in, $& out');
  });

  it.each(['\u05d0\u05d1\u05d2', '\u0645\u06cc', '\u{1e900}x'])(
    'keeps a value apart that is written from the right: %s',
    (name) => {
      expect(translate('en', 'request.sizes', { received: name, sent: '12' })).toBe(`\u2068${name}\u2069 in, 12 out`);
    },
  );
});

describe('initialLanguage', () => {
  it.each([
    ['?lang=en', 'zh', ['zh-CN'], 'en'],
    ['?lang=fr', 'en', ['zh-CN'], 'en'],
    ['', null, ['fr-FR', 'en-US'], 'en'],
    ['', null, ['zh-TW', 'en'], 'zh'],
    ['', null, ['de'], 'zh'],
    ['', 'x', [], 'zh'],
  ] as const)('%s, kept %s, browser %j: %s', (search, stored, preferred, expected) => {
    expect(initialLanguage(search, stored, preferred)).toBe(expected);
  });
});
