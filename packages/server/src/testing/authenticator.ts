import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** CBOR (RFC 8949), as far as an authenticator needs it. */
function cbor(value: unknown): Buffer {
  const head = (major: number, size: number): Buffer => {
    if (size < 24) return Buffer.from([(major << 5) | size]);
    if (size < 256) return Buffer.from([(major << 5) | 24, size]);
    return Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
  };
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, member]) => [cbor(key), cbor(member)])]);
  throw new TypeError('not needed here');
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

export interface CeremonyChanges {
  readonly origin?: string;
  readonly host?: string;
  readonly type?: string;
  readonly userVerified?: boolean;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
}

/** For tests: an authenticator in software, with one ES256 key, that does whatever it is told. */
export class SoftwareAuthenticator {
  readonly id = randomBytes(32);
  counter = 0;
  readonly origin: string;
  readonly #keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

  constructor(origin: string) {
    this.origin = origin;
    this.#keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  #client(type: string, options: Record<string, unknown>, changes: CeremonyChanges): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: changes.type ?? type,
        challenge: changes.challenge ?? options['challenge'],
        origin: changes.origin ?? this.origin,
        crossOrigin: changes.crossOrigin ?? false,
      }),
    );
  }

  #data(flags: number, changes: CeremonyChanges): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const verified = changes.userVerified === false ? 0 : 0x04;
    return Buffer.concat([
      sha256(changes.host ?? new URL(this.origin).hostname),
      Buffer.from([flags | 0x01 | verified]),
      counter,
    ]);
  }

  /** What `navigator.credentials.create()` gives as JSON. */
  create(options: Record<string, unknown>, changes: CeremonyChanges = {}): Record<string, unknown> {
    const jwk = this.#keys.publicKey.export({ format: 'jwk' });
    const cose = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(jwk.x ?? '', 'base64url')],
        [-3, Buffer.from(jwk.y ?? '', 'base64url')],
      ]),
    );
    const length = Buffer.from([0, this.id.length]);
    const authData = Buffer.concat([this.#data(0x40, changes), Buffer.alloc(16), length, this.id, cose]);
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(this.#client('webauthn.create', options, changes)),
        attestationObject: base64url(attestation),
        transports: ['internal', 'of-tomorrow'],
      },
    };
  }

  /** What `navigator.credentials.get()` gives as JSON. */
  get(options: Record<string, unknown>, changes: CeremonyChanges = {}): Record<string, unknown> {
    const client = this.#client('webauthn.get', options, changes);
    const data = this.#data(0, changes);
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), this.#keys.privateKey)),
      },
    };
  }
}
