import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { readZip } from './read-zip.ts';

const manifestOf = z.object({
  type: z.literal('menshen privacy export 1'),
  platform: z.string(),
  request: z.string(),
  person: z.string(),
  at: z.number(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })).max(10_000),
});
const certificateOf = z.object({ statement: z.string().max(1_000_000), signature: z.string().max(200) });
const statementOf = z.object({
  type: z.literal('menshen certificate of erasure 1'),
  platform: z.string(),
  id: z.string(),
  at: z.number(),
  remaining: z.number(),
});

/** Why a proof does not hold. */
export type ProofProblem = 'unreadable' | 'signature' | `file ${string}`;

export interface ProofReport {
  readonly kind: 'export' | 'certificate';
  readonly platform: string;
  /** Of the request, or of the erasure. */
  readonly id: string;
  readonly at: number;
  readonly files: number;
  /** Of a certificate: rows that were left. */
  readonly remaining: number | null;
  readonly problems: readonly ProofProblem[];
}

const holds = (text: Uint8Array, signature: Uint8Array, key: KeyObject): boolean => {
  try {
    return verify(null, text, key, signature);
  } catch {
    return false;
  }
};

/**
 * Verifies a copy that a person got, or a certificate of erasure, against a key that was had another way than with it. Throws TypeError for what is
 * neither.
 */
export function verifyProof(bytes: Buffer, publicKey: string): ProofReport {
  const key = createPublicKey(publicKey);
  return bytes.subarray(0, 2).toString('latin1') === 'PK' ? verifyExport(bytes, key) : verifyCertificate(bytes, key);
}

function verifyExport(bytes: Buffer, key: KeyObject): ProofReport {
  const files = readZip(bytes);
  const text = files.get('manifest.json');
  if (text === undefined) throw new TypeError('no manifest');
  const manifest = manifestOf.parse(JSON.parse(text.toString('utf8')));
  const problems: ProofProblem[] = [];
  if (!holds(text, files.get('manifest.sig') ?? new Uint8Array(0), key)) problems.push('signature');
  for (const { name, sha256 } of manifest.files) {
    const found = files.get(name);
    if (found === undefined || createHash('sha256').update(found).digest('hex') !== sha256) problems.push(`file ${name}`);
  }
  const named = new Set(manifest.files.map(({ name }) => name));
  // What the manifest does not name was put in by somebody else.
  for (const name of files.keys()) if (name.startsWith('data/') && !named.has(name)) problems.push(`file ${name}`);
  const { platform, request, at } = manifest;
  return { kind: 'export', platform, id: request, at, files: manifest.files.length, remaining: null, problems };
}

function verifyCertificate(bytes: Buffer, key: KeyObject): ProofReport {
  const { statement, signature } = certificateOf.parse(JSON.parse(bytes.toString('utf8')));
  const { platform, id, at, remaining } = statementOf.parse(JSON.parse(statement));
  const problems: ProofProblem[] = holds(Buffer.from(statement), Buffer.from(signature, 'base64'), key) ? [] : ['signature'];
  return { kind: 'certificate', platform, id, at, files: 0, remaining, problems };
}
