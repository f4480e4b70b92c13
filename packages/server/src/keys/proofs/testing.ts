import { createProofSigner, holds } from '../proof-signer.ts';
import type { LiveSigner } from './live-signer.ts';

/** A signer with one key for ever, for what is tried without a store. */
export function fixedSigner(seed: Uint8Array): LiveSigner {
  const signer = createProofSigner(seed);
  return {
    ...signer,
    find: async (id) => (id === signer.id ? signer.publicKey : null),
    keyOf: async (statement, signature) => (holds(statement, signature, signer.publicKey) ? signer.publicKey : null),
  };
}
