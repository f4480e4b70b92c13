import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';

/** The file grows by a line a record: more is no record of ours. */
const longest = 4_000_000;

/**
 * Records of a file that commands append to, a line each, in its order. A line that this installation has not signed, or that was changed, is no
 * evidence and is left out; a file that is not there says nothing.
 */
export async function readSignedLines<T extends { readonly signature: string | null }>(
  file: string,
  seed: Uint8Array,
  record: z.ZodType<T>,
): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const key = createPublicKey(ed25519FromSeed(seed));
  return text
    .slice(-longest)
    .split('\n')
    .flatMap((line): T[] => {
      const parsed = record.safeParse(parseLine(line));
      if (!parsed.success || parsed.data.signature === null) return [];
      const { signature, ...signed } = parsed.data;
      return verify(null, Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, 'base64')) ? [parsed.data] : [];
    });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
