import { WechatApiError, WechatTransportError } from '../api-error.ts';
import type { ApiSecurity } from '../api-security/api-security.ts';
import type { ClientRuntime } from '../client-runtime.ts';
import { toInteger, toRecord } from './answer.ts';
import { decodeUtf8 } from './bytes.ts';

export interface ApiRequest {
  /** The path, which also names the call in errors. */
  readonly api: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Values of this request that must not come back in an error text. */
  readonly secrets?: readonly string[];
}

/** How calls that support it are encrypted and signed. */
export interface TransportSecurity {
  readonly api: ApiSecurity;
  /** Called when WeChat's answer could be verified by its outgoing certificate only. */
  readonly onCertificateOutdated?: (() => void) | undefined;
}

export type Transport = (request: ApiRequest) => Promise<Record<string, unknown>>;

/**
 * Sends one request and gives the answer's JSON object when its errcode is 0 or absent (the login and token calls of WeChat
 * send none on success). Throws WechatApiError or WechatTransportError. Redirects are refused: the query holds secrets.
 */
export function createTransport(
  baseUrl: string,
  runtime: Pick<ClientRuntime, 'fetch' | 'timeoutMs' | 'maxResponseBytes'>,
  security?: TransportSecurity,
): Transport {
  const timeoutMs = runtime.timeoutMs ?? 10_000;
  const maxResponseBytes = runtime.maxResponseBytes ?? 16 * 1024 * 1024;

  return async (request) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const secured = security?.api.covers(request.api) === true && request.method === 'POST' ? security : undefined;
    let answerHeader = (_name: string): string | null => null;
    const exchange = async (): Promise<Uint8Array> => {
      const init = requestInit(request, signal, secured?.api);
      const response = await runtime.fetch(`${baseUrl}${request.api}${queryText(request.query)}`, init);
      if (!response.ok) {
        await response.body?.cancel().catch(() => undefined);
        throw new WechatTransportError(request.api, 'http_status', { status: response.status });
      }
      answerHeader = (name) => response.headers.get(name);
      return readBody(response, maxResponseBytes, request.api);
    };

    let body: Uint8Array;
    try {
      body = await settleOrAbort(exchange(), signal);
    } catch (error) {
      if (error instanceof WechatTransportError) throw error;
      if (signal.aborted) throw new WechatTransportError(request.api, 'timeout');
      throw new WechatTransportError(request.api, 'network', networkDetail(error));
    }
    if (secured === undefined) return readAnswer(request, parseObject(decodeUtf8(body)));
    const answer = secured.api.read(request.api, answerHeader, decodeUtf8(body) ?? '');
    if (answer.certificateOutdated) secured.onCertificateOutdated?.();
    return readAnswer(request, answer.value);
  };
}

function requestInit(request: ApiRequest, signal: AbortSignal, security: ApiSecurity | undefined): RequestInit {
  const init: RequestInit = { method: request.method, redirect: 'error', signal };
  if (request.body === undefined) return { ...init, headers: { accept: 'application/json' } };
  const headers = { accept: 'application/json', 'content-type': 'application/json; charset=utf-8' };
  if (security === undefined) return { ...init, headers, body: JSON.stringify(request.body) };
  const secured = security.secure(request.api, request.body);
  return { ...init, headers: { ...headers, ...secured.headers }, body: secured.body };
}

function queryText(query: ApiRequest['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters}`;
}

async function readBody(response: Response, maxBytes: number, api: string): Promise<Uint8Array> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = declared > maxBytes ? declared : 0;
  for (;;) {
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new WechatTransportError(api, 'too_large');
    }
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    chunks.push(value);
    size += value.length;
  }
}

function readAnswer(request: ApiRequest, answer: Record<string, unknown> | undefined): Record<string, unknown> {
  if (!answer) throw new WechatTransportError(request.api, 'bad_json');
  const errcode = answer.errcode === undefined ? 0 : toInteger(answer.errcode);
  if (errcode === undefined) throw new WechatTransportError(request.api, 'bad_answer', { field: 'errcode' });
  if (errcode === 0) return answer;
  const errmsg = typeof answer.errmsg === 'string' ? answer.errmsg : '';
  throw new WechatApiError(request.api, errcode, errmsg, request.secrets);
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return toRecord(JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text));
  } catch {
    return undefined;
  }
}

/** A fetch that ignores its signal must not hold the caller beyond the timeout either. */
function settleOrAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function networkDetail(error: unknown): { networkCode?: string } {
  const outer = toRecord(error);
  const code = toRecord(outer?.cause)?.code ?? outer?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,39}$/.test(code) ? { networkCode: code } : {};
}
