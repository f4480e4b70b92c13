import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDifficulty } from './difficulty.ts';
import { createPuzzles, type PuzzlePlace } from './puzzle.ts';

const key = Buffer.alloc(32, 7);
let seed = 0;
const puzzles = createPuzzles(key, (size) => {
  seed += 1;
  return hash('sha256', String(seed), 'buffer').subarray(0, size);
});
const place: PuzzlePlace = { address: '192.0.2.1', sid: 'session', app: 'portal', route: 'POST /notes' };
const now = 1_767_225_600_000;

/** As a client does it. */
function solve(puzzle: string, bits: number, from = 0): string {
  for (let counter = from; ; counter += 1) {
    const solution = `${puzzle}.${counter}`;
    if (hash('sha256', solution, 'buffer').readUInt32BE(0) >>> (32 - bits) === 0) return solution;
  }
}

describe('a solved puzzle', () => {
  const { puzzle, bits, expiresAt } = puzzles.issue(place, 8, now, 60);
  const solution = solve(puzzle, bits);

  it('is accepted at its place until it ends, under one nonce', () => {
    const first = puzzles.check(solution, place, now);
    expect(first).toEqual({ ok: true, nonce: expect.stringMatching(/^[\w-]{15}$/), expiresAt: now + 60_000 });
    expect(puzzles.check(solution, place, expiresAt - 1)).toEqual(first);
    // Another counter for the same puzzle uses up the same nonce.
    expect(puzzles.check(solve(puzzle, bits, Number(solution.split('.')[3]) + 1), place, now)).toEqual(first);
    expect(puzzles.check(solution, place, expiresAt)).toEqual({ ok: false, why: 'expired' });
  });

  it.each([
    ['another address', { address: '192.0.2.2' }],
    ['another session', { sid: 'other' }],
    ['no session', { sid: '' }],
    ['another app', { app: 'coupon' }],
    ['another route', { route: 'GET /notes' }],
    ['a place that reads the same when joined', { app: 'portal"', route: 'POST /notes' }],
  ])('serves nobody at %s', (_name, change) => {
    expect(puzzles.check(solution, { ...place, ...change }, now)).toEqual({ ok: false, why: 'forged' });
  });

  it('cannot be made without the key, made easier, or made to last', () => {
    const [, payload = '', mac = ''] = puzzle.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    bytes.writeUInt8(1, 0);
    expect(puzzles.check(solve(`mc1.${bytes.toString('base64url')}.${mac}`, 1), place, now)).toEqual({
      ok: false,
      why: 'forged',
    });
    bytes.writeUInt8(8, 0);
    bytes.writeUInt32BE(0xffffffff, 1);
    expect(puzzles.check(solve(`mc1.${bytes.toString('base64url')}.${mac}`, 8), place, now)).toEqual({
      ok: false,
      why: 'forged',
    });
    bytes.writeUInt8(0, 0);
    expect(puzzles.check(`mc1.${bytes.toString('base64url')}.${mac}.0`, place, now)).toEqual({ ok: false, why: 'no_work' });
    const other = createPuzzles(Buffer.alloc(32, 8), (size) => Buffer.alloc(size)).issue(place, 8, now, 60);
    expect(puzzles.check(solve(other.puzzle, 8), place, now)).toEqual({ ok: false, why: 'forged' });
  });

  it('has one spelling, so that it has one nonce', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const [, payload = '', mac = ''] = puzzle.split('.');
    const last = alphabet.indexOf(payload.at(-1) ?? '');
    const other = payload.slice(0, -1) + alphabet[last ^ 1];
    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(payload, 'base64url'));
    expect(puzzles.check(solve(`mc1.${other}.${mac}`, bits), place, now)).toEqual({ ok: false, why: 'forged' });
  });

  it.each([
    '',
    'mc1',
    puzzle,
    `${puzzle}.`,
    `${puzzle}.-1`,
    `${puzzle}.01`,
    `${puzzle}.1e3`,
    `${puzzle}.9999999999999999`,
    ` ${solution}`,
    `${solution}\n`,
    solution.replace('mc1', 'mc2'),
    'x'.repeat(100_000),
  ])('is nothing but its exact form (%#)', (text) => {
    expect(puzzles.check(text, place, now)).toEqual({ ok: false, why: 'malformed' });
  });

  it('shows work', () => {
    let counter = 0;
    while (hash('sha256', `${puzzle}.${counter}`, 'buffer')[0] === 0) counter += 1;
    expect(puzzles.check(`${puzzle}.${counter}`, place, now)).toEqual({ ok: false, why: 'no_work' });
  });
});

describe('the difficulty', () => {
  const settings = { bits: 14, maxBits: 18 };

  it('grows with the crowd, the load and the signs, never beyond its bound, and falls again', () => {
    let at = 0;
    let load = 0;
    const bitsFor = createDifficulty(
      () => settings,
      () => load,
      () => at,
    );
    expect(bitsFor(0)).toBe(14);
    expect(bitsFor(50)).toBe(15);
    load = 0.9;
    expect(bitsFor(0)).toBe(16);
    expect(bitsFor(100)).toBe(18);
    load = 0;
    for (let more = 0; more < 400; more += 1) bitsFor(0);
    expect(bitsFor(0)).toBe(16);
    at += 60_000;
    expect(bitsFor(0)).toBe(14);
  });
});
