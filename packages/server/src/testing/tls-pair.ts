import { readFileSync } from 'node:fs';
import type { TlsPair } from '../gateway/tls.ts';

/** Self-signed pairs for `localhost` and 127.0.0.1 that are valid for a century. They protect nothing: everybody has their keys. */
export function testTlsPair(name: 'first' | 'second'): TlsPair {
  const read = (kind: string): string => readFileSync(new URL(`./tls/${name}.${kind}.pem`, import.meta.url), 'utf8');
  return { cert: read('cert'), key: read('key') };
}
