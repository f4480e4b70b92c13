import { approvalHeader, deviceHeader, reservedPathPrefix, signatureHeader, ticketHeader } from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import type { OpenAnswer, SealRequest } from '../envelope-types.ts';
import { mistake } from '../error.ts';
import type { HttpMethod } from '../phone/platform.ts';
import type { Settings } from '../settings.ts';
import type { RequestOptions } from '../types.ts';

/** A request as it will be sent: address and body are final, so that they can be signed. */
export interface OutgoingRequest {
  readonly method: HttpMethod;
  readonly url: string;
  /** Names in lower case. */
  readonly header: Readonly<Record<string, string>>;
  readonly body: string | ArrayBuffer | undefined;
  readonly dataType: string;
  readonly responseType: 'text' | 'arraybuffer';
  readonly limitMs: number;
  /** Puts the request into an envelope whenever it is sent. */
  readonly sealer?: SealRequest | undefined;
  /** Of a request in its envelope: opens the answer. */
  readonly open?: OpenAnswer;
}

const methods: readonly HttpMethod[] = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const withQuery: readonly HttpMethod[] = ['OPTIONS', 'GET', 'HEAD', 'DELETE'];
const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const jsonType = /^application\/(?:[a-z0-9.-]{1,60}\+)?json\s*(;|$)/i;

/**
 * Makes the request that goes over the wire. The body is serialised here and not by `wx.request`: what is sent must be known to the byte.
 * @throws TypeError on a programmer's mistake: an address outside of `baseUrl`, an unknown method, data that the content type cannot carry.
 */
export function encodeRequest(options: RequestOptions, settings: Settings): OutgoingRequest {
  const method = (options.method || 'GET').toUpperCase() as HttpMethod;
  if (methods.indexOf(method) < 0) throw mistake('method not known to wx.request');
  const header = headersOf(options);
  const url = addressOf(options.url, settings);
  const { data, seal } = options;
  const envelope = options.anonymous ? undefined : settings.envelope;
  if (seal && !envelope) throw mistake('seal needs an envelope and a session');
  const encoded =
    data === undefined || typeof data === 'string' || isBytes(data)
      ? { url, body: data }
      : withQuery.indexOf(method) >= 0
        ? { url: withParameters(url, data), body: undefined }
        : { url, body: serialise(data, header) };
  return {
    method,
    url: encoded.url,
    header,
    body: encoded.body,
    dataType: options.dataType || 'json',
    responseType: options.responseType || 'text',
    limitMs: limitOf(options, settings.timeoutMs, 120_000),
    sealer: envelope === undefined ? undefined : envelope(seal),
  };
}

/**
 * The address of a path below `baseUrl`, in characters that no platform rewrites: it is signed as it is sent. Of the gateway's own paths only those of
 * the person's privacy can be asked, `/_menshen/v1/privacy/...`, and `/_menshen/v1/incidents` told; they stand at the origin, whatever the base path is.
 */
export function addressOf(url: string, settings: Settings): string {
  const given = url.slice(0, settings.base.length + 1) === `${settings.base}/` ? url.slice(settings.base.length) : url;
  const path = canonical(given);
  if (!/^\/(?!\/)[^\s\\#]*$/.test(path)) throw mistake('url must be a path below baseUrl, without a fragment');
  if (path.slice(0, reservedPathPrefix.length) !== reservedPathPrefix) return settings.base + path;
  if (!/^.{10}v1\/(privacy\/|incidents$)/.test(path)) throw mistake('reserved path');
  return settings.origin + path;
}

// RFC 3986 §3.3 and §3.4 without the apostrophe, which some platforms escape in a query.
const foreign = /[^A-Za-z0-9._~!$&()*+,;=:@/?%\\#\s-]+/gu;

function canonical(path: string): string {
  let escaped: string;
  try {
    escaped = path
      .replace(foreign, (text) => encodeURIComponent(text).replace(/'/g, '%27'))
      .replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
  } catch {
    throw mistake('url holds half a character');
  }
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(escaped.replace(/\?.*/, ''))) throw mistake('url holds a segment of dots');
  return escaped;
}

function withParameters(url: string, data: object): string {
  const query = formEncode(data);
  return query === '' ? url : url + (url.indexOf('?') < 0 ? '?' : '&') + query.replace(/'/g, '%27');
}

function serialise(data: object, header: Record<string, string>): string {
  const type = header['content-type'];
  if (type !== undefined && formType.test(type)) return formEncode(data);
  if (type !== undefined && !jsonType.test(type)) throw mistake('this content type needs data as text or bytes');
  if (type === undefined) header['content-type'] = 'application/json';
  return JSON.stringify(data);
}

/** How long a call may take, in milliseconds. */
export function limitOf({ timeout }: { readonly timeout?: number }, usual: number, most: number): number {
  return Math.min(Math.max(Math.floor(timeout || usual), 1), most);
}

/**
 * The caller's headers. The session's are the SDK's to set; a caller's would replace them or go to the backend by mistake.
 * @throws TypeError
 */
export function headersOf(options: { readonly header?: Readonly<Record<string, string>> }): Record<string, string> {
  const header = lowerCaseNames(options.header);
  for (const own of ['authorization', signatureHeader, ticketHeader, approvalHeader, deviceHeader]) {
    const name = own.toLowerCase();
    if (header[name] !== undefined) throw mistake(`the header ${name} belongs to the session`);
  }
  return header;
}

/** Absent values are left out; structures become JSON. */
function formEncode(data: object): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined || value === null) continue;
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  return pairs.join('&');
}

/** A header in one spelling, so that it can be found and is not sent twice. */
export function lowerCaseNames(given: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  const header = given || {};
  for (const name of Object.keys(header)) {
    const value = header[name];
    if (value !== undefined && value !== null) out[name.toLowerCase()] = String(value);
  }
  return out;
}
