import { createHmac } from 'node:crypto';
import type { AlgorithmName } from './algorithm.ts';
import { type DataKey, open, type RandomBytes, recordFacts, seal } from './record.ts';

/** Whose values a data key seals: a tenant's, or one person's of it, so that deleting the key erases the person (crypto-shredding). */
export interface KeyOwner {
  readonly tenant: string;
  /** Null for the key of the tenant itself. */
  readonly subject: string | null;
}

/** A data key under a key-encryption key. */
export interface WrappedKey extends KeyOwner {
  readonly kid: number;
  readonly algorithm: AlgorithmName;
  /** Id of the key-encryption key. */
  readonly kek: number;
  readonly wrapped: Uint8Array;
}

/** Wraps data keys. A KMS fits behind it; {@link createLocalKek} is the one whose key is in memory. */
export interface KeyEncryptionKey {
  readonly id: number;
  wrap(key: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** Throws SealError (`seal_broken`, `seal_key_unknown`) when this key did not wrap it for this context. */
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
}

/** What a wrapped key is bound to: it does not unwrap as another's key, or under another id or algorithm. */
export interface WrapContext extends KeyOwner {
  readonly kid: number;
  readonly algorithm: AlgorithmName;
}

const table = 'menshen.data_keys';

const placeOf = ({ tenant, subject, kid, algorithm }: WrapContext) => ({
  tenant,
  table,
  column: subject === null ? 'tenant' : 'subject',
  key: `${kid} ${algorithm} ${subject ?? ''}`,
});

/** A key-encryption key of 32 bytes held in memory, from a file, the environment or a passphrase. */
export function createLocalKek(id: number, key: Uint8Array, random: RandomBytes): KeyEncryptionKey {
  if (key.length !== 32) throw new RangeError('a key-encryption key has 32 bytes');
  const own: DataKey = { kid: id, key };
  const ring = { current: own, find: (kid: number) => (kid === id ? own : undefined) };
  return Object.freeze({
    id,
    wrap: async (plain: Uint8Array, context: WrapContext) => seal(plain, placeOf(context), ring, random),
    unwrap: async (wrapped: Uint8Array, context: WrapContext) => open(wrapped, placeOf(context), ring),
  });
}

export async function wrapDataKey(key: Required<DataKey>, owner: KeyOwner, kek: KeyEncryptionKey): Promise<WrappedKey> {
  const context = { ...owner, kid: key.kid, algorithm: key.algorithm };
  return { ...context, kek: kek.id, wrapped: await kek.wrap(key.key, context) };
}

/** Throws SealError when the key is not the one that wrapped it. */
export async function unwrapDataKey(wrapped: WrappedKey, kek: KeyEncryptionKey): Promise<Required<DataKey>> {
  const { kid, algorithm } = wrapped;
  return { kid, algorithm, key: await kek.unwrap(wrapped.wrapped, wrapped) };
}

/** Puts a data key under another key-encryption key. What it has sealed stays as it is. */
export async function rewrapDataKey(wrapped: WrappedKey, from: KeyEncryptionKey, to: KeyEncryptionKey): Promise<WrappedKey> {
  return wrapDataKey(await unwrapDataKey(wrapped, from), wrapped, to);
}

/** Id of the local key-encryption key that wrapped a key. Throws SealError on what is no record. */
export const kekOf = (wrapped: Uint8Array): number => recordFacts(wrapped).kid;

/**
 * Tells keys apart without showing them: the first 8 bytes of HMAC-SHA-256 of a fixed text, as hex. Compared at start, so that a wrong
 * or lost key is an error then and not rubbish later.
 */
export function keyCheckValue(key: Uint8Array): string {
  return createHmac('sha256', key).update('menshen key check value').digest().subarray(0, 8).toString('hex');
}
