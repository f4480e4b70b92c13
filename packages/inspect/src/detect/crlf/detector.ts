import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, hasWideScript, isLetter, isSpace } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'crlf', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'crlf.header': {
    ...fact(
      4.3,
      '换行之后是一个 HTTP 头，会改写服务器的应答',
      'A line break is followed by an HTTP header and would rewrite the answer',
    ),
    bare: true,
  },
  'crlf.coded_header': fact(4.3, '编码的换行之后是一个 HTTP 头', 'A coded line break is followed by an HTTP header'),
  'crlf.status': {
    ...fact(4.3, '值中夹带了另一条 HTTP 消息的首行', 'The value carries the first line of another HTTP message'),
    bare: true,
  },
  'crlf.coded_body': fact(4, '编码的空行之后是应答的内容', 'A coded empty line is followed by the content of an answer'),
  // Behind a sentence it is the end of a line that a client has written with its escapes.
  'crlf.coded_only': { ...fact(4, '整个值就是编码的换行', 'The whole value is a coded line break'), whole: true },
  'crlf.in_header': fact(4.5, '请求头或参数名中有换行', 'A line break in a header or the name of a parameter'),
  'crlf.new_header': {
    ...fact(
      4,
      '短值之后是回车和一个“名:值”，像是另起一个 HTTP 头',
      'A carriage return and then a name with a value follow a short value, as another HTTP header would',
    ),
    whole: true,
  },
  'crlf.command': fact(4, '换行之后是邮件协议的命令', 'A line break is followed by a command of a mail protocol'),
};

const headers = [
  'set-cookie',
  'location',
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'transfer-encoding',
  'contenttype',
  'contentlength',
  'host',
  'x-xss-protection',
  'x-forwarded-for',
  'x-forwarded-host',
  'access-control-allow-origin',
  'cache-control',
  'refresh',
  'connection',
  'cookie',
  'last-modified',
  'link',
  'content-security-policy',
  'x-frame-options',
  'remote-addr',
  'authorization',
  'user-agent',
  'referer',
  'bcc',
  'cc',
  'header-name',
  'x-injected',
  'date',
];
/** Names before a colon that begin an address. */
const webNames = new Set(['http', 'https', 'ftp', 'mailto']);
const mail = [
  'rcpt to:',
  'mail from:',
  'data\r\n',
  'quit\r',
  'a001 ',
  'a002 ',
  'retr ',
  'dele ',
  'stat\r',
  'helo ',
  'ehlo ',
  'vrfy ',
  'auth login',
];

const stepsOfBreak = 80;

/** What it costs to begin with a text. */
const stepsOfStart = 400;

/** Finds line breaks that would end a header and begin another, raw and in the forms in which they reach a server still coded. */
export const crlfDetector: Detector = {
  name: 'crlf',
  literals: [
    '\r',
    '\n',
    '%0d',
    '%0a',
    '%250a',
    '%250d',
    '\\r',
    '\\n',
    '%u000a',
    '%e5%98',
    'http/1',
    'http/2',
    '0x0d0x0a',
    '\u560a',
    '\u560d',
  ],
  features,
  detect({ text, place }: Subject, signals: Signals): void {
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    const folded = foldCase(text);
    let coded = 0;
    let first = -1;
    const stub = stubEnd(folded);
    const shown = hasManyLines(folded);
    const units = unitsOf(folded);
    for (let at = nextBreak(units, 0, folded.length); at < folded.length; at = nextBreak(units, at, folded.length)) {
      const length = units[at] === 0x30 && units[at + 1] !== 0x78 ? 0 : breakAt(folded, at);
      if (length === 0) {
        at += 1;
        continue;
      }
      if (!signals.spend(stepsOfBreak)) return;
      if (first < 0) first = at;
      const raw = length === 1 && (units[at] as number) < 0x20;
      let end = at + length;
      let breaks = 1;
      for (let more = breakAt(folded, end); more > 0; more = breakAt(folded, end)) {
        end += more;
        breaks += 1;
      }
      if (breaks > 1 && !signals.spend(breaks * stepsOfBreak)) return;
      if (!raw) coded += breaks;
      readAfter(folded, at, end, raw, at <= stub, shown, breaks, signals);
      at = end;
    }
    if (first < 0) return;
    if (folded.length <= longestPair && newHeader.test(folded)) signals.report('crlf.new_header', first, folded.length);
    if (place === 'key' || place === 'header') {
      if (
        isRawBreak(folded.charCodeAt(first)) &&
        (place === 'header' || folded.trim().length > 0) &&
        folded.trimEnd().length > first
      )
        signals.report('crlf.in_header', first, first + 1);
    }
    if (coded > 0 && first <= 3 && isOnlyBreaks(folded)) signals.report('crlf.coded_only', 0, folded.length);
    const http = folded.indexOf('http/');
    if (http > 0 && isStatusLine(folded, http)) signals.report('crlf.status', http, http + 8);
  },
};

/** `/?\rx-name:value`: people put a space behind the colon, and no carriage return before the name. */
const newHeader = /^[^\s:]{0,80}\r\n?[a-z][a-z-]{2,30}:[^\s:/\d]\S{0,60}\s{0,2}$/;
const longestPair = 200;

/** By ASCII character: 1 where a line break, in whatever form, may begin. */
const beginsBreak = Uint8Array.from({ length: 128 }, (_, code) => ('\r\n%\\0'.includes(String.fromCharCode(code)) ? 1 : 0));

/** First position from `from` on where {@link breakAt} may find one, past nearly everything; `length` where there is none. */
function nextBreak(units: Uint16Array, from: number, length: number): number {
  for (let at = from; at < length; at += 1) {
    const code = units[at] as number;
    if (code < 128 ? beginsBreak[code] === 1 : code === 0x560a || code === 0x560d) return at;
  }
  return length;
}

function isRawBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

/** Length of a line break in any form at `at`; 0 where there is none. */
function breakAt(folded: string, at: number): number {
  const code = folded.charCodeAt(at);
  if (isRawBreak(code)) return 1;
  if (code === 0x25) {
    if (folded.startsWith('%%0a0a', at) || folded.startsWith('%%0d0d', at)) return 6;
    let from = at + 1;
    while (folded.startsWith('25', from) && from < at + 9) from += 2;
    if (folded[from] === '0' && (folded[from + 1] === 'a' || folded[from + 1] === 'd')) return from + 2 - at;
    if (folded.startsWith('u000a', from) || folded.startsWith('u000d', from)) return from + 5 - at;
    if (folded.startsWith('e5%98%8a', from) || folded.startsWith('e5%98%8d', from)) return from + 8 - at;
    return 0;
  }
  if (code === 0x5c) return folded[at + 1] === 'r' || folded[at + 1] === 'n' ? 2 : 0;
  if (code === 0x30 && (folded.startsWith('0x0d', at) || folded.startsWith('0x0a', at))) return 4;
  // Characters whose last byte is a line break, for readers that drop the rest.
  return code === 0x560a || code === 0x560d ? 1 : 0;
}

function readAfter(
  folded: string,
  start: number,
  from: number,
  raw: boolean,
  stub: boolean,
  /** The text has so many lines that it is shown rather than sent. */
  shown: boolean,
  breaks: number,
  signals: Signals,
): void {
  let at = from;
  for (let blank = blankAt(folded, at); blank > 0; blank = blankAt(folded, at)) at += blank;
  if (raw && folded.charCodeAt(start) === 0x0d && mail.some((command) => folded.startsWith(command, at))) {
    signals.report('crlf.command', start, Math.min(folded.length, at + 10));
    return;
  }
  const name = headerEnd(folded, at);
  if (name > 0) {
    const known = headers.includes(folded.slice(at, name));
    // A text of several lines may hold a header that somebody shows; what is sent breaks a short value without white space.
    const sent = at === from && (stub || (folded.charCodeAt(start) === 0x0d && folded.startsWith('set-cookie', at)));
    if (known && (!raw || (sent && !shown))) signals.report(raw ? 'crlf.header' : 'crlf.coded_header', start, name);
    else if (!raw && folded.charCodeAt(start) === 0x25 && name - at > 3 && !webNames.has(folded.slice(at, name)))
      signals.report('crlf.coded_header', start, name);
    return;
  }
  // `\\n\\n<p>`: a page that a client has written with its escapes.
  if (
    !raw &&
    breaks >= 2 &&
    folded.charCodeAt(start) !== 0x5c &&
    ((folded.startsWith('<', at) && folded[at + 1] !== '/') || folded.startsWith('%3c', at))
  )
    signals.report('crlf.coded_body', start, at + 3);
}

/** Length of a space or tab, raw or coded, at `at`; 0 where there is none. */
function blankAt(folded: string, at: number): number {
  if (folded[at] === ' ' || folded[at] === '+' || folded[at] === '\t') return 1;
  if (folded.startsWith('\\t', at)) return 2;
  return folded.startsWith('%20', at) || folded.startsWith('%09', at) ? 3 : 0;
}

function headerEnd(folded: string, at: number): number {
  let end = at;
  while (end < folded.length && end - at < 40 && (isLetter(folded.charCodeAt(end)) || folded[end] === '-')) end += 1;
  if (end === at) return -1;
  let colon = end;
  while (colon < folded.length && colon < end + 6 && (isSpace(folded.charCodeAt(colon)) || folded.charCodeAt(colon) < 0x20))
    colon += 1;
  return folded[colon] === ':' || folded.startsWith('%3a', colon) ? end : -1;
}

/** Up to where a text may be one short value: the first space, line or character of wide script. */
function stubEnd(folded: string): number {
  const units = unitsOf(folded);
  for (let at = 0; at < folded.length; at += 1) {
    const code = units[at] as number;
    if (code === 0x20 || code === 0x0a || code === 0x0d || code >= 0x2e80) return at;
  }
  return folded.length;
}

function hasManyLines(folded: string): boolean {
  let lines = 0;
  for (let at = folded.indexOf('\n'); at >= 0 && lines < 12; at = folded.indexOf('\n', at + 1)) lines += 1;
  return lines >= 12;
}

function isOnlyBreaks(folded: string): boolean {
  let at = 0;
  while (at < folded.length) {
    const length = folded.startsWith('%20', at) ? 3 : breakAt(folded, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** `HTTP/1.1 200` after a break, or `GET http://… HTTP/1.1`. */
function isStatusLine(folded: string, http: number): boolean {
  const digit = folded.charCodeAt(http + 5);
  if (digit < 0x30 || digit > 0x39) return false;
  const before = folded.slice(Math.max(0, http - 200), http);
  const after = folded.slice(http + 8, http + 16);
  // An exchange that a fence of Markdown or a page shows.
  if (before.includes('```') || (folded.charCodeAt(0) === 0x3c && hasWideScript(folded, 0, http))) return false;
  if (/[\r\n]\s{0,4}$|%0a$|%0d$/.test(before) && /^(?:%20|\s|\+)\d{3}/.test(after)) return true;
  return /(?:[\r\n]|%0a)(?:get|post|put|head|delete|options|trace|connect)(?:\s|%20|\+)\S{1,190}(?:\s|%20|\+)$/.test(before);
}
