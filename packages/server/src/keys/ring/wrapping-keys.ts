import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KeysConfig, WrappingKeyConfig } from '@menshen/contract';
import {
  createLocalKek,
  type KeyEncryptionKey,
  keyCheckValue,
  openKeyFile,
  PassphraseError,
  type PassphraseKeyFile,
} from '@menshen/seal';
import * as z from 'zod';
import { ConfigError } from '../../config/config-error.ts';
import type { ConfigProblem } from '../../config/load.ts';
import type { Keys } from '../master.ts';
import { createCommandKek } from './command-kek.ts';

/** A wrapping key that is at hand. */
export interface WrappingKey {
  readonly kek: KeyEncryptionKey;
  readonly kind: 'master' | 'key' | 'passphrase' | 'command';
  /** What tells it from others; null where the key itself never comes here. */
  readonly checkValue: string | null;
}

const keyFile = z.strictObject({
  v: z.literal(1),
  kdf: z.literal('argon2id'),
  memory: z.int(),
  passes: z.int(),
  parallelism: z.int(),
  salt: z.string().max(200),
  key: z.string().max(500),
});

/** Brings up the wrapping keys of the configuration. Throws ConfigError that names the key and what to do. */
export function openWrappingKeys(
  config: KeysConfig,
  keys: Keys,
  folder: string,
  random: (size: number) => Uint8Array,
): ReadonlyMap<number, WrappingKey> {
  const local = (id: number, kind: WrappingKey['kind'], key: Uint8Array): WrappingKey => ({
    kek: createLocalKek(id, key, random),
    kind,
    checkValue: keyCheckValue(key),
  });
  const open = (given: WrappingKeyConfig, field: string): WrappingKey => {
    if ('from' in given) return local(given.id, 'master', keys.derive(`wrapping key ${given.id}`));
    if ('command' in given) return { kek: createCommandKek(given), kind: 'command', checkValue: null };
    if ('key' in given) {
      const bytes = Buffer.from(given.key.trim(), 'base64');
      if (bytes.length !== 32 || bytes.toString('base64') !== given.key.trim())
        throw problem(field, '包装密钥必须是 32 字节的 base64。', 'a wrapping key must be 32 bytes in base64');
      return local(given.id, 'key', bytes);
    }
    return local(given.id, 'passphrase', openByPassphrase(resolve(folder, given.passphraseFile), given.passphrase, field));
  };
  return new Map(config.wrapping.map((given, at) => [given.id, open(given, `keys.wrapping[${at}]`)] as const));
}

function openByPassphrase(file: string, passphrase: string, field: string): Uint8Array {
  let parsed: PassphraseKeyFile;
  try {
    parsed = keyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw problem(field, '密钥文件读不到或不是密钥文件。', 'the key file cannot be read, or is none');
  }
  try {
    return openKeyFile(parsed, passphrase);
  } catch (error) {
    if (!(error instanceof PassphraseError)) throw error;
    throw problem(field, '口令打不开密钥文件。', 'the passphrase does not open the key file');
  }
}

/** A problem of one setting, in both languages. */
export function problem(field: string, zh: string, en: string): ConfigError {
  const found: ConfigProblem = { line: null, column: null, field, zh, en };
  return new ConfigError([found]);
}
