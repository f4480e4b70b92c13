import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, makeVerifierKey, SIGNATURE_TYPE } from '@menshen/tlog';
import { sha256 } from '@menshen/tlog/node';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';

const file = (folder: string): string => join(folder, 'vkey');

/** The verifier key of a log's signing seed, as text (C2SP signed-note). */
export function verifierKeyOf(origin: string, seed: Uint8Array): string {
  const { x } = createPublicKey(ed25519FromSeed(seed)).export({ format: 'jwk' });
  return formatVerifierKey(makeVerifierKey(sha256, origin, SIGNATURE_TYPE.ed25519, Buffer.from(x ?? '', 'base64url')));
}

/** Leaves the verifier key beside the log for `audit verify`. An auditor compares it with the one noted elsewhere. */
export function writeVerifierKey(folder: string, vkey: string): void {
  writeFileSync(file(folder), `${vkey}\n`);
}

export function readVerifierKey(folder: string): string | null {
  try {
    return readFileSync(file(folder), 'utf8').trim();
  } catch {
    return null;
  }
}
