import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { lengthPrefixed, type RandomBytes } from './bytes.ts';
import { deriveAnswerKey, deriveSessionKeys, type SessionKeys } from './key-schedule.ts';
import {
  formatSealedAnswer,
  formatSealedRequest,
  readSealedAnswer,
  readSealedRequest,
  type SealedAnswer,
  type SealedRequest,
} from './sealed-message.ts';
import type { ClientSuite, KeyPair, SealContext, ServerSuite, SuiteBase } from './suite.ts';
import { type SealedPurpose, type Transcript, transcriptHash } from './transcript.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** A server key as the client has pinned it. */
export interface PinnedKey {
  readonly kid: string;
  readonly publicKey: Uint8Array;
}

/** What the client must keep until the answer comes; of no use after it. */
export interface PendingLogin {
  readonly transcript: Omit<Transcript, 'share'>;
  readonly ephemeral: KeyPair;
  readonly exported: Uint8Array;
}

/** The opened answer. The server is the holder of the pinned key, and it knows the same keys. */
export interface ConfirmedLogin {
  /** Body of the answer as the endpoint defines it in clear. */
  readonly body: unknown;
  readonly keyVersion: number;
  /** Version of WeChat's `encryptKey` that the app's setting demands in the keys; `null` when it demands none. */
  readonly userKeyVersion: number | null;
  /** `userKey`: the `encryptKey` of that version, as bytes; must be there exactly when a version is. */
  keys(userKey: Uint8Array | null): SessionKeys;
}

/** A sealed request that the server has opened. */
export interface OpenedLogin {
  /** Body of the request as the endpoint defines it in clear; unchecked. */
  readonly body: unknown;
  readonly app: string;
  readonly kid: string;
  /** Epoch milliseconds of the client. The caller refuses what is too far away. */
  readonly timestamp: number;
  /** 16 bytes. The caller refuses what it has seen. */
  readonly nonce: Uint8Array;
  readonly clientPublicKey: Uint8Array;
  readonly transcript: Omit<Transcript, 'share'>;
  readonly exported: Uint8Array;
}

function sealContext(purpose: SealedPurpose, suite: SuiteBase, kid: string, app: string): SealContext {
  return {
    info: encodeUtf8(`menshen1 ${purpose}`),
    aad: lengthPrefixed(encodeUtf8(suite.name), encodeUtf8(kid), encodeUtf8(app)),
  };
}

/** Client: seals the body of a login or binding to the pinned key, with a fresh ephemeral key of its own. `timestamp` in epoch milliseconds. */
export function sealLogin(
  suite: ClientSuite,
  request: {
    readonly purpose: SealedPurpose;
    readonly serverKey: PinnedKey;
    readonly app: string;
    readonly body: object;
    readonly timestamp: number;
  },
  random: RandomBytes,
): { readonly message: SealedRequest; readonly pending: PendingLogin } {
  const { purpose, serverKey, app, body, timestamp } = request;
  const ephemeral = suite.keyPair(random);
  const text = JSON.stringify({
    app,
    nonce: encodeBase64url(random(16)),
    ts: timestamp,
    ephemeral: encodeBase64url(ephemeral.publicKey),
    body,
  });
  const plaintext = encodeUtf8(text);
  const { enc, sealed, exported } = suite.sealTo(
    serverKey.publicKey,
    sealContext(purpose, suite, serverKey.kid, app),
    plaintext,
    random,
  );
  const transcript = { purpose, suite: suite.name, kid: serverKey.kid, app, enc, sealed, plaintext };
  return {
    message: formatSealedRequest(suite, { kid: serverKey.kid, app, enc, sealed }),
    pending: { transcript, ephemeral, exported },
  };
}

/** Server: opens a sealed request; `null` whatever is wrong with it. `serverKey` is the key of the message's kid. */
export function openLogin(
  suite: ServerSuite,
  purpose: SealedPurpose,
  serverKey: KeyPair & { readonly kid: string },
  message: unknown,
): OpenedLogin | null {
  const read = readSealedRequest(suite, message);
  if (read === null || read.kid !== serverKey.kid) return null;
  const { kid, app, enc, sealed } = read;
  const opened = suite.openFrom(serverKey, enc, sealContext(purpose, suite, kid, app), sealed);
  const inner = opened === null ? null : parseObject(opened.plaintext);
  if (opened === null || inner === null || inner.app !== app) return null;
  const { ts, body } = inner;
  const nonce = typeof inner.nonce === 'string' ? decodeBase64url(inner.nonce, 16) : null;
  const clientPublicKey = typeof inner.ephemeral === 'string' ? decodeBase64url(inner.ephemeral, suite.publicKeyBytes) : null;
  if (nonce === null || clientPublicKey === null || !isCount(ts) || body === undefined) return null;
  return {
    body,
    app,
    kid,
    timestamp: ts,
    nonce,
    clientPublicKey,
    transcript: { purpose, suite: suite.name, kid, app, enc, sealed, plaintext: opened.plaintext },
    exported: opened.exported,
  };
}

/**
 * Server: seals the answer and derives the session's keys; `null` when the client's ephemeral key is none. `userKey` is WeChat's `encryptKey`, when the app's
 * setting demands it, never by the client's word.
 */
export function sealAnswer(
  suite: ServerSuite,
  login: OpenedLogin,
  answer: {
    readonly body: object;
    readonly keyVersion: number;
    readonly userKey?: { readonly version: number; readonly key: Uint8Array };
  },
  random: RandomBytes,
): { readonly message: SealedAnswer; readonly keys: SessionKeys } | null {
  const agreed = suite.makeShare(login.clientPublicKey, random);
  if (agreed === null) return null;
  const hash = transcriptHash(suite, { ...login.transcript, share: agreed.share });
  const { key, iv } = deriveAnswerKey(suite, {
    transcriptHash: hash,
    ephemeralSecret: agreed.secret,
    exported: login.exported,
  });
  const text = JSON.stringify({
    keyVersion: answer.keyVersion,
    userKeyVersion: answer.userKey === undefined ? null : answer.userKey.version,
    body: answer.body,
  });
  const sealed = suite.aead.seal(key, iv, hash, encodeUtf8(text));
  return {
    message: formatSealedAnswer(suite, { kid: login.kid, share: agreed.share, sealed }),
    keys: deriveSessionKeys(suite, {
      transcriptHash: hash,
      ephemeralSecret: agreed.secret,
      userKey: answer.userKey?.key,
    }),
  };
}

/** Client: opens the answer; `null` unless it comes from the holder of the pinned key and belongs to this very request. */
export function openAnswer(suite: ClientSuite, pending: PendingLogin, message: unknown): ConfirmedLogin | null {
  const read = readSealedAnswer(suite, message);
  if (read === null || read.kid !== pending.transcript.kid) return null;
  const ephemeralSecret = suite.readShare(pending.ephemeral, read.share);
  if (ephemeralSecret === null) return null;
  const hash = transcriptHash(suite, { ...pending.transcript, share: read.share });
  const { key, iv } = deriveAnswerKey(suite, { transcriptHash: hash, ephemeralSecret, exported: pending.exported });
  const plaintext = suite.aead.open(key, iv, hash, read.sealed);
  const inner = plaintext === null ? null : parseObject(plaintext);
  if (inner === null) return null;
  const { keyVersion, userKeyVersion, body } = inner;
  if (!isCount(keyVersion) || keyVersion > 0xffffffff || !(userKeyVersion === null || isCount(userKeyVersion))) return null;
  return {
    body,
    keyVersion,
    userKeyVersion,
    keys(userKey) {
      if ((userKey === null) !== (userKeyVersion === null)) throw new TypeError('wire: the user key is demanded, or it is not');
      return deriveSessionKeys(suite, { transcriptHash: hash, ephemeralSecret, userKey: userKey === null ? undefined : userKey });
    },
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
