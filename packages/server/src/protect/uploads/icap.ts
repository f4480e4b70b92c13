import type { ScannerConfig } from '@menshen/contract';
import { type ByteSource, chunksOf } from './byte-source.ts';
import { type Exchange, ExchangeError, openExchange, whyFailed } from './exchange.ts';
import type { Scanner, ScanVerdict } from './scanner.ts';
import { signatureName } from './scanner.ts';

type IcapConfig = Extract<ScannerConfig, { readonly kind: 'icap' }>;

interface IcapAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Head of the HTTP message that it encapsulates; empty when there is none. */
  readonly http: string;
}

const headEnd = '\r\n\r\n';
const maxPreview = 65_536;
/** Headers by which scanners name what they found. */
const findings = ['x-infection-found', 'x-virus-id', 'x-virus-name', 'x-violations-found', 'x-blocked'];

/**
 * Asks an ICAP server (RFC 3507) about a file: as the body of an answer (RESPMOD) or of a request (REQMOD), with a preview of the size that the server
 * names in OPTIONS. 204, or the same message unchanged, is clean; a named infection or a message of the server's own is not.
 */
export function createIcapScanner({ address, method, timeoutMs }: IcapConfig): Scanner {
  const url = new URL(address.replace(/^icap:/, 'http:'));
  const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 1344 : Number(url.port) };
  const uri = `icap://${url.host}${url.pathname}`;
  let preview: number | null | undefined;

  const options = async (): Promise<IcapAnswer> => {
    const exchange = await openExchange(target, timeoutMs);
    try {
      await exchange.write(`OPTIONS ${uri} ICAP/1.0\r\nHost: ${url.host}\r\nEncapsulated: null-body=0${headEnd}`);
      return await answerOf(exchange, 0);
    } finally {
      exchange.close();
    }
  };
  const previewSize = async (): Promise<number | null> => {
    if (preview !== undefined) return preview;
    const answer = await options();
    const size = answer.headers.get('preview');
    preview = answer.status === 200 && size !== undefined && /^\d{1,6}$/.test(size) ? Math.min(Number(size), maxPreview) : null;
    return preview;
  };

  const ask = async (source: ByteSource): Promise<IcapAnswer> => {
    const wanted = await previewSize();
    const exchange = await openExchange(target, timeoutMs);
    try {
      const request = `POST http://upload.invalid/file HTTP/1.1\r\nHost: upload.invalid\r\nContent-Length: ${source.size}${headEnd}`;
      const response = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${source.size}${headEnd}`;
      const message = method === 'reqmod' ? request : request + response;
      const parts =
        method === 'reqmod'
          ? `req-hdr=0, req-body=${request.length}`
          : `req-hdr=0, res-hdr=${request.length}, res-body=${message.length}`;
      const before = wanted === null ? '' : `Preview: ${Math.min(wanted, source.size)}\r\n`;
      await exchange.write(
        `${method.toUpperCase()} ${uri} ICAP/1.0\r\nHost: ${url.host}\r\nAllow: 204\r\n${before}Encapsulated: ${parts}${headEnd}${message}`,
      );
      let sent = 0;
      let read = 0;
      if (wanted !== null) {
        sent = Math.min(wanted, source.size);
        if (sent > 0) await chunk(exchange, await source.read(0, sent));
        if (sent === source.size) await exchange.write(`0; ieof${headEnd}`);
        else {
          await exchange.write(`0${headEnd}`);
          const early = await answerOf(exchange, 0);
          if (early.status !== 100) return early;
          read = early.length;
          await rest(exchange, source, sent);
        }
      } else await rest(exchange, source, 0);
      return await answerOf(exchange, read);
    } finally {
      exchange.close();
    }
  };

  return {
    async scan(source): Promise<ScanVerdict> {
      try {
        return verdictOf(await ask(source), source.size);
      } catch (error) {
        preview = undefined;
        return { kind: 'unscanned', why: whyFailed(error) };
      }
    },
    ping: () =>
      options().then(
        ({ status }) => status === 200,
        () => false,
      ),
  };
}

async function chunk(exchange: Exchange, bytes: Buffer): Promise<void> {
  await exchange.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
}

async function rest(exchange: Exchange, source: ByteSource, from: number): Promise<void> {
  for await (const bytes of chunksOf(source, from)) await chunk(exchange, bytes);
  await exchange.write(`0${headEnd}`);
}

/** Reads an answer's head, and the head of what it encapsulates. `from` skips an answer read before. */
async function answerOf(exchange: Exchange, from: number): Promise<IcapAnswer & { readonly length: number }> {
  const received = await exchange.read((bytes) => bytes.indexOf(headEnd, from) >= 0);
  const end = received.indexOf(headEnd, from);
  if (end < 0) throw new ExchangeError('broken off');
  const [first = '', ...lines] = received.toString('latin1', from, end).split('\r\n');
  const status = /^ICAP\/1\.0 (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new ExchangeError('answer not understood');
  const headers = new Map(
    lines.map(
      (line) => [line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
    ),
  );
  const length = end + headEnd.length;
  const body = headers.get('encapsulated') ?? '';
  if (!body.includes('-hdr=')) return { status: Number(status), headers, http: '', length };
  const whole = await exchange.read((bytes) => bytes.indexOf(headEnd, length) >= 0);
  const close = whole.indexOf(headEnd, length);
  if (close < 0) throw new ExchangeError('broken off');
  return { status: Number(status), headers, http: whole.toString('latin1', length, close + 2), length };
}

function verdictOf({ status, headers, http }: IcapAnswer, size: number): ScanVerdict {
  for (const name of findings) {
    const value = headers.get(name);
    if (value === undefined || value === '' || value === '0') continue;
    return { kind: 'infected', signature: signatureName(/Threat=([^;]+)/.exec(value)?.[1] ?? value) };
  }
  if (status === 204) return { kind: 'clean' };
  if (status !== 200) return { kind: 'unscanned', why: 'answer not understood' };
  // The message that was sent comes back; a page of the scanner's own, also one with status 200, stands for a refusal.
  const lengths = [...http.matchAll(/\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n/gi)];
  const unchanged =
    (http.startsWith('POST http://upload.invalid/file') ||
      (/^HTTP\/1\.[01] 200/.test(http) && /\r\ncontent-type:[ \t]*application\/octet-stream[ \t]*\r\n/i.test(http))) &&
    lengths.every(([, length]) => Number(length) === size);
  return unchanged ? { kind: 'clean' } : { kind: 'infected', signature: 'replaced by the scanner' };
}
