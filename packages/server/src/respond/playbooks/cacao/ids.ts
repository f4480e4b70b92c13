import { createHash } from 'node:crypto';

/** Namespace of our ids: UUIDv5 (RFC 9562, 5.5) of `menshen` in the namespace of DNS names. */
const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** UUIDv5: the same name gives the same id, everywhere. */
export function uuidOf(name: string, namespace: string = menshenNamespace()): string {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const menshenNamespace = (): string => uuidOf('menshen.io', dns);
