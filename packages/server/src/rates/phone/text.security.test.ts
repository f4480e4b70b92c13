import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPuzzles, type PuzzlePlace } from '../challenge/puzzle.ts';
import { createPhoneTexts } from './text.ts';

const key = Buffer.alloc(32, 7);
let seed = 0;
const random = (size: number): Uint8Array => {
  seed += 1;
  return hash('sha256', String(seed), 'buffer').subarray(0, size);
};
const texts = createPhoneTexts(key, random);
const place: PuzzlePlace = { address: '192.0.2.1', sid: 'session', app: 'coupon', route: 'POST /claims' };
const now = 1_767_225_600_000;
const { text, expiresAt } = texts.issue(place, now, 300);
const answer = `${text}.c0de-%2B`;

describe('an answered phone challenge', () => {
  it('is read at its place until it ends, with the code as WeChat gave it', () => {
    const read = texts.check(answer, place, now);
    expect(read).toEqual({ ok: true, code: 'c0de-+', nonce: expect.stringMatching(/^[\w-]{16}$/), expiresAt: now + 300_000 });
    expect(texts.check(answer, place, expiresAt - 1)).toEqual(read);
    expect(texts.check(answer, place, expiresAt)).toEqual({ ok: false, why: 'expired' });
  });

  it.each([
    ['another address', { address: '192.0.2.2' }],
    ['another session', { sid: 'other' }],
    ['another app', { app: 'portal' }],
    ['another route', { route: 'GET /claims' }],
  ])('serves nobody at %s', (_name, change) => {
    expect(texts.check(answer, { ...place, ...change }, now)).toEqual({ ok: false, why: 'forged' });
  });

  it('cannot be made to last, made with another key, made of a puzzle, or spelled in two ways', () => {
    const [, payload = '', mac = ''] = text.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    bytes.writeUInt32BE(0xffffffff, 0);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = payload.slice(0, -1) + alphabet[alphabet.indexOf(payload.at(-1) ?? '') ^ 1];
    const puzzle = createPuzzles(key, random).issue(place, 8, now, 300).puzzle.replace('mc1', 'mp1');
    for (const forged of [
      `mp1.${bytes.toString('base64url')}.${mac}`,
      createPhoneTexts(Buffer.alloc(32, 8), random).issue(place, now, 300).text,
      `mp1.${respelled}.${mac}`,
    ])
      expect(texts.check(`${forged}.code`, place, now)).toEqual({ ok: false, why: 'forged' });
    // Under one key a puzzle would be an expired text or a wrong one, and the keys differ besides.
    expect(texts.check(`${puzzle}.code`, place, now).ok && texts.check(`${puzzle}.code`, place, now)).not.toMatchObject({
      expiresAt: now + 300_000,
    });
  });

  it.each([
    '',
    'mp1',
    text,
    `${text}.`,
    `${text}.a b`,
    `${text}.%`,
    `${text}.%00`,
    `${text}.%E4%B8%AD`,
    `${text}.${'x'.repeat(257)}`,
    'x'.repeat(100_000),
    ` ${answer}`,
    answer.replace('mp1', 'mc1'),
  ])('is nothing but its exact form (%#)', (given) => {
    expect(texts.check(given, place, now)).toEqual({ ok: false, why: 'malformed' });
  });
});
