import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { BusinessData } from '@menshen/contract';
import { isWithin } from '../is-within.ts';

/** Below the data folder; neither shipped nor backed up, so that backups may lie there. */
const ownBackups = 'backups';

/** What goes into a backup or to the second place. */
export interface HeldFolders {
  readonly data: string;
  /** Folder of the audit log, where it is not below the data folder. */
  readonly log?: string;
  readonly business: readonly BusinessData[];
  /** Where relative paths of the business data start. */
  readonly folder: string;
}

/**
 * Whether a place of backups lies within what goes there: each file would hold all files before it, until the disk is full. `own` says that the folder
 * `backups` below the data folder is left out.
 */
export function isNestedPlace(place: string, { data, log, business, folder }: HeldFolders, own: boolean): boolean {
  const real = realOf(resolve(folder, place));
  const home = realOf(resolve(data));
  if (isWithin(real, home)) return !(own && isWithin(real, join(home, ownBackups)));
  const others = business.flatMap((one) => ('folder' in one ? [resolve(folder, one.folder)] : []));
  return [...(log === undefined ? [] : [resolve(log)]), ...others].some((one) => isWithin(real, realOf(one)));
}

/** The path with its links resolved, as far as it exists. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), basename(path));
  }
}
