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

  it('hides nothing behind whatever costs much: what is not read to its end is refused', () => {
    const chaff = Array.from(
      { length: 900 },
      (_, at) => `/proc/"a"+"b"?copy {attrib,\u4e2d/?"a"+"b"?copy {attrib,\u4e2d/?%41${at}`,
    );
    for (const attack of attacks) {
      expect(block([...chaff, attack])).toBe(true);
      expect(block(chaff.join(' ') + attack)).toBe(true);
      expect(block(`<xsl:&'"&%41`.repeat(8_000) + attack)).toBe(true);
    }
  });

  it.each([
    [
      'an article',
      '本季度 “重点” 工作进展顺利（详见附件），请各部门在周五前反馈意见：地点不变，时间另行通知。It\'s all "as planned".\n'.repeat(
        1_300,
      ),
    ],
    [
      'rich text',
      '<p style="font-size:14px"><img src="https://img.example.cn/1.jpg" alt="图"/>第一段：&ldquo;重点&rdquo;&nbsp;工作</p>'.repeat(
        1_000,
      ),
    ],
    [
      'escaped code',
      '<p>See <code>a[&quot;b&quot;]</code> &amp; <a href="https://example.com/?a=1&amp;b=2">it&#39;s here</a>.</p>\n'.repeat(
        1_000,
      ),
    ],
    [
      'a picture',
      `data:image/png;base64,${Buffer.from(Array.from({ length: 75_000 }, (_, at) => (at * 7_919 + (at >> 3)) & 255)).toString('base64')}`,
    ],
    [
      'a log',
      '10.0.0.1 - [26/Nov/2026] "GET /api/orders?id=7&name=%E5%BC%A0 HTTP/1.1" 200 "https://servicewechat.com/x"\n'.repeat(950),
    ],
    [
      'a list',
      Array.from({ length: 2_000 }, (_, id) => ({
        id,
        name: `商品${id}`,
        note: `it's "new" & 20% off`,
        url: `https://e.cn/${id}.png?a=1`,
      })),
    ],
  ])('is far from what %s of 100,000 characters costs', (_name, value) => {
    expect(askAbout(detection, value).exhausted).toBe(false);
    expect(detection.steps() / JSON.stringify(value).length).toBeLessThan(160);
  });

  it('counts what it knows as what it once cost, so that the same request ends at the same place', () => {
    const own = createDetection({ detectors });
    const ask = () => {
      const headers = [
        'User-Agent',
        'Mozilla/5.0 (iPhone; 0x18003237)',
        'Referer',
        'https://servicewechat.com/wx1/1/page-frame.html',
      ];
      own.inspect({ decodedPath: '/', query: { page: '1', "it's": '2' }, headers });
      return own.steps();
    };
    const first = ask();
    expect(ask()).toBe(first);
    expect(own.cacheHits()).toBeGreaterThan(2);
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

it('never costs much more than its budget, whatever is sent', { timeout: 180_000 }, () => {
  const unit = fc.array(fc.constantFrom(...atoms), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  const text = fc.tuple(unit, fc.nat(6_000)).map(([some, length]) => some.repeat(Math.ceil(length / some.length)));
  const value = fc.oneof(
    text,
    fc.array(
      text.map((long) => long.slice(0, 90)),
      { maxLength: 80 },
    ),
    text.map((inner) => JSON.stringify([inner])),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 10_000, max: 400_000 }), (sent, maxSteps) => {
      const own = detection.inspect(
        {
          decodedPath: '/',
          query: {},
          headers: [],
          body: { kind: 'json', mediaType: 'application/json', value: { sent }, files: [] },
        },
        { maxSteps },
      );
      // What begins before the end is paid at once: at most a pass over one text.
      expect(detection.steps()).toBeLessThan(maxSteps + 20_000 + 40 * JSON.stringify(sent).length);
      if (own.exhausted) expect(own.action).toBe('block');
    }),
    { numRuns: 400 },
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
