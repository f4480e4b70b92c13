import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { makeReleaseKey } from '../../release/release-key.ts';

/** What the demonstration's own people would keep elsewhere: made at the first start, kept with its data. */
export interface DemoKeys {
  /** Signs releases (PEM). */
  readonly release: { readonly privatePem: string; readonly publicPem: string };
  /** Opens backups. */
  readonly backup: { readonly identity: string; readonly recipient: string };
}

export async function demoKeys(data: string): Promise<DemoKeys> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const privatePem = await kept(join(data, 'demo-release.key'), async () => makeReleaseKey('ed25519').privatePem);
  const identity = await kept(join(data, 'demo-backup-identity.txt'), generateX25519Identity);
  return {
    release: { privatePem, publicPem: String(createPublicKey(privatePem).export({ type: 'spki', format: 'pem' })) },
    backup: { identity, recipient: await identityToRecipient(identity) },
  };
}

async function kept(file: string, make: () => Promise<string>): Promise<string> {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const made = await make();
  writeFileSync(file, `${made.trim()}\n`, { mode: 0o600 });
  return made.trim();
}
