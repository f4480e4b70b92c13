import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { SuiteBase, SuiteName } from './suite.ts';

/** Body of a sealed `POST login` or `POST bind`; `enc` and `ct` are base64url. */
export interface SealedRequest {
  readonly v: 1;
  readonly suite: SuiteName;
  readonly kid: string;
  readonly app: string;
  readonly enc: string;
  readonly ct: string;
}

/** Answer to a sealed request; `share` and `ct` are base64url. A refusal is not sealed: it has no secret. */
export interface SealedAnswer {
  readonly v: 1;
  readonly suite: SuiteName;
  readonly kid: string;
  readonly share: string;
  readonly ct: string;
}

/** Most characters of `ct`, in either direction: 12,288 bytes. */
export const maxSealedText = 16_384;

const kidForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const appForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** Whether the text can name a server key: 1 to 32 letters, digits, `.`, `_`, `-`. */
export function isKid(text: string): boolean {
  return kidForm.test(text);
}

/** The bytes of a sealed request for this suite, or `null` when the value is none. Further members are refused. */
export function readSealedRequest(
  suite: SuiteBase,
  value: unknown,
): { readonly kid: string; readonly app: string; readonly enc: Uint8Array; readonly sealed: Uint8Array } | null {
  if (!hasExactly(value, ['v', 'suite', 'kid', 'app', 'enc', 'ct'])) return null;
  const { v, kid, app } = value;
  const enc = bytesOf(value.enc, suite.encBytes);
  const sealed = sealedBytesOf(suite, value.ct);
  if (v !== 1 || value.suite !== suite.name || typeof kid !== 'string' || typeof app !== 'string') return null;
  if (!kidForm.test(kid) || !appForm.test(app) || enc === null || sealed === null) return null;
  return { kid, app, enc, sealed };
}

/** As {@link readSealedRequest}, for the answer. */
export function readSealedAnswer(
  suite: SuiteBase,
  value: unknown,
): { readonly kid: string; readonly share: Uint8Array; readonly sealed: Uint8Array } | null {
  if (!hasExactly(value, ['v', 'suite', 'kid', 'share', 'ct'])) return null;
  const share = bytesOf(value.share, suite.shareBytes);
  const sealed = sealedBytesOf(suite, value.ct);
  if (value.v !== 1 || value.suite !== suite.name || typeof value.kid !== 'string' || share === null || sealed === null)
    return null;
  return { kid: value.kid, share, sealed };
}

export function formatSealedRequest(
  suite: SuiteBase,
  fields: { readonly kid: string; readonly app: string; readonly enc: Uint8Array; readonly sealed: Uint8Array },
): SealedRequest {
  const { kid, app, enc, sealed } = fields;
  return { v: 1, suite: suite.name, kid, app, enc: encodeBase64url(enc), ct: encodeBase64url(sealed) };
}

export function formatSealedAnswer(
  suite: SuiteBase,
  fields: { readonly kid: string; readonly share: Uint8Array; readonly sealed: Uint8Array },
): SealedAnswer {
  const { kid, share, sealed } = fields;
  return { v: 1, suite: suite.name, kid, share: encodeBase64url(share), ct: encodeBase64url(sealed) };
}

function hasExactly<N extends string>(value: unknown, names: readonly N[]): value is Record<N, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const own = Object.keys(value);
  return own.length === names.length && names.every((name) => own.indexOf(name) !== -1);
}

function bytesOf(value: unknown, length: number): Uint8Array | null {
  return typeof value === 'string' && value.length <= maxSealedText ? decodeBase64url(value, length) : null;
}

function sealedBytesOf(suite: SuiteBase, value: unknown): Uint8Array | null {
  if (typeof value !== 'string' || value.length > maxSealedText) return null;
  const bytes = decodeBase64url(value);
  return bytes === null || bytes.length < suite.aead.tagBytes ? null : bytes;
}
