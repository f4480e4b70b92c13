import { lengthPrefixed } from './bytes.ts';
import type { SuiteBase, SuiteName } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** Everything that client and server said to each other until the keys: what a login's keys and answer are bound to. */
export interface Transcript {
  readonly purpose: SealedPurpose;
  readonly suite: SuiteName;
  readonly kid: string;
  readonly app: string;
  readonly enc: Uint8Array;
  readonly sealed: Uint8Array;
  /** Of the sealed request, as the client wrote it. */
  readonly plaintext: Uint8Array;
  readonly share: Uint8Array;
}

/** What a sealed request is for: `POST login` or `POST bind`. One cannot be replayed as the other. */
export type SealedPurpose = 'login' | 'bind';

/** Hash over the length-prefixed parts, in the order of {@link Transcript}, after the label `menshen1 transcript`. */
export function transcriptHash(suite: Pick<SuiteBase, 'hash'>, transcript: Transcript): Uint8Array {
  return suite.hash(
    lengthPrefixed(
      encodeUtf8('menshen1 transcript'),
      encodeUtf8(transcript.purpose),
      encodeUtf8(transcript.suite),
      encodeUtf8(transcript.kid),
      encodeUtf8(transcript.app),
      transcript.enc,
      transcript.sealed,
      transcript.plaintext,
      transcript.share,
    ),
  );
}
