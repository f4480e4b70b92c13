import {
  type Aead,
  aes256GcmUnrolled,
  decodeUtf8,
  type EnvelopeContext,
  encodeUtf8,
  envelopeContentType,
  noBytes,
  openEnvelope,
  sealEnvelope,
  unpackSessionKeys,
} from '@menshen/wire';
import { isBytes } from './bytes.ts';
import type { Envelope, EnvelopeAnswer, EnvelopePlace, EnvelopeRequest, OpenAnswer } from './envelope-types.ts';
import { mistake } from './error.ts';
import { parseJson } from './requests/refusal.ts';

/*
 * Optional, and not part of `menshen.js`: an app whose routes say `seal` puts `envelope.js` beside it. It carries a cipher of its own, which is made for bodies; the
 * one in `menshen.js` is made to be small.
 */

export interface EnvelopeOptions {
  /** Seals every request of a session unless it says `seal: false`. Default `false`: only those that say `seal: true`. */
  readonly always?: boolean;
}

const suite: { readonly id: 1; readonly aead: Aead } = { id: 1, aead: aes256GcmUnrolled };
const jsonType = /^application\/json\s*(;|$)/i;

/** Give what this returns as `envelope` to `createMenshen`. */
export function createEnvelope({ always = false }: EnvelopeOptions = {}): Envelope {
  return (seal) => ((seal === undefined ? always : seal) ? sealRequest : undefined);
}

function sealRequest<R extends EnvelopeRequest>(request: R, place: EnvelopePlace): R & { readonly open: OpenAnswer } {
  const { body, header } = request;
  const { method, host, path, query, nonce, version } = place;
  const keys = unpackSessionKeys(place.keys);
  const type = header['content-type'];
  if (keys === null || isBytes(body) || (body !== undefined && type !== undefined && !jsonType.test(type)))
    throw mistake('only JSON can be sealed; say `seal: false` for anything else');
  const context: EnvelopeContext = { method, host, path, query, sid: place.session, timestamp: place.ts, nonce };
  const head = { direction: 'c2s', keyVersion: version } as const;
  const sealed =
    body === undefined || body === '' ? null : sealEnvelope(suite, keys.c2sEnc, head, context, place.iv, encodeUtf8(body));
  return {
    ...request,
    header: { ...header, accept: envelopeContentType, ...(sealed === null ? {} : { 'content-type': envelopeContentType }) },
    // A view would be sent with all that lies behind it.
    body: sealed === null ? undefined : (sealed.slice().buffer as ArrayBuffer),
    dataType: 'text',
    responseType: 'arraybuffer',
    open: opener(request, keys.s2cEnc, version, context),
  };
}

/** What the answer must be: sealed by the gateway for this very request, or empty where HTTP knows no body. */
function opener(request: EnvelopeRequest, key: Uint8Array, keyVersion: number, context: EnvelopeContext): OpenAnswer {
  return <A extends EnvelopeAnswer>(answer: A): A | null => {
    const bytes = isBytes(answer.data) ? new Uint8Array(answer.data) : noBytes;
    const bodiless = answer.status === 204 || answer.status === 304 || context.method === 'HEAD';
    const plain =
      bodiless && bytes.length === 0 ? bytes : openEnvelope(suite, key, { direction: 's2c', keyVersion }, context, bytes);
    if (plain === null) return null;
    if (request.responseType === 'arraybuffer') return { ...answer, data: plain.slice().buffer };
    const text = decodeUtf8(plain);
    return text === null ? null : { ...answer, data: request.dataType === 'json' ? (parsed(text) as unknown) : text };
  };
}

/** As the platform does: what is not JSON stays text. */
function parsed(text: string): unknown {
  const value = parseJson(text);
  return value === null && text.trim() !== 'null' ? text : value;
}
