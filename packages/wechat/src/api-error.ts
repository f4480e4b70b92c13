const maxErrmsgChars = 500;
const requestMarks = /,?\s*(?:\brid:|\bhints?:\s*\[)/;
const ridMark = /\brid:\s*([\w-]{1,64})/;
const hintMark = /\bhints?:\s*\[\s*(?:req_id:\s*)?([\w.-]{1,64})/;

/**
 * WeChat or WeCom answered with an `errcode` other than 0. The HTTP status was 200: these platforms report refusals in the body.
 * `errmsg` is the platform's text without the trailing request ids, without secrets and bounded; `errcode` is the stable part.
 */
export class WechatApiError extends Error {
  override readonly name = 'WechatApiError';
  readonly code = 'wechat_api_error';
  /** Path of the call, such as `/sns/jscode2session`; never with its query. */
  readonly api: string;
  readonly errcode: number;
  readonly errmsg: string;
  /** WeChat's request id, to be quoted to its support. */
  readonly rid?: string;
  /** WeCom's (or an older WeChat's) request id. */
  readonly hint?: string;

  /** `secrets` are removed from `errmsg` wherever they stand, in clear or in the form of an address. */
  constructor(api: string, errcode: number, errmsg: string, secrets: readonly string[] = []) {
    // Before any cut: half a secret would no longer be found.
    const clean = redact(errmsg, secrets);
    const mark = requestMarks.exec(clean);
    const text = (mark ? clean.slice(0, mark.index) : clean).slice(0, maxErrmsgChars).trim();
    super(`${api} answered errcode ${errcode}: ${text}`);
    this.api = api;
    this.errcode = errcode;
    this.errmsg = text;
    const rid = ridMark.exec(clean)?.[1];
    const hint = hintMark.exec(clean)?.[1];
    if (rid !== undefined) this.rid = rid;
    if (hint !== undefined) this.hint = hint;
  }
}

export type TransportFailure = 'timeout' | 'network' | 'http_status' | 'too_large' | 'bad_json' | 'bad_answer' | 'unverified';

/**
 * No usable answer came: no connection, no answer in time, an HTTP status outside 2xx, too many bytes, no JSON object, an
 * object of the wrong shape, or one that WeChat has not signed where it must (`unverified`). It deliberately has no `cause`: what fetch throws may quote the address, and with it a secret.
 */
export class WechatTransportError extends Error {
  override readonly name = 'WechatTransportError';
  readonly code = 'wechat_transport_error';
  readonly api: string;
  readonly reason: TransportFailure;
  /** With `http_status`. */
  readonly status?: number;
  /** With `bad_answer`: the name of the field that is absent or misshapen. */
  readonly field?: string;
  /** With `network`: the system's error code, such as `ECONNREFUSED`. */
  readonly networkCode?: string;

  constructor(api: string, reason: TransportFailure, detail: { status?: number; field?: string; networkCode?: string } = {}) {
    const what = detail.status ?? detail.field ?? detail.networkCode;
    super(`${api} failed: ${reason}${what === undefined ? '' : ` (${what})`}`);
    this.api = api;
    this.reason = reason;
    if (detail.status !== undefined) this.status = detail.status;
    if (detail.field !== undefined) this.field = detail.field;
    if (detail.networkCode !== undefined) this.networkCode = detail.networkCode;
  }
}

function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]');
  }
  return clean.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}
