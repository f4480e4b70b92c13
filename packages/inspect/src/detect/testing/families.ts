import { describe, expect, test } from 'vitest';
import type { Verdict } from '../verdict.ts';
import type { ValueAt } from './value.ts';

/** A value, with where it stands if that is not the content of a JSON body. */
export type Case = string | readonly [string, ValueAt];

/** Values where a client's name belongs. */
export const asAgents = (texts: readonly string[]): readonly Case[] =>
  texts.map((text) => [text, { place: 'header', name: 'user-agent' }]);

/** What a family of attacks is called, some of them, and honest values that resemble them. */
export type Family = readonly [string, readonly Case[], readonly Case[]];

/** Tests that the attacks of each family are refused and its honest values pass. */
export function testFamilies(families: readonly Family[], inspect: (text: string, at?: ValueAt) => Verdict): void {
  const ask = (value: Case): string => (typeof value === 'string' ? inspect(value) : inspect(value[0], value[1])).action;
  describe.each(families)('%s', (_, attacks, honest) => {
    test.each(attacks.map((value) => [value]))('refuses %j', (value) => {
      expect(ask(value)).toBe('block');
    });
    test.each(honest.map((value) => [value]))('lets pass %j', (value) => {
      expect(ask(value)).toBe('pass');
    });
  });
}
