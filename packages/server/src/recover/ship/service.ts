import { Worker } from 'node:worker_threads';
import type { ShipConfig } from '@menshen/contract';
import type { Metrics } from '../../gateway/metrics.ts';
import type { FilePlaces } from './file-changes.ts';
import type { ShipProblem, ShipState } from './shipper.ts';

/** What the thread is started with. */
export interface ShipThreadData {
  readonly places: FilePlaces;
  /** Address of the store where PostgreSQL holds it and it is to travel; else null. */
  readonly postgres: string | null;
  readonly work: string;
  readonly to: ShipConfig['to'];
  readonly recipients: readonly string[];
  readonly origin: string;
  readonly signingSeed: Uint8Array;
  readonly version: string;
  readonly everyMs: number;
  readonly settleMs: number;
  readonly baseMs: number;
  readonly keepMs: number;
}

export interface ShippingStatus {
  /** Folder or program; never its arguments. */
  readonly place: string;
  readonly kind: 'folder' | 'command';
  readonly generation: string | null;
  /** Whether the store travels with log and files. */
  readonly database: boolean;
  readonly segments: number;
  readonly bytes: number;
  /** Epoch ms: what was durable then is in the second place. */
  readonly shippedTo: number | null;
  readonly lagSeconds: number;
  /** Beyond this it is behind. */
  readonly limitSeconds: number;
  readonly behind: boolean;
  readonly problem: ShipProblem | 'ended' | null;
  readonly failingSince: number | null;
}

export interface Shipping {
  status(): ShippingStatus;
  /** Ships what is there and ends. */
  close(): Promise<void>;
}

const closeMs = 10_000;
const marginMs = 5_000;

export function startShipping(
  data: ShipThreadData,
  { metrics, clock }: { readonly metrics: Pick<Metrics, 'gauge'>; readonly clock: () => number },
): Shipping {
  const file = import.meta.url.endsWith('.ts') ? './ship-thread.ts' : './ship-thread.js';
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: data,
    name: 'shipping',
    // The database's descriptor must outlive the thread: closing it would cost the process its locks on the file.
    trackUnmanagedFds: false,
  });
  const started = clock();
  let state: ShipState | null = null;
  let ended = false;
  worker.on('message', (told: ShipState) => {
    state = told;
  });
  worker.on('error', () => {
    ended = true;
  });
  worker.on('exit', () => {
    ended = true;
  });
  const limitMs = data.everyMs * 2 + data.settleMs + marginMs;
  const lagMs = (): number => Math.max(0, clock() - (state?.shippedTo ?? started));
  metrics.gauge('menshen_shipping_lag_seconds', 'Age of the newest state that the second place has.', () =>
    Math.round(lagMs() / 1_000),
  );
  return {
    status() {
      const { to } = data;
      return {
        ...('folder' in to
          ? { kind: 'folder' as const, place: to.folder }
          : { kind: 'command' as const, place: to.command[0] ?? '' }),
        database: data.postgres !== null || data.places.database !== null,
        ...{ generation: state?.generation ?? null, segments: state?.sequence ?? 0, bytes: state?.bytes ?? 0 },
        ...{ shippedTo: state?.shippedTo ?? null, lagSeconds: Math.round(lagMs() / 1_000) },
        ...{ limitSeconds: Math.ceil(limitMs / 1_000), behind: lagMs() > limitMs },
        problem: ended ? 'ended' : (state?.problem ?? null),
        failingSince: state?.failingSince ?? null,
      };
    },
    async close() {
      if (ended) return;
      const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage('stop');
      const late = setTimeout(() => void worker.terminate(), closeMs);
      await exit;
      clearTimeout(late);
    },
  };
}
