import { resolve } from 'node:path';
import type { ShipConfig } from '@menshen/contract';

/** Relative folders start at the configuration's. */
export function absolutePlace(to: ShipConfig['to'], folder: string): ShipConfig['to'] {
  return 'folder' in to ? { folder: resolve(folder, to.folder) } : to;
}
