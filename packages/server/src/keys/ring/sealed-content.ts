import { createHash } from 'node:crypto';
import { fieldOf, openField, recordFacts, SealError, sealField } from '@menshen/seal';
import { sameText } from '../../administrators/secrets.ts';
import type { KeyRing } from './service.ts';

/** Files at rest: sealed with a data key of the ring under an owner's name, so that they rotate on the keys page like any other. */
export interface SealedContent {
  seal(content: Uint8Array, id: string): Promise<Uint8Array>;
  /**
   * The content, where it is what was put in by its SHA-256 in hexadecimal; null where it was altered.
   * @throws MenshenError `seal_key_unavailable`
   */
  open(sealed: Uint8Array, id: string, sha256: string): Promise<Uint8Array | null>;
}

export function createSealedContent(
  ring: Pick<KeyRing, 'current' | 'find' | 'used'>,
  { owner, table, column }: { readonly owner: string; readonly table: string; readonly column: string },
  random: (size: number) => Uint8Array,
): SealedContent {
  const place = fieldOf({ tenant: owner, table, column });
  return {
    async seal(content, id) {
      const key = await ring.current(owner, null, 'aes-256-gcm');
      const sealed = sealField(content, place, id, key, random);
      ring.used(key.kid, 1, 0);
      return sealed;
    },
    async open(sealed, id, sha256) {
      try {
        const { kid } = recordFacts(sealed);
        const key = await ring.find(owner, kid);
        const content = openField(sealed, place, id, (asked) => (asked === kid ? (key ?? undefined) : undefined));
        ring.used(kid, 0, 1);
        return sameText(createHash('sha256').update(content).digest('hex'), sha256) ? content : null;
      } catch (error) {
        if (error instanceof SealError) return null;
        throw error;
      }
    },
  };
}
