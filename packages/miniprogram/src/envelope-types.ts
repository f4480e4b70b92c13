/** The one request that a body is bound to, and the keys of its session. Names that the build leaves alone: the other half is another script. */
export interface EnvelopePlace {
  readonly method: string;
  /** As signed. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** The session's id, 16 bytes. */
  readonly session: Uint8Array;
  /** Epoch milliseconds, as signed. */
  readonly ts: number;
  readonly nonce: Uint8Array;
  /** The session's four keys, 128 bytes. */
  readonly keys: Uint8Array;
  readonly version: number;
  /** Twelve random bytes. */
  readonly iv: Uint8Array;
}

/** What of a request goes into the envelope, or says how its answer is wanted. */
export interface EnvelopeRequest {
  readonly header: Readonly<Record<string, string>>;
  readonly body: string | ArrayBuffer | undefined;
  readonly dataType: string;
  readonly responseType: 'text' | 'arraybuffer';
}

export interface EnvelopeAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly header: Readonly<Record<string, string>>;
}

/** The answer as the caller wants it, or `null` when it is not the answer to this request. */
export type OpenAnswer = <A extends EnvelopeAnswer>(answer: A) => A | null;

/** The request as it goes over the wire, and how its answer is opened. @throws TypeError on a body that is not JSON. */
export type SealRequest = <R extends EnvelopeRequest>(request: R, place: EnvelopePlace) => R & { readonly open: OpenAnswer };

/** The encrypted channel, made by `createEnvelope` of `envelope.js`: how a request is sealed by what it says of `seal`, `undefined` when it goes in clear. */
export type Envelope = (seal: boolean | undefined) => SealRequest | undefined;
