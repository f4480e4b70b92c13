import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** A person as the audit log knows them. */
export interface AuditPerson {
  readonly uid: string;
  /** What stands in entries in place of the uid: made from the person's own key, so that without it nobody can say whose it was. */
  readonly pseudonym: string;
  /** 32 bytes, kept apart from the log. Who destroys it makes the person's values unreadable and the pseudonym nobody's; the log stays whole. */
  readonly key: Uint8Array;
}

/** Pseudonyms begin with this, which no uid may. */
export const PSEUDONYM_PREFIX = '~';
const PSEUDONYM = /^~[A-Za-z0-9_-]{22}$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const isPseudonym = (text: string): boolean => PSEUDONYM.test(text);

/** The person with this key. */
export function personOf(uid: string, key: Uint8Array): AuditPerson {
  const digest = createHmac('sha256', key).update('menshen audit pseudonym').digest().subarray(0, 16);
  return { uid, pseudonym: PSEUDONYM_PREFIX + digest.toString('base64url'), key };
}

/** Seals text with a person's key, bound to their pseudonym: AES-256-GCM, base64url of nonce, ciphertext and tag. */
export function sealFor({ key, pseudonym }: AuditPerson, text: string, random: (size: number) => Uint8Array): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(pseudonym));
  const sealed = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64url');
}

/** Opens what {@link sealFor} made; null when it was not made with this person's key. */
export function openFor({ key, pseudonym }: AuditPerson, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(pseudonym));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return null;
  }
}
