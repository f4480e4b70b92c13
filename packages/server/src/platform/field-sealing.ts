import type { Config } from '@menshen/contract';
import type { KeyRing } from '../keys/ring/service.ts';
import type { SealingService } from '../protect/sealing/service.ts';
import { buildRuntime } from './build-runtime.ts';
import { createClosers } from './closers.ts';
import { openFoundation } from './foundation.ts';
import { startSealing } from './sealing.ts';

/** Field encryption of a node by itself. */
export interface FieldSealing {
  readonly service: SealingService;
  readonly ring: KeyRing;
  close(): Promise<void>;
}

/** Opens store, log and keys, and what seals fields with them, without gateway and console: for tools. Throws ConfigError. */
export async function startFieldSealing(config: Config, folder: string, clock: () => number = Date.now): Promise<FieldSealing> {
  const closers = createClosers();
  try {
    const foundation = await openFoundation(config, clock, closers);
    const current = { runtime: buildRuntime(config, folder, clock, null), folder };
    const { service, ring } = await startSealing(foundation, current, closers);
    return { service, ring, close: () => closers.run() };
  } catch (error) {
    await closers.run().catch(() => undefined);
    throw error;
  }
}
