import { CoordinationError } from './errors.ts';
import { createMemoryCoordination } from './memory.ts';
import type { Coordination } from './model.ts';
import { createRedisCoordination } from './redis.ts';

export interface OpenCoordinationOptions {
  /** `memory:`, `redis://...` or `rediss://...`; `?prefix=NAME:` lets installations share a server. */
  readonly url: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Set before every key on Redis; by default what the address says, else `menshen:`. */
  readonly prefix?: string;
}

const prefixForm = /^[\w.:-]{1,64}$/;

/**
 * Opens the coordination that the configuration names.
 * @throws CoordinationError `coordination_invalid` for another kind of address; it is not repeated, as it may hold a password
 */
export async function openCoordination(options: OpenCoordinationOptions): Promise<Coordination> {
  const { clock } = options;
  const place = readRedisPlace(options.url);
  if (place === null) return createMemoryCoordination({ clock });
  const prefix = options.prefix ?? place.prefix;
  if (prefix !== null && !prefixForm.test(prefix)) {
    throw new CoordinationError('coordination_invalid', 'a prefix has 1 to 64 letters, digits, and . : _ -');
  }
  return await createRedisCoordination({ url: place.url, clock, ...(prefix === null ? {} : { prefix }) });
}

/**
 * Where an address of coordination leads on Redis, and what it sets before every key; null for `memory:`.
 * @throws CoordinationError `coordination_invalid`, as {@link openCoordination}
 */
export function readRedisPlace(address: string): { readonly url: string; readonly prefix: string | null } | null {
  if (address === 'memory:') return null;
  if (!/^rediss?:\/\//.test(address) || !URL.canParse(address)) {
    throw new CoordinationError('coordination_invalid', 'coordination is neither memory: nor redis://...');
  }
  const url = new URL(address);
  const prefix = url.searchParams.get('prefix');
  // Other parameters would reach the client library, where one can switch off what we rely on.
  if ([...url.searchParams.keys()].some((name) => name !== 'prefix')) {
    throw new CoordinationError('coordination_invalid', 'the address of Redis takes no parameter but prefix');
  }
  url.search = '';
  return { url: url.href, prefix };
}
