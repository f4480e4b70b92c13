import { CoordinationError } from './errors.ts';
import { createMemoryCoordination } from './memory.ts';
import type { Coordination } from './model.ts';
import { createRedisCoordination } from './redis.ts';

export interface OpenCoordinationOptions {
  /** `memory:`, `redis://...` or `rediss://...` */
  readonly url: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Set before every key on Redis; `menshen:` by default. */
  readonly prefix?: string;
}

/**
 * Opens the coordination that the configuration names.
 * @throws CoordinationError `coordination_invalid` for another kind of address; it is not repeated, as it may hold a password
 */
export async function openCoordination(options: OpenCoordinationOptions): Promise<Coordination> {
  const { url, clock } = options;
  if (url === 'memory:') return createMemoryCoordination({ clock });
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CoordinationError('coordination_invalid', 'coordination is neither memory: nor redis://...');
  }
  return await createRedisCoordination({ url, clock, ...(options.prefix === undefined ? {} : { prefix: options.prefix }) });
}
