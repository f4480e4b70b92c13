import { hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type KeyRing, open, type Place, seal } from '@menshen/seal';

const keyBytes = 32;

type MasterKeyErrorCode = 'master_key_invalid' | 'master_key_permissions' | 'master_key_missing';

export class MasterKeyError extends Error {
  readonly code: MasterKeyErrorCode;
  /** The key's file, where it is one. */
  readonly path: string | undefined;
  constructor(code: MasterKeyErrorCode, message: string, path?: string) {
    super(message);
    this.name = 'MasterKeyError';
    this.code = code;
    this.path = path;
  }
}

/** The keys of this installation, all derived from one master key by HKDF-SHA256 (RFC 5869) with separate purposes. */
export interface Keys {
  /** Seals text for a place in the store. */
  sealText(text: string, place: Omit<Place, 'tenant'>): Uint8Array;
  /** Opens what {@link Keys.sealText} made. Throws SealError. */
  openText(record: Uint8Array, place: Omit<Place, 'tenant'>): string;
  /** 32 bytes for one purpose, always the same. */
  derive(purpose: string): Uint8Array;
}

/**
 * Reads the master key from the configuration (base64) or from its file, which is made on the first start with mode 0600. Where one of `sealed` is there,
 * it is not the first: a key that is made now would open nothing, and stand where the lost one must be put back.
 */
export function loadMasterKey(configured: string | undefined, file: string, sealed: readonly string[] = []): Uint8Array {
  if (configured !== undefined) return decodeKey(configured);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (sealed.some((path) => existsSync(path)))
      throw new MasterKeyError('master_key_missing', 'there is data, and the master key that sealed it is missing', file);
    return createKeyFile(file);
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new MasterKeyError('master_key_permissions', 'the master key file can be read by others; set its mode to 0600', file);
  }
  return decodeKey(text);
}

function createKeyFile(file: string): Uint8Array {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(keyBytes);
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, `${key.toString('base64')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return key;
}

function decodeKey(text: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes || key.toString('base64') !== text.trim()) {
    throw new MasterKeyError('master_key_invalid', 'the master key must be 32 bytes in base64');
  }
  return key;
}

export function createKeys(master: Uint8Array, random: (size: number) => Uint8Array): Keys {
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), `menshen ${purpose}`, keyBytes));
  const data = { kid: 1, key: derive('field key 1') };
  const ring: KeyRing = { current: data, find: (kid) => (kid === data.kid ? data : undefined) };
  const tenant = 'menshen';
  return {
    sealText: (text, place) => seal(Buffer.from(text, 'utf8'), { tenant, ...place }, ring, random),
    openText: (record, place) => Buffer.from(open(record, { tenant, ...place }, ring)).toString('utf8'),
    derive,
  };
}
