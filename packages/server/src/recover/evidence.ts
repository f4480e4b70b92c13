import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';
import type { RecoveryStanding } from './attention.ts';

/** What risk and compliance read of a drill. */
export interface DrillEvidence {
  /** Epoch ms. */
  readonly at: number;
  readonly ok: boolean;
  readonly backupAt: number;
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
}
/** What the console shows of it besides. */
export interface DrillDetail extends DrillEvidence {
  readonly rows: number;
  readonly problems: readonly string[];
}

/** How far the copies of the platform's own state are behind, for risk and compliance. */
export interface CopyEvidence {
  /** When the newest backup was made, epoch ms; null where there is none. */
  readonly backupAt: number | null;
  /** What the second place has; null where nothing is shipped. */
  readonly shipping: {
    /** What was durable then is in the second place; null while nothing has arrived. */
    readonly shippedTo: number | null;
    readonly lagSeconds: number;
    readonly behind: boolean;
  } | null;
}

/** {@link CopyEvidence} of what recovery knows. */
export const copyEvidence = ({ newest, shipping }: Pick<RecoveryStanding, 'newest' | 'shipping'>): CopyEvidence => ({
  backupAt: newest,
  shipping:
    shipping === null ? null : { shippedTo: shipping.shippedTo, lagSeconds: shipping.lagSeconds, behind: shipping.behind },
});

const record = z.looseObject({
  kind: z.literal('menshen-drill/1'),
  started: z.int().min(0),
  ok: z.boolean(),
  backup: z.looseObject({ created: z.int().min(0) }),
  rpoSeconds: z.number().min(0),
  rtoSeconds: z.number().min(0),
  problems: z.array(z.string()).optional(),
  checked: z.looseObject({ rows: z.int().min(0) }),
  signature: z.string().nullable(),
});
/** The file grows by a line a drill: more is no record of ours. */
const longest = 4_000_000;
const newest = 50;

/**
 * Drills of the file that `menshen backup drill` appends to, newest first. A line that this installation has not signed, or that was changed, is no evidence and
 * is left out; a file that is not there says nothing.
 */
export async function drillEvidence(file: string, signingSeed: Uint8Array): Promise<readonly DrillDetail[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return [];
  }
  const key = createPublicKey(ed25519FromSeed(signingSeed));
  return text
    .slice(-longest)
    .split('\n')
    .flatMap((line): DrillDetail[] => {
      const parsed = record.safeParse(parseLine(line));
      if (!parsed.success || parsed.data.signature === null) return [];
      const { signature, ...signed } = parsed.data;
      if (!verify(null, Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, 'base64'))) return [];
      const { started, ok, backup, rpoSeconds, rtoSeconds, checked, problems } = parsed.data;
      return [
        { at: started, ok, backupAt: backup.created, rpoSeconds, rtoSeconds, rows: checked.rows, problems: problems ?? [] },
      ];
    })
    .sort((a, b) => b.at - a.at)
    .slice(0, newest);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
