import { describe, expect, it } from 'vitest';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { readRawRequest } from './raw-request.ts';

const detection = createDetection({ detectors });
const ask = (
  target: string,
  headers: readonly string[] = [],
  body: string | null = null,
  method = body === null ? 'GET' : 'POST',
) => readRawRequest({ method, target, headers, body: body === null ? null : Buffer.from(body) }, detection);
const form = ['Content-Type', 'application/x-www-form-urlencoded'];

describe('the form of a request', () => {
  it.each<[string, string, readonly string[], string | null]>([
    ['path out of its folder', '/static/../admin', [], null],
    ['encoded slash and dots', '/static/%2e%2e%2fadmin', [], null],
    ['overlong UTF-8', '/static/%c0%ae%c0%ae/x', [], null],
    ['NUL in the query', '/x?file=a%00.png', [], null],
    ['two lengths', '/x', ['Content-Length', '3', 'Content-Length', '4'], 'a=b'],
    ['length and chunks', '/x', ['Content-Length', '3', 'Transfer-Encoding', 'chunked'], 'a=b'],
    ['line break in a header', '/x', ['X-A', 'a\r\nX-B: c'], null],
    ['a JSON key twice', '/x', ['Content-Type', 'application/json'], '{"a":1,"a":2}'],
    ['a charset that hides', '/x', ['Content-Type', 'application/json; charset=utf-7'], '{}'],
    [
      'a multipart part without end',
      '/x',
      ['Content-Type', 'multipart/form-data; boundary=q'],
      '--q\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--q\r\nContent-Disposition: form-data; name="a"; filename="a\\"b"\r\n\r\nc\r\n--q--\r\n',
    ],
  ])('%s is an attack by itself', (_name, target, headers, body) => {
    const { action, findings } = ask(target, headers, body);
    expect(action).toBe('block');
    expect(findings.some((finding) => finding.class === 'protocol')).toBe(true);
  });

  it.each<[string, string, readonly string[], string | null]>([
    ['no content type', '/x', [], 'a=b'],
    ['no headers at all', '/x?a=b', [], null],
    ['Latin-1 in a form', '/x', form, 'nombre=Mu%F1oz'],
    ['a space in the query', '/x?q=a b', [], null],
    ['a semicolon in the query', '/x?a=1;b=2', [], null],
    ['a parameter twice', '/x?a=1&a=2', [], null],
    ['broken JSON', '/x', ['Content-Type', 'application/json'], '{"a":'],
    [
      'line ends lost in a record',
      '/x',
      ['Content-Type', 'multipart/form-data; boundary=q'],
      '--q\nContent-Disposition: form-data; name="a"\n\nb\n--q--\n',
    ],
    ['an image', '/x', ['Content-Type', 'image/png'], '\u0089PNG'],
  ])('%s is poor, not hostile', (_name, target, headers, body) => expect(ask(target, headers, body).action).toBe('pass'));
});

describe('attacks in what the strict reading refuses', () => {
  const evil = encodeURIComponent("x' or 7=7 -- ");
  it.each<[string, string, readonly string[], string | null]>([
    ['query with a space', `/x?q=${evil.replaceAll('%20', ' ')}`, [], null],
    ['body without content type', '/x', [], `q=${evil}`],
    [
      'parts that the header parts otherwise',
      '/x',
      ['Content-Type', 'multipart/form-data; boundary=----k'],
      `----k\r\nContent-Disposition: form-data; name="a"\r\n\r\nx' or 7=7 -- \r\n----k--\r\n`,
    ],
    ['XML that is declared as a form', '/x', form, `<?xml version="1.0"?><a><b>x' or 7=7 -- </b></a>`],
    ['form with Latin-1', '/x', form, `n=%F1&q=${evil}`],
    ['broken JSON', '/x', ['Content-Type', 'application/json'], `{"q":"x' or 7=7 -- `],
    ['unknown content type', '/x', ['Content-Type', 'application/x-own'], `{"q":"x' or 7=7 -- "}`],
    [
      'multipart with bare line ends',
      '/x',
      ['Content-Type', 'multipart/form-data; boundary=q'],
      `--q\nContent-Disposition: form-data; name=a\n\nx' or 7=7 -- \n--q--\n`,
    ],
    ['the second of two parameters', `/x?q=a&q=${evil}`, [], null],
    ['XML', '/x', ['Content-Type', 'text/xml'], `<a><b>x' or 7=7 -- </b></a>`],
    ['a parameter without value', `/x?${evil}`, [], null],
    ['two layers of percent', `/x?q=${encodeURIComponent(evil)}`, [], null],
  ])('%s', (_name, target, headers, body) => {
    const { action, findings } = ask(target, headers, body);
    expect(action).toBe('block');
    expect(findings.some((finding) => finding.class === 'sqli')).toBe(true);
  });
});
