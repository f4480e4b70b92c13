import type { RandomBytes } from './bytes.ts';

/** `A`: X25519, HKDF-SHA256, AES-256-GCM. `S`, the national algorithms: SM2, HKDF-SM3, SM4-CTR with HMAC-SM3. */
export type SuiteName = 'A' | 'S';

/** Authenticated encryption with additional data. */
export interface Aead {
  readonly keyBytes: 32;
  readonly ivBytes: 12 | 16;
  readonly tagBytes: 16 | 32;
  /** Ciphertext and tag. A key must never see the same IV twice. */
  seal(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or `null` when any bit of key, IV, additional data, ciphertext or tag is another one. */
  open(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null;
}

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** What a message to the holder of a long-lived key is bound to besides its text. */
export interface SealContext {
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
}

/** What both ends of one suite need. Hash and MAC have 32 bytes in both suites. */
export interface SuiteBase {
  readonly name: SuiteName;
  /** In the envelope's header. */
  readonly id: 1 | 2;
  /** First line of the string to sign. */
  readonly macName: 'MENSHEN1-HMAC-SHA256' | 'MENSHEN1-HMAC-SM3';
  readonly publicKeyBytes: number;
  /** Length of `enc`, the encapsulated key of a sealed request. */
  readonly encBytes: number;
  /** Length of the server's share of the key agreement. */
  readonly shareBytes: number;
  readonly aead: Aead;
  hash(data: Uint8Array): Uint8Array;
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  keyPair(random: RandomBytes): KeyPair;
}

/** What the client does with a suite. Apart from the server's, so that an SDK does not carry both. */
export interface ClientSuite extends SuiteBase {
  /** Seals one message to a public key. `exported` is a 32-byte secret that only both ends know. @throws TypeError on a public key that is none. */
  sealTo(
    publicKey: Uint8Array,
    context: SealContext,
    plaintext: Uint8Array,
    random: RandomBytes,
  ): { readonly enc: Uint8Array; readonly sealed: Uint8Array; readonly exported: Uint8Array };
  /** The secret of the ephemeral agreement from the client's half; `null` on a share that is none. */
  readShare(ephemeral: KeyPair, share: Uint8Array): Uint8Array | null;
}

/** What the server does with a suite. */
export interface ServerSuite extends SuiteBase {
  openFrom(
    recipient: KeyPair,
    enc: Uint8Array,
    context: SealContext,
    sealed: Uint8Array,
  ): { readonly plaintext: Uint8Array; readonly exported: Uint8Array } | null;
  /** The server's half of the ephemeral agreement, and the 32-byte secret; `null` on a public key that is none. */
  makeShare(publicKey: Uint8Array, random: RandomBytes): { readonly share: Uint8Array; readonly secret: Uint8Array } | null;
}

/**
 * The algorithms of one suite, as the protocol needs them. Made by `createSuiteA` and `createSuiteS` from primitives that are handed in: the SDK's own
 * JavaScript, or `node:crypto` in the gateway.
 */
export interface Suite extends ClientSuite, ServerSuite {}
