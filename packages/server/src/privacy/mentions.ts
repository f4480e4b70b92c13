import type { Bilingual, mentionTerms } from '@menshen/contract';
import { breathe } from '../gently.ts';
import type { FreeTexts } from '../store/free-texts.ts';
import { wholeName } from './whole-name.ts';

export type MentionTerm = (typeof mentionTerms)[number];

/** What a person can be told by in the words of others. */
export interface Named {
  readonly uid: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** A place whose words name a person: what it is, and where an administrator finds it. Never the words themselves. */
export interface Mention {
  readonly title: Bilingual;
  /** Path in the console. */
  readonly to: string;
  readonly by: readonly MentionTerm[];
}

export interface Mentions {
  /** The first of them, without doubles. */
  readonly found: readonly Mention[];
  readonly total: number;
}

const shown = 200;
/** Longest that requests wait for the search, in ms. */
const sliceMs = 8;

type Test = (text: string) => boolean;

/** A name in Han characters has no end that could be told: it is looked for as it stands, from two characters on. */
function testsOf({ uid, name, phone, email }: Named): readonly (readonly [MentionTerm, Test])[] {
  const tests: [MentionTerm, Test][] = [];
  const whole = (term: MentionTerm, text: string): void => {
    const pattern = wholeName(text);
    tests.push([term, (given) => given.search(pattern) >= 0]);
  };
  if (uid !== '') whole('uid', uid);
  const called = name?.trim() ?? '';
  if (called.length > 1)
    if (/\p{Script=Han}/u.test(called)) tests.push(['name', (given) => given.includes(called)]);
    else whole('name', called);
  // With or without the code of the country, and however it is written.
  const digits = phone?.replaceAll(/\D/g, '').slice(-11) ?? '';
  if (digits.length > 6) tests.push(['phone', (given) => given.replaceAll(/(?<=\d)[ -](?=\d)/g, '').includes(digits)]);
  const mail = email?.toLowerCase() ?? '';
  if (mail.length > 3) tests.push(['email', (given) => given.toLowerCase().includes(mail)]);
  return tests;
}

/**
 * Looks for a person in what people have written: reasons, notes, evidence, minutes. Such words are somebody's account of what happened and are not
 * rewritten by an erasure; whoever erases is told where they stand, and decides.
 */
export async function findMentions(texts: readonly FreeTexts[], named: Named): Promise<Mentions> {
  const tests = testsOf(named);
  let began = performance.now();
  const found = new Map<string, { readonly title: Bilingual; readonly to: string; readonly by: Set<MentionTerm> }>();
  if (tests.length > 0)
    for (const { title, rows } of texts)
      for await (const { to, words } of rows()) {
        if (performance.now() - began > sliceMs) {
          await breathe();
          began = performance.now();
        }
        const by = tests.flatMap(([term, test]) => (words.some(test) ? [term] : []));
        if (by.length === 0) continue;
        const key = `${title.en} ${to}`;
        const place = found.get(key) ?? { title, to, by: new Set<MentionTerm>() };
        for (const term of by) place.by.add(term);
        found.set(key, place);
      }
  const places = [...found.values()].map(({ title, to, by }) => ({ title, to, by: [...by] }));
  return { found: places.slice(0, shown), total: places.length };
}
