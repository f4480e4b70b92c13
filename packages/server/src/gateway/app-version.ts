import type { ClientRequest } from './http1/client-request.ts';

/** What the platform says of the mini program that sends a request. */
export interface ClientVersion {
  readonly appid: string;
  /** WeChat's own count of releases; `0` is a trial, development or review version, `devtools` the developer tools. */
  readonly version: string;
}

const origin = 'https://servicewechat.com/';
const form = /^([A-Za-z0-9_-]{4,64})\/(\d{1,9}|devtools)\/page-frame\.html$/;
/** The longest Referer that can have the form. */
const longest = 120;
const remembered = 512;

/** What was read lately: a company's phones send a handful of different texts. */
const known = new Map<string, ClientVersion | null>();

/**
 * Reads the Referer that `wx.request` sends and that a mini program cannot set (wx.request, "referer"): `https://servicewechat.com/APPID/VERSION/page-frame.html`.
 * A weak sign: whoever does not use WeChat writes what they like. Null for every other form.
 */
export function readClientVersion(referer: string | undefined): ClientVersion | null {
  if (referer === undefined || referer.length > longest || !referer.startsWith(origin)) return null;
  const before = known.get(referer);
  if (before !== undefined) return before;
  const [, appid, version] = form.exec(referer.slice(origin.length)) ?? [];
  const read = appid === undefined || version === undefined ? null : { appid, version };
  // Made-up texts must not grow it.
  if (known.size >= remembered) known.clear();
  known.set(referer, read);
  return read;
}

/** As {@link readClientVersion}, of a request. */
export const clientVersionOf = (request: Pick<ClientRequest, 'headers'>): ClientVersion | null =>
  readClientVersion(request.headers['referer']);
