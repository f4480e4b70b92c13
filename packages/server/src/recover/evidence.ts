import * as z from 'zod';
import { readSignedLines } from './signed-lines.ts';

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
export const copyEvidence = ({
  newest,
  shipping,
}: Pick<CopyEvidence, 'shipping'> & { readonly newest: number | null }): CopyEvidence => ({
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
const newest = 50;

/** Drills of the file that `menshen backup drill` appends to, newest first; see {@link readSignedLines}. */
export async function drillEvidence(file: string, signingSeed: Uint8Array): Promise<readonly DrillDetail[]> {
  return (await readSignedLines(file, signingSeed, record))
    .map(({ started, ok, backup, rpoSeconds, rtoSeconds, checked, problems }) => ({
      ...{ at: started, ok, backupAt: backup.created, rpoSeconds, rtoSeconds, rows: checked.rows, problems: problems ?? [] },
    }))
    .sort((a, b) => b.at - a.at)
    .slice(0, newest);
}
