import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentTypeToSign,
  encodeHex,
  formatSignature,
  normaliseHost,
  parseSignature,
  type SignedElements,
  signRequest,
  stringToSign,
  verifyRequest,
} from './index.ts';
import { suites } from './testing/suites.ts';

const key = new Uint8Array(32).fill(3);
const elements: SignedElements = {
  method: 'POST',
  host: 'api.example.com',
  app: 'portal',
  path: '/api/orders',
  query: 'a=1&b=2',
  contentType: 'application/json',
  sid: new Uint8Array(16).fill(1),
  timestamp: 1_790_000_000_000,
  nonce: new Uint8Array(16).fill(2),
  bodyHash: new Uint8Array(32).fill(4),
};

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
const tampered: readonly (readonly [string, Partial<SignedElements>])[] = [
  ['method', { method: 'PUT' }],
  ['host', { host: 'api.example.co' }],
  ['port', { host: 'api.example.com:8443' }],
  ['app', { app: 'portal2' }],
  ['path', { path: '/api/order' }],
  ['escaping in the path', { path: '/api/%6frders' }],
  ['query', { query: 'a=1&b=3' }],
  ['order of the query', { query: 'b=2&a=1' }],
  ['no query', { query: '' }],
  ['content type', { contentType: 'text/plain' }],
  ['sid', { sid: flipped(elements.sid) }],
  ['time', { timestamp: elements.timestamp + 1 }],
  ['nonce', { nonce: flipped(elements.nonce) }],
  ['body', { bodyHash: flipped(elements.bodyHash) }],
];

describe.each(suites)('suite %s', (_name, suite) => {
  const mac = signRequest(suite, key, elements);
  const signature = { keyVersion: 1, timestamp: elements.timestamp, nonce: elements.nonce, mac };

  it('takes the signature of the request', () => {
    expect(verifyRequest(suite, key, elements, signature)).toBe(true);
  });

  it.each(tampered)('refuses a request with another %s', (_element, change) => {
    const changed = { ...elements, ...change };
    expect(encodeHex(signRequest(suite, key, changed))).not.toBe(encodeHex(mac));
    const { timestamp, nonce } = changed;
    expect(verifyRequest(suite, key, changed, { keyVersion: 1, timestamp, nonce, mac })).toBe(false);
  });

  it('refuses another key, a changed code and a cut one', () => {
    expect(verifyRequest(suite, flipped(key), elements, signature)).toBe(false);
    expect(verifyRequest(suite, key, elements, { ...signature, mac: flipped(mac) })).toBe(false);
    expect(verifyRequest(suite, key, elements, { ...signature, mac: mac.slice(0, 31) })).toBe(false);
    expect(verifyRequest(suite, key, elements, { ...signature, mac: new Uint8Array(0) })).toBe(false);
  });

  it.each([
    { method: 'POST\nX' },
    { method: 'post' },
    { host: 'api.example.com\nportal' },
    { host: 'API.example.com' },
    { app: '' },
    { app: 'portal\n/api' },
    { path: '/api\n' },
    { path: 'api' },
    { path: '/api?a=1' },
    { path: '/门' },
    { query: 'a=1\nb' },
    { query: 'a b' },
    { contentType: 'text/plain\r\nx: y' },
    { sid: new Uint8Array(15) },
    { nonce: new Uint8Array(17) },
    { bodyHash: new Uint8Array(20) },
    { timestamp: 1.5 },
    { timestamp: -1 },
    { timestamp: Number.NaN },
    { timestamp: 2 ** 53 },
  ])('signs nothing malformed: %o', (change) => {
    const changed = { ...elements, ...change };
    expect(() => stringToSign(suite, changed)).toThrow(TypeError);
    expect(verifyRequest(suite, key, changed, { ...signature, timestamp: changed.timestamp, nonce: changed.nonce })).toBe(false);
  });

  it('never writes the same text for two requests', () => {
    const text = fc.constantFrom('', 'a', '/', '/a', 'a/b', 'GET', '\n', 'x\ny');
    const made = fc.record({ method: text, host: text, app: text, path: text, query: text, contentType: text });
    const write = (part: object): string | null => {
      try {
        return stringToSign(suite, { ...elements, ...part });
      } catch {
        return null;
      }
    };
    fc.assert(
      fc.property(made, made, (one, other) => {
        const written = write(one);
        if (written === null) return;
        expect(written.split('\n')).toHaveLength(11);
        if (written === write(other)) expect(one).toEqual(other);
      }),
      { numRuns: 3_000 },
    );
  });
});

it('binds the suite: a code of one does not pass for the other', () => {
  const [own, , national] = suites.map(([, suite]) => suite);
  if (own === undefined || national === undefined) throw new Error('a suite is missing');
  expect(stringToSign(own, elements)).not.toBe(stringToSign(national, elements));
});

it.each([
  ['API.Example.com', 'api.example.com'],
  ['api.example.com:443', 'api.example.com'],
  ['api.example.com:80', 'api.example.com'],
  ['api.example.com:8443', 'api.example.com:8443'],
  ['[::1]:8080', '[::1]:8080'],
])('host %s is signed as %s', (host, signed) => {
  expect(normaliseHost(host)).toBe(signed);
});

it('the content type counts only where there is a body', () => {
  expect(contentTypeToSign('application/json', 0)).toBe('');
  expect(contentTypeToSign(undefined, 5)).toBe('');
  expect(contentTypeToSign(' text/plain; charset=utf-8\t', 5)).toBe('text/plain; charset=utf-8');
});

describe('the header', () => {
  const text = formatSignature({ keyVersion: 1, timestamp: elements.timestamp, nonce: elements.nonce, mac: key });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0xffffffff }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (keyVersion, timestamp, nonce, mac) => {
          const written = formatSignature({ keyVersion, timestamp, nonce, mac });
          expect(parseSignature(written)).toEqual({ keyVersion, timestamp, nonce, mac });
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['space', text.replace(',', ', ')],
    ['space at the end', `${text} `],
    ['a line feed', `${text}\n`],
    ['another version', text.replace('v=1', 'v=2')],
    ['another order', text.replace(/^(v=1),(k=1)/, '$2,$1')],
    ['a member twice', text.replace('k=1', 'k=1,k=1')],
    ['a member more', `${text},x=1`],
    ['two headers joined', `${text}, ${text}`],
    ['key version 0', text.replace('k=1', 'k=0')],
    ['a leading zero', text.replace('k=1', 'k=01')],
    ['a key version beyond four bytes', text.replace('k=1', 'k=4294967296')],
    ['a time beyond what a number holds', text.replace(/ts=\d+/, 'ts=9999999999999999')],
    ['a sign', text.replace('ts=', 'ts=-')],
    ['padding', `${text}=`],
    ['bits left over', text.replace(/n=(.*)g,/, 'n=$1h,')],
    ['capitals in the names', text.replace('v=', 'V=')],
    ['a quoted value', text.replace('k=1', 'k="1"')],
    ['other digits', text.replace('k=1', 'k=１')],
  ])('is refused with %s', (_name, changed) => {
    expect(changed).not.toBe(text);
    expect(parseSignature(changed)).toBeNull();
  });

  it('has one spelling: whatever is read is what would be written', () => {
    const start = fc.constantFrom(text, '', 'v=1,', 'v=1,k=1,ts=1,n=');
    const noise = fc.string({ unit: fc.constantFrom(...'v=1,kts n-_AQgwZz09\n\u0000é'), maxLength: 20 });
    fc.assert(
      fc.property(start, fc.nat(110), noise, fc.nat(10), (base, at, middle, cut) => {
        const changed = base.slice(0, at) + middle + base.slice(at + cut);
        const read = parseSignature(changed);
        if (read !== null) expect(formatSignature(read)).toBe(changed);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is not followed when it has no end', () => {
    const long = `v=1,k=${'1'.repeat(5_000_000)}`;
    const began = performance.now();
    expect(parseSignature(long)).toBeNull();
    expect(performance.now() - began).toBeLessThan(200);
  });
});
