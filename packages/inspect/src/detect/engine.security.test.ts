import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { readRawRequest } from './raw-request.ts';
import { askAbout } from './testing/ask.ts';

const detection = createDetection({ detectors });
const attacks = [
  "k' union select pin from staff -- ",
  '<img src=q onerror=steal(1)>',
  '../../../../etc/passwd',
  '; cat /etc/passwd',
];
const block = (value: unknown) => askAbout(detection, value).action === 'block';

const units = (text: string, write: (code: number) => string) =>
  Array.from(text, (letter) => write(letter.charCodeAt(0))).join('');
const disguises: Readonly<Record<string, (text: string) => string>> = {
  percent: encodeURIComponent,
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent three times': (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  'every byte in percent': (text) => units(text, (code) => `%${code.toString(16).padStart(2, '0')}`),
  '%u': (text) => units(text, (code) => `%u${code.toString(16).padStart(4, '0')}`),
  'decimal entities': (text) => units(text, (code) => `&#${code};`),
  'hexadecimal entities without semicolon': (text) =>
    units(text, (code) => `&#x00${code.toString(16)}`)
      .replaceAll('&', ' &')
      .replaceAll(' &', '&'),
  '\\u': (text) => units(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  '\\x': (text) => units(text, (code) => `\\x${code.toString(16).padStart(2, '0')}`),
  'full width': (text) => text.replace(/[!-~]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xfee0)),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'base64 twice': (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
  'base64 of percent': (text) => Buffer.from(encodeURIComponent(text)).toString('base64'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'JSON in JSON': (text) => JSON.stringify({ a: { b: text } }),
  'padding before': (text) => 'A'.repeat(100_000) + text,
  'padding behind': (text) => `${text}${' '.repeat(100_000)}`,
  'prose before': (text) => `${'lorem ipsum dolor '.repeat(3_000)}x${text}`,
};

describe.each(Object.entries(disguises))('an attack in %s', (_name, wrap) => {
  it.each(attacks.slice(0, 3))('%j is found', (attack) => expect(block(wrap(attack))).toBe(true));
});

it('an attack stands in any corner of a large body', () => {
  const rows = Array.from({ length: 2_000 }, (_, id) => ({ id, name: `商品${id}`, note: '无' }));
  for (const [at, attack] of [0, 777, 1_999].entries()) {
    const copy = rows.map((row) => ({ ...row }));
    (copy[attack] as { note: string }).note = attacks[at % 3] ?? '';
    expect(block(copy)).toBe(true);
  }
});

it('a value known as clean stays itself: nothing else passes for it', () => {
  const own = createDetection({ detectors, cacheCharacters: 4_096 });
  const ask = (agent: string) => own.inspect({ decodedPath: '/', query: {}, headers: ['User-Agent', agent] }).action;
  for (let round = 0; round < 500; round += 1) expect(ask(`Mozilla/5.0 (${round})`)).toBe('pass');
  expect(ask(`Mozilla/5.0 (7)${attacks[0]}`)).toBe('block');
  expect(ask(`Mozilla/5.0 (7)${attacks[0]}`)).toBe('block');
  expect(own.inspect({ decodedPath: '/', query: {}, headers: ['X-Other', attacks[0] ?? ''] }).action).toBe('block');
});

describe('the budget', () => {
  it('ends the inspection with a refusal, not with a pass', () => {
    const small = createDetection({ detectors, maxSteps: 5_000 });
    const verdict = askAbout(
      small,
      Array.from({ length: 50 }, (_, at) => `it's value ${at} = '${at}' `.repeat(20)),
    );
    expect(verdict).toMatchObject({ action: 'block', exhausted: true });
    expect(verdict.findings.at(-1)).toMatchObject({ class: 'protocol', rule: 'inspection_budget' });
    expect(askAbout(small, '短')).toMatchObject({ action: 'pass', exhausted: false });
  });

  it('also bounds depth, in the body and in JSON within it', () => {
    const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
    expect(askAbout(detection, deep(30)).exhausted).toBe(false);
    expect(askAbout(detection, deep(5_000)).exhausted).toBe(true);
    expect(askAbout(detection, `${'['.repeat(5_000)}1${']'.repeat(5_000)}`).exhausted).toBe(true);
  });
});

// biome-ignore format: one list
const atoms = [
  "'", '"', '`', '<', '>', '%', '%2', '%u', '&', '&#', '\\', '\\u', '(', ')', '[', ']', '{', '}', '${', '{{', '<%', '..', '/', ';', '|', '--', '/*', '*/',
  '#', '=', ' or ', ' and ', 'select ', 'union ', 'case when ', '<script', '<a b=', 'on', 'onload=', 'javascript:', 'eval(', '\n', '\r\n', '$ne', '@@a',
  '0x41', '<!--', '<![CDATA[', '&lt;', '＜', '中', '\u0000', '\ud800', '1', ',', '+', 'http://', '://', '!', '\u2028',
  '](', '()', '*/(', '(a)', '(&(a=b)', ')(', ';id', '`x`;', '%%',
];

it('never throws, and never goes beyond its budget, on random and mutated text', { timeout: 180_000 }, () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.constantFrom(...atoms), { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc
      .tuple(fc.constantFrom(...attacks), fc.nat(60), fc.constantFrom(...atoms))
      .map(([attack, at, atom]) => attack.slice(0, at) + atom + attack.slice(at)),
  );
  fc.assert(
    fc.property(text, text, (first, second) => {
      const verdict = askAbout(detection, { [first]: second, nested: [first, { second }] });
      expect(verdict.exhausted).toBe(false);
      expect(verdict.score).toBeGreaterThanOrEqual(0);
      expect(verdict.score).toBeLessThanOrEqual(100);
      expect(verdict.action === 'block').toBe(verdict.score >= 50);
    }),
    { numRuns: 3_000 },
  );
});

it('never throws on raw requests', { timeout: 180_000 }, () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc
      .array(fc.constantFrom(...atoms, 'a', '&', '=', '?', 'boundary=x', '--x'), { maxLength: 30 })
      .map((pieces) => pieces.join('')),
  );
  const type = fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/xml',
    'text/plain',
    'x',
    '',
  );
  fc.assert(
    fc.property(text, type, text, text, (target, contentType, body, header) => {
      const raw = {
        method: 'POST',
        target: `/${target}`,
        headers: ['Content-Type', contentType, 'X-A', header],
        body: Buffer.from(body),
      };
      expect(['pass', 'block']).toContain(readRawRequest(raw, detection).action);
    }),
    { numRuns: 2_000 },
  );
});

describe('work grows with the length of the text and no faster', () => {
  it.each(atoms.filter((atom) => atom !== '中').map((atom) => [atom]))('%j', { timeout: 60_000 }, (atom) => {
    const prepare = (size: number) => {
      const value = atom.repeat(Math.ceil(size / atom.length)).slice(0, size);
      return () => askAbout(detection, value);
    };
    expect(growth(prepare, 4_096)).toBeLessThan(mostlyLinear);
  });
});
