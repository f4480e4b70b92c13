import { MenshenError } from '@menshen/contract';
import type { Action } from '../ports.ts';
import type { ActionName } from './catalogue.ts';

/** What backups and restore drills are asked of: {@link RecoveryService}, as far as playbooks need it. */
export interface RecoveryPort {
  /** @throws MenshenError `not_found` where none is configured, `conflict` while one runs */
  request(kind: 'backup' | 'drill', by: string): Promise<void>;
  runs(): Promise<readonly { readonly kind: 'backup' | 'drill'; readonly by: string }[]>;
  /** The newest first. */
  drills(): Promise<
    readonly { readonly at: number; readonly ok: boolean; readonly rpoSeconds: number; readonly rtoSeconds: number }[]
  >;
}

const hourMs = 3_600_000;
const preview = async () => ({ stops: null, approval: false });

/** Backups and drills as actions. They are begun and not waited for: a restore may take hours. */
export function recoveryActions(recovery: () => RecoveryPort | null, clock: () => number): Partial<Record<ActionName, Action>> {
  const requesting = (kind: 'backup' | 'drill'): Action => ({
    async perform(_filled, { by, run }) {
      const port = recovery();
      const asker = `${by.username} ${run}`;
      // A node that died after asking has asked.
      if (port === null || (await port.runs()).some((one) => one.kind === kind && one.by === asker))
        return { outputs: { requested: port !== null } };
      try {
        await port.request(kind, asker);
        return { outputs: { requested: true } };
      } catch (error) {
        if (!(error instanceof MenshenError)) throw error;
        // One that is under way is as good; where none is configured there is nothing to try again.
        if (error.code === 'conflict') return { outputs: { requested: true } };
        if (error.code === 'not_found') return { outputs: { requested: false } };
        throw error;
      }
    },
    preview,
    simulated: { requested: true },
  });
  return {
    'copy state': requesting('backup'),
    'start drill': requesting('drill'),
    'query drill': {
      async perform() {
        const [last] = (await recovery()?.drills()) ?? [];
        if (last === undefined) return { outputs: { ok: false, ageHours: null, rpoSeconds: null, rtoSeconds: null } };
        const { ok, rpoSeconds, rtoSeconds } = last;
        return { outputs: { ok, rpoSeconds, rtoSeconds, ageHours: Math.floor((clock() - last.at) / hourMs) } };
      },
      preview,
      simulated: { ok: true, ageHours: 0, rpoSeconds: 0, rtoSeconds: 0 },
    },
  };
}
