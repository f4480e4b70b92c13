import type { HeaderMemo } from '../head/header-memo.ts';
import type { Body } from '../inspector.ts';
import type { Parameters } from '../pairs.ts';

/** A request to look for attacks in, after parsing. `Head` and `Body` of the inspector fit. */
export interface DetectionRequest {
  /** Decoded once. */
  readonly decodedPath: string;
  /** Decoded once. */
  readonly query: Parameters;
  /** Name, value, name, value, as in `IncomingMessage.rawHeaders`. */
  readonly headers: readonly string[];
  /** What is known of these headers. */
  readonly memo?: HeaderMemo | null;
  readonly body?: DetectionBody | undefined;
}

export type DetectionBody = Pick<Body, 'mediaType' | 'value' | 'files'> & {
  readonly kind: Body['kind'] | 'xml';
  readonly bytes?: Uint8Array;
};
