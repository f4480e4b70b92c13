import { concatBytes, encodeUint64, encodeUtf8 } from './bytes.ts';
import { TlogError } from './errors.ts';
import type { NoteSignature } from './note.ts';

const ED25519_SIGNATURE_BYTES = 64;
/** End of the year 9999: what no calendar can write is no time. */
const MAX_SECONDS = 253_402_300_799;

/** A witness's cosignature taken apart (C2SP tlog-cosignature, type 0x04). */
export interface Cosignature {
  /** When the witness saw the checkpoint, in seconds since 1970. */
  readonly time: number;
  /** Ed25519 signature over {@link cosignatureMessage}. */
  readonly signature: Uint8Array;
}

/** Reads the signature bytes: uint64 big-endian seconds ‖ Ed25519. Throws `note_malformed`. */
export function parseCosignature({ signature }: Pick<NoteSignature, 'signature'>): Cosignature {
  if (signature.length !== 8 + ED25519_SIGNATURE_BYTES) throw new TlogError('note_malformed', 'a cosignature has 72 bytes');
  const time = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  if (time > MAX_SECONDS) throw new TlogError('note_malformed', 'the time of the cosignature is out of range');
  return { time, signature: signature.subarray(8) };
}

/** The bytes that a witness signs: header, time, and the whole text of the checkpoint. */
export function cosignatureMessage(time: number, checkpointText: string): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${time}\n${checkpointText}`);
}

/** The signature bytes of a note line. */
export function encodeCosignature({ time, signature }: Cosignature): Uint8Array {
  return concatBytes(encodeUint64(time), signature);
}
