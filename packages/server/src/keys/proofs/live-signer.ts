import type { ProofPurpose } from '@menshen/contract';
import type { ProofSigner } from '../proof-signer.ts';
import type { ProofKeys } from './service.ts';

/** Signs with the key of now. Id, key and signature of one proof belong together: read them without waiting between them. */
export interface LiveSigner extends ProofSigner {
  /** The public key of an id, also of one that signs nothing more. */
  find(id: string): Promise<string | null>;
  /** The public key under which a statement was signed; null where it was none of ours. */
  keyOf(statement: string, signature: string): Promise<string | null>;
}

export function liveSigner(keys: ProofKeys, purpose: ProofPurpose): LiveSigner {
  return {
    get id() {
      return keys.current(purpose).id;
    },
    get publicKey() {
      return keys.current(purpose).publicKey;
    },
    sign: (text) => keys.current(purpose).sign(text),
    find: (id) => keys.find(purpose, id),
    keyOf: (statement, signature) => keys.keyOf(purpose, statement, signature),
  };
}
