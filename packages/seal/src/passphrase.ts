import * as crypto from 'node:crypto';
import { SealError } from './error.ts';
import { open, type RandomBytes, seal } from './record.ts';

/** A key under a passphrase, as kept in a file (JSON). */
export interface PassphraseKeyFile {
  readonly v: 1;
  readonly kdf: 'argon2id';
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  /** base64. */
  readonly salt: string;
  /** base64 of a sealed record. */
  readonly key: string;
}

export class PassphraseError extends Error {
  readonly code: 'passphrase_wrong' | 'key_file_invalid' | 'passphrase_short' | 'argon2_missing';
  constructor(code: PassphraseError['code']) {
    super(
      {
        passphrase_wrong: 'the passphrase does not open the key file',
        key_file_invalid: 'not a key file',
        passphrase_short: 'a passphrase has at least 15 characters',
        argon2_missing: 'key files under a passphrase need Node.js 24.7 or later',
      }[code],
    );
    this.name = 'PassphraseError';
    this.code = code;
  }
}

const kid = 0xffffffff;
const place = { tenant: 'menshen', table: 'menshen.key_file', column: 'key', key: '1' };
/** RFC 9106 §4, second recommended option: 64 MiB, 3 passes, 4 lanes. */
const cost = { memory: 65_536, passes: 3, parallelism: 4 };

/** Seals a key with a passphrase of at least 15 characters (argon2id, RFC 9106; Node.js 24.7 or later). Blocks for some tenths of a second. */
export function sealKeyFile(key: Uint8Array, passphrase: string, random: RandomBytes): PassphraseKeyFile {
  if ([...passphrase.normalize('NFC')].length < 15) throw new PassphraseError('passphrase_short');
  const salt = random(16);
  const ring = ringOf(derive(passphrase, salt, cost));
  return {
    v: 1,
    kdf: 'argon2id',
    ...cost,
    salt: Buffer.from(salt).toString('base64'),
    key: Buffer.from(seal(key, place, ring, random)).toString('base64'),
  };
}

/** Opens a key file. Throws {@link PassphraseError}; a file that asks for more than a gigabyte or a hundred passes is refused. */
export function openKeyFile(file: PassphraseKeyFile, passphrase: string): Uint8Array {
  const { v, kdf, memory, passes, parallelism } = file;
  const within = (value: number, low: number, high: number): boolean => Number.isInteger(value) && value >= low && value <= high;
  if (
    v !== 1 ||
    kdf !== 'argon2id' ||
    !within(parallelism, 1, 16) ||
    !within(memory, 8 * parallelism, 1_048_576) ||
    !within(passes, 1, 100)
  )
    throw new PassphraseError('key_file_invalid');
  const salt = Buffer.from(file.salt, 'base64');
  if (salt.length < 16) throw new PassphraseError('key_file_invalid');
  try {
    return open(Buffer.from(file.key, 'base64'), place, ringOf(derive(passphrase, salt, file)));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new PassphraseError(error.code === 'seal_broken' ? 'passphrase_wrong' : 'key_file_invalid');
  }
}

function derive(passphrase: string, salt: Uint8Array, { memory, passes, parallelism }: typeof cost): Uint8Array {
  // Looked up here: the rest of this package serves an older Node.js, which has none.
  if (typeof crypto.argon2Sync !== 'function') throw new PassphraseError('argon2_missing');
  return crypto.argon2Sync('argon2id', {
    message: Buffer.from(passphrase.normalize('NFC'), 'utf8'),
    nonce: salt,
    parallelism,
    tagLength: 32,
    memory,
    passes,
  });
}

const ringOf = (key: Uint8Array) => {
  const own = { kid, key };
  return { current: own, find: (wanted: number) => (wanted === kid ? own : undefined) };
};
