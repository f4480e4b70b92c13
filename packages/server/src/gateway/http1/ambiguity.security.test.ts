import { describe, expect, it } from 'vitest';
import { readByNode, readByUs } from './testing-wire.ts';

/** What must never be taken for a request of its own. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const get = (...lines: string[]): string => `${['GET /a HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;
const post = (...lines: string[]): string => `${['POST /a HTTP/1.1', 'Host: a', ...lines].join('\r\n')}\r\n\r\n`;
const chunked = (body: string): string => `${post('Transfer-Encoding: chunked')}${body}`;

type Refused = readonly [what: string, bytes: string, byNode: 'reads' | 'refuses'];

const requestLines: readonly Refused[] = [
  ['a word', 'GARBAGE\r\n\r\n', 'refuses'],
  ['no version', 'GET /a\r\nHost: a\r\n\r\n', 'reads'],
  ['version 0.9', 'GET /a HTTP/0.9\r\nHost: a\r\n\r\n', 'reads'],
  ['version 2.0', 'GET /a HTTP/2.0\r\nHost: a\r\n\r\n', 'reads'],
  ['version 1.2', 'GET /a HTTP/1.2\r\nHost: a\r\n\r\n', 'refuses'],
  ['a version with a tail', 'GET /a HTTP/1.1x\r\nHost: a\r\n\r\n', 'refuses'],
  ['a version in lower case', 'GET /a http/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['two spaces', 'GET  /a HTTP/1.1\r\nHost: a\r\n\r\n', 'reads'],
  ['two spaces before the version', 'GET /a  HTTP/1.1\r\nHost: a\r\n\r\n', 'reads'],
  ['a tab between', 'GET\t/a HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a space before', ' GET /a HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a space behind', 'GET /a HTTP/1.1 \r\nHost: a\r\n\r\n', 'refuses'],
  ['a method in lower case', 'get /a HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a method with a digit', 'GE7 /a HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a method of 25 letters', `${'A'.repeat(25)} /a HTTP/1.1\r\nHost: a\r\n\r\n`, 'refuses'],
  ['no target', 'GET  HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a tab in the target', 'GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a NUL in the target', 'GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a DEL in the target', 'GET /a\x7fb HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['a bare CR in the target', 'GET /a\rX: y HTTP/1.1\r\nHost: a\r\n\r\n', 'refuses'],
  ['an empty line before', `\r\n${get('Host: a')}`, 'reads'],
  ['a bare LF before', `\n${get('Host: a')}`, 'reads'],
  ['bare LFs throughout', 'GET /a HTTP/1.1\nHost: a\n\n', 'refuses'],
  ['a bare LF behind it', 'GET /a HTTP/1.1\nHost: a\r\n\r\n', 'refuses'],
  ['a bare CR behind it', 'GET /a HTTP/1.1\rHost: a\r\n\r\n', 'refuses'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'refuses'],
  ['the hello of TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n', 'refuses'],
];

const headerLines: readonly Refused[] = [
  ['a space before the colon', get('Host: a', 'X-A : b'), 'refuses'],
  ['a tab before the colon', get('Host: a', 'X-A\t: b'), 'refuses'],
  ['a space before the colon of the coding', post('Transfer-Encoding : chunked'), 'refuses'],
  ['a vertical tab before the colon of the coding', post('Transfer-Encoding\x0b: chunked'), 'refuses'],
  ['no colon', get('Host: a', 'X-A'), 'refuses'],
  ['no name', get('Host: a', ': b'), 'refuses'],
  ['a folded line', get('Host: a', 'X-A: b', ' c'), 'refuses'],
  ['a line folded by a tab', get('Host: a', 'X-A: b', '\tc'), 'refuses'],
  ['a folded coding', post('Transfer-Encoding:', ' chunked'), 'refuses'],
  ['a folded first line', get(' Host: a'), 'refuses'],
  ['a NUL in a value', get('Host: a', 'X-A: b\0c'), 'refuses'],
  ['a bare CR in a value', get('Host: a', 'X-A: b\rX-B: c'), 'refuses'],
  ['a bare LF in a value', get('Host: a', 'X-A: b\nX-B: c'), 'refuses'],
  ['a bare LF and a second request in a value', get('Host: a', 'X-A: b\n\nGET /smuggled HTTP/1.1'), 'refuses'],
  ['a vertical tab in a value', get('Host: a', 'X-A: b\x0bc'), 'refuses'],
  ['a form feed in a value', get('Host: a', 'X-A: b\x0cc'), 'refuses'],
  ['a DEL in a value', get('Host: a', 'X-A: b\x7fc'), 'refuses'],
  ['a name beyond ASCII', get('Host: a', 'X-\xe4: b'), 'refuses'],
  ['a bracket in a name', get('Host: a', 'X(A): b'), 'refuses'],
  ['a slash in a name', get('Host: a', 'X/A: b'), 'refuses'],
  ['a NUL in a name', get('Host: a', 'X\0A: b'), 'refuses'],
  ['a doubled CR at a line end', get('Host: a', 'X-A: b\r'), 'refuses'],
  ['a CR alone as the empty line', 'GET /a HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n', 'refuses'],
];

const hosts: readonly Refused[] = [
  ['no Host', get('X-A: b'), 'refuses'],
  ['two Hosts', get('Host: a', 'Host: b'), 'reads'],
  ['the same Host twice', get('Host: a', 'host: a'), 'reads'],
  ['an empty Host', get('Host:'), 'reads'],
  ['a Host with a path', get('Host: a/b'), 'reads'],
  ['a Host with a user', get('Host: a@b'), 'reads'],
  ['a list of Hosts', get('Host: a, b'), 'reads'],
  ['a Host with a space', get('Host: a b'), 'reads'],
  ['a Host with a second port', get('Host: a:1:2'), 'reads'],
];

const lengths: readonly Refused[] = [
  ['a sign', post('Content-Length: +5'), 'refuses'],
  ['a negative length', post('Content-Length: -1'), 'refuses'],
  ['a hexadecimal length', post('Content-Length: 0x5'), 'refuses'],
  ['an octal length', `${post('Content-Length: 010')}1234567890`, 'reads'],
  ['an empty length', post('Content-Length:'), 'refuses'],
  ['two numbers', post('Content-Length: 5 5'), 'refuses'],
  ['a list', post('Content-Length: 5, 5'), 'refuses'],
  ['a list of two', post('Content-Length: 5,6'), 'refuses'],
  ['a point', post('Content-Length: 5.0'), 'refuses'],
  ['an exponent', post('Content-Length: 1e1'), 'refuses'],
  ['twenty digits', post('Content-Length: 99999999999999999999'), 'refuses'],
  ['a digit of another script', post('Content-Length: \xb2'), 'refuses'],
  ['two lengths', post('Content-Length: 5', 'Content-Length: 6'), 'refuses'],
  ['the same length twice', post('Content-Length: 5', 'Content-Length: 5'), 'refuses'],
  ['the same length of nothing twice', post('Content-Length: 0', 'content-length: 0'), 'refuses'],
];

const codings: readonly Refused[] = [
  ['a length and a coding', post('Content-Length: 5', 'Transfer-Encoding: chunked'), 'refuses'],
  ['a coding and a length', post('Transfer-Encoding: chunked', 'Content-Length: 5'), 'refuses'],
  ['a coding and a length of nothing', post('Transfer-Encoding: chunked', 'Content-Length: 0'), 'refuses'],
  ['another coding', post('Transfer-Encoding: gzip'), 'refuses'],
  ['identity', post('Transfer-Encoding: identity'), 'refuses'],
  ['a coding before chunked', `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 'reads'],
  ['a coding behind chunked', post('Transfer-Encoding: chunked, identity'), 'refuses'],
  ['chunked twice in a list', `${post('Transfer-Encoding: chunked, chunked')}0\r\n\r\n`, 'refuses'],
  ['chunked twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 'refuses'],
  ['two codings', post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity'), 'refuses'],
  ['nearly chunked', post('Transfer-Encoding: xchunked'), 'refuses'],
  ['chunked with a parameter', post('Transfer-Encoding: chunked;q=1'), 'refuses'],
  ['chunked in quotes', post('Transfer-Encoding: "chunked"'), 'refuses'],
  ['no coding', post('Transfer-Encoding:'), 'refuses'],
  ['a coding in HTTP/1.0', 'POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'reads'],
  [
    'a coding in HTTP/1.0 that wants to stay',
    'POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n',
    'reads',
  ],
];

const demands: readonly Refused[] = [
  ['another expectation', post('Expect: 200-ok', 'Content-Length: 0'), 'refuses'],
  ['two expectations', post('Expect: 100-continue', 'Expect: 100-continue', 'Content-Length: 0'), 'reads'],
  ['an expectation in HTTP/1.0', 'POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n', 'reads'],
  ['an upgrade', get('Host: a', 'Connection: Upgrade', 'Upgrade: websocket'), 'refuses'],
  [
    'an upgrade to HTTP/2',
    get('Host: a', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
    'refuses',
  ],
  ['an upgrade with a body', `${post('Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5')}hello`, 'refuses'],
];

const chunks: readonly Refused[] = [
  ['a sign', chunked('+5\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a negative size', chunked('-1\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a prefix', chunked('0x5\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a space before', chunked(' 5\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a space behind', chunked('5 \r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a tab behind', chunked('5\t\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['an extension', chunked('5;a=b\r\nhello\r\n0\r\n\r\n'), 'reads'],
  ['a line end in a quoted extension', chunked('5;a="\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['an extension with a bare LF', chunked('2;\nxx\r\n4c\r\n0\r\n\r\n'), 'refuses'],
  ['a bare LF behind', chunked('5\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a bare CR behind', chunked('5\rhello\r\n0\r\n\r\n'), 'refuses'],
  ['no line end behind the data', chunked('5\r\nhello0\r\n\r\n'), 'refuses'],
  ['a bare LF behind the data', chunked('5\r\nhello\n0\r\n\r\n'), 'refuses'],
  ['more data than said', chunked('5\r\nhello!\r\n0\r\n\r\n'), 'refuses'],
  ['less data than said', chunked('6\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a trailer', chunked('5\r\nhello\r\n0\r\nX-A: b\r\n\r\n'), 'reads'],
  ['a trailer with a length', chunked('5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n'), 'refuses'],
  ['a size of 17 digits', chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a size that overflows to 5', chunked('100000005000000000000000005\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['no size', chunked('\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a letter beyond f', chunked('g\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['an underscore', chunked('0_5\r\nhello\r\n0\r\n\r\n'), 'refuses'],
  ['a bare LF at the end', chunked('5\r\nhello\r\n0\r\n\n'), 'refuses'],
  ['a bare LF behind the last size', chunked('5\r\nhello\r\n0\n\r\n'), 'refuses'],
];

const heads = [...requestLines, ...headerLines, ...hosts, ...lengths, ...codings, ...demands];

/** A request behind the case must not be heard, and the connection has to end. */
function expectRefused({ heard, refused, ended }: Awaited<ReturnType<typeof readByUs>>): void {
  expect(heard).toEqual([]);
  expect(refused).toHaveLength(1);
  expect(ended).toBe(true);
}

describe.each([
  ['the request line', requestLines, ['bad_request']],
  ['a header line', headerLines, ['header_malformed']],
  ['the host', hosts, ['header_malformed']],
  ['the length', lengths, ['header_malformed']],
  ['the transfer coding', codings, ['header_malformed']],
  ['what the client wants of the connection', demands, ['header_malformed', 'upgrade']],
] as const)('%s', (_part, cases, codes) => {
  it.each(cases)('is refused with %s', async (_what, bytes) => {
    const read = await readByUs(bytes + smuggled);
    expectRefused(read);
    expect(codes).toContain(read.refused[0]);
  });
});

describe('a body in chunks', () => {
  it.each(chunks)('is refused with %s', async (_what, bytes) => {
    const { heard, ended } = await readByUs(bytes + smuggled);
    expect(heard).toMatchObject([{ url: '/a', body: { failed: 'malformed' } }]);
    expect(ended).toBe(true);
  });
});

describe('wherever its bytes are cut', () => {
  it.each([...heads, ...chunks])('%s is refused', { timeout: 30_000 }, async (_what, bytes) => {
    const text = bytes + smuggled;
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { heard, ended } = await readByUs(text.slice(0, cut), text.slice(cut));
      expect(heard.filter(({ body }) => typeof body === 'string')).toEqual([]);
      expect(heard.map(({ url }) => url)).not.toContain('/smuggled');
      expect(ended).toBe(true);
    }
  });
});

// Why the gateway has a reading of its own: not to find fault with node:http, which serves everybody, but to see when it changes.
describe('node:http', () => {
  it.each([...heads, ...chunks])('%s: %# reads or refuses as the list says', async (_what, bytes, byNode) => {
    const targets = await readByNode(bytes);
    expect(targets.length > 0 ? 'reads' : 'refuses').toBe(byNode);
  });
});
