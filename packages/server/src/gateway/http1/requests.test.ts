import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openWire, readByUs, settle, testLimits } from './testing-wire.ts';

const get = (target: string, ...lines: string[]): string =>
  `${[`GET ${target} HTTP/1.1`, 'Host: a', ...lines].join('\r\n')}\r\n\r\n`;
const post = (body: string, ...lines: string[]): string =>
  `${['POST /p HTTP/1.1', 'Host: a', `Content-Length: ${body.length}`, ...lines].join('\r\n')}\r\n\r\n${body}`;
const chunked = (body: string): string => `POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const inside = get('/inside');

const readable: readonly (readonly [what: string, bytes: string, heard: readonly object[]])[] = [
  ['a read', get('/a?b=1'), [{ method: 'GET', url: '/a?b=1', rawHeaders: ['Host', 'a'], body: '' }]],
  ['a body', post('hello'), [{ method: 'POST', body: 'hello' }]],
  ['an empty body', post(''), [{ body: '' }]],
  ['a body that looks like a request', post(inside), [{ url: '/p', body: inside }]],
  ['chunks', chunked('5\r\nhello\r\n0A\r\n, world!!!\r\n0\r\n\r\n'), [{ body: 'hello, world!!!' }]],
  [
    'chunks of which one looks like a request',
    chunked(`${inside.length.toString(16)}\r\n${inside}\r\n0\r\n\r\n`),
    [{ body: inside }],
  ],
  ['no chunk but the last', chunked('0\r\n\r\n'), [{ body: '' }]],
  ['a coding in capitals', 'POST /c HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: Chunked\r\n\r\n0\r\n\r\n', [{ url: '/c' }]],
  ['blanks around a value', get('/a', 'X-A: \t b c \t'), [{ rawHeaders: ['Host', 'a', 'X-A', 'b c'] }]],
  ['no blank before a value', get('/a', 'X-A:b'), [{ rawHeaders: ['Host', 'a', 'X-A', 'b'] }]],
  ['an empty value', get('/a', 'X-A:'), [{ rawHeaders: ['Host', 'a', 'X-A', ''] }]],
  ['a value beyond ASCII', get('/a', 'X-A: \xe5\xbc\xa0'), [{ rawHeaders: ['Host', 'a', 'X-A', '\xe5\xbc\xa0'] }]],
  ['HTTP/1.0 without Host', 'GET /health HTTP/1.0\r\n\r\n', [{ url: '/health' }]],
  ['an address of version 6', 'GET /a HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n', [{ url: '/a' }]],
  ['the absolute form, as it is', get('http://b/c'), [{ url: 'http://b/c' }]],
  ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', [{ method: 'OPTIONS', url: '*' }]],
  ['an upgrade that Connection does not name', get('/a', 'Upgrade: h2c'), [{ url: '/a' }]],
  [
    'a header named as an object’s insides',
    get('/a', '__proto__: b', 'constructor: c'),
    [{ rawHeaders: ['Host', 'a', '__proto__', 'b', 'constructor', 'c'] }],
  ],
  [
    'ten requests at once',
    Array.from({ length: 10 }, (_, at) => get(`/${at}`)).join(''),
    Array.from({ length: 10 }, (_, at) => ({ url: `/${at}` })),
  ],
  [
    'bodies and reads behind one another',
    post('one') + get('/x') + chunked('3\r\ntwo\r\n0\r\n\r\n') + post('three'),
    [{ body: 'one' }, { url: '/x' }, { body: 'two' }, { body: 'three' }],
  ],
];

describe('a request', () => {
  it.each(readable)(
    'is read with %s, wherever its bytes are cut',
    async (_what, bytes, expected) => {
      const whole = await readByUs(bytes);
      expect(whole).toMatchObject({ heard: expected, refused: [] });
      expect(whole.heard).toHaveLength(expected.length);
      for (let cut = 1; cut < bytes.length; cut += 1) {
        const { heard, refused, received } = await readByUs(bytes.slice(0, cut), bytes.slice(cut));
        expect({ heard, refused, received }).toEqual({ heard: whole.heard, refused: [], received: whole.received });
      }
      expect((await readByUs(...bytes)).heard).toEqual(whole.heard);
    },
    30_000,
  );

  it('is answered in its order, and none before the one ahead of it', async () => {
    const answers: (() => void)[] = [];
    const begun: string[] = [];
    const wire = openWire((request, response) => {
      begun.push(request.url);
      answers.push(() => response.writeHead(200).end(request.url));
    });
    await wire.send(get('/1') + get('/2') + get('/3'));
    expect(begun).toEqual(['/1']);
    for (const at of [0, 1, 2]) {
      answers[at]?.();
      await settle();
    }
    expect(begun).toEqual(['/1', '/2', '/3']);
    expect(wire.received().match(/\r\n\r\n\/\d/g)).toEqual(['\r\n\r\n/1', '\r\n\r\n/2', '\r\n\r\n/3']);
    expect(wire.books).toMatchObject({ busy: 3, idle: 3, released: 0 });
  });

  it('joins what comes twice, cookies by a semicolon', async () => {
    const seen: unknown[] = [];
    const wire = openWire((request, response) => {
      seen.push([request.headers['accept'], request.headers['cookie']]);
      response.end();
    });
    await wire.send(get('/a', 'Accept: b', 'ACCEPT: c', 'Cookie: d=1', 'Cookie: e=2'));
    expect(seen).toEqual([['b, c', 'd=1; e=2']]);
  });

  it('has the headers that were sent and no others, whatever their names', async () => {
    const seen: unknown[] = [];
    const wire = openWire(({ headers }, response) => {
      const inherited: object[] = [];
      for (let at: object | null = Object.getPrototypeOf(headers); at !== null; at = Object.getPrototypeOf(at))
        inherited.push(at);
      seen.push([
        ['constructor', '__proto__', 'tostring', 'hasownproperty', 'x'].map((name) => headers[name]),
        Object.keys(headers),
        inherited.flatMap((one) => Reflect.ownKeys(one)),
        inherited.every((one) => Object.isFrozen(one)),
      ]);
      response.end();
    });
    await wire.send(get('/a'));
    await wire.send(get('/a', '__proto__: b', 'constructor: c'));
    await wire.send(get('/a'));
    const nothing = [undefined, undefined, undefined, undefined, undefined];
    expect(seen).toEqual([
      [nothing, ['host'], [], true],
      [['c', 'b', undefined, undefined, undefined], ['host', '__proto__', 'constructor'], [], true],
      [nothing, ['host'], [], true],
    ]);
  });

  it('may have 128 header lines and 4,096 bytes, and not one more', async () => {
    const lines = (count: number) => get('/a', ...Array.from({ length: count - 1 }, (_, at) => `x-${at}: b`));
    const sized = (bytes: number) => get('/a', `x: ${'y'.repeat(bytes - get('/a', 'x: ').length + 4)}`);
    for (const [text, code] of [
      [lines(128), null],
      [lines(129), 'headers_too_large'],
      [sized(testLimits.headerBytes), null],
      [sized(testLimits.headerBytes + 1), 'headers_too_large'],
    ] as const) {
      const { heard, refused, ended } = await readByUs(text);
      expect([heard.length, refused, ended]).toEqual(code === null ? [1, [], false] : [0, [code], true]);
    }
  });

  it('ends the connection where its client asks for that, or does not know of more', async () => {
    for (const bytes of [get('/a', 'Connection: close'), get('/a', 'Connection: x, Close'), 'GET /a HTTP/1.0\r\n\r\n']) {
      const { heard, ended, received } = await readByUs(bytes + get('/b'));
      expect([heard.length, ended]).toEqual([1, true]);
      expect(received).toContain('connection: close');
    }
    const { heard, ended } = await readByUs(`GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${get('/b')}`);
    expect([heard.length, ended]).toEqual([2, false]);
  });
});

/** A request as it was written, without the blanks around values, as far as it was heard. */
const written = ({
  method,
  url,
  rawHeaders,
  body,
}: {
  method: string;
  url: string;
  rawHeaders: readonly string[];
  body: unknown;
}): string =>
  `${method} ${url} HTTP/1.1\r\n${rawHeaders.map((text, at) => text + (at % 2 === 0 ? ':' : '\r\n')).join('')}\r\n${String(body)}`;
const plain = (text: string): string =>
  text
    .replace(/:[ \t]+/g, ':')
    .replace(/[ \t]+\r\n/g, '\r\n')
    .replaceAll('HTTP/1.0', 'HTTP/1.1');

describe('any bytes', () => {
  const alphabet = fc.constantFrom(
    ...'aA0 \t\r\n:,;=\0\x7f\xff/?%+-',
    'GET ',
    ' HTTP/1.1\r\n',
    'Host: a\r\n',
    '\r\n\r\n',
    'Content-Length: 3\r\n',
    'Transfer-Encoding: chunked\r\n',
    '0\r\n\r\n',
  );

  it('are refused, not whole yet, or heard exactly as they were written', async () => {
    const requests = [get('/a', 'X-A: b'), post('hello', 'Accept: */*'), get('/b') + post('xyz') + get('/c')];
    const cases = fc.tuple(
      fc.constantFrom(...requests),
      fc.array(fc.tuple(fc.nat({ max: 200 }), fc.constantFrom('put', 'drop', 'change'), alphabet), { maxLength: 3 }),
      fc.array(fc.nat({ max: 250 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([base, edits, cuts]) => {
        let text = base;
        for (const [place, kind, piece] of edits) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + (kind === 'drop' ? '' : piece) + text.slice(kind === 'put' ? at : at + 1);
        }
        const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const { heard, refused, ended } = await readByUs(
          ...edges
            .slice(1)
            .map((edge, at) => text.slice(edges[at], edge))
            .filter((piece) => piece !== ''),
        );
        // Chunks are another way to write the same body; their grammar has its own cases.
        if (heard.some(({ rawHeaders }) => rawHeaders.some((header) => header.toLowerCase() === 'transfer-encoding'))) return;
        const whole = heard.filter(({ body }) => typeof body === 'string');
        expect(plain(text).startsWith(plain(whole.map(written).join('')))).toBe(true);
        expect(refused.length).toBeLessThanOrEqual(1);
        if (refused.length > 0) expect(ended).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  }, 60_000);

  it('never throw, and never keep more than a head and what came ahead', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(alphabet, { maxLength: 60 }), async (pieces) => {
        const { heard, refused, ended } = await readByUs(...pieces);
        if (refused.length > 0) expect(ended).toBe(true);
        expect(heard.length + refused.length).toBeLessThanOrEqual(pieces.length);
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
