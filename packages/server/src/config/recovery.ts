import { resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { isNestedPlace } from '../recover/nested-place.ts';
import type { ConfigProblem } from './load.ts';

/** Places of backups that lie within what is backed up. `folder` is where relative paths start. */
export function recoveryProblems(
  { data, audit, recovery }: Pick<Config, 'data' | 'audit' | 'recovery'>,
  folder: string,
): ConfigProblem[] {
  const { ship, backups } = recovery;
  const home = resolve(folder, data);
  const held = { data: home, log: resolve(home, audit.directory ?? 'tlog'), business: recovery.data, folder };
  const places = [
    ...(ship !== undefined && 'folder' in ship.to
      ? [{ field: 'recovery.ship.to.folder', place: ship.to.folder, own: false }]
      : []),
    ...(backups === undefined ? [] : [{ field: 'recovery.backups.folder', place: backups.folder, own: true }]),
    ...(backups?.offsite !== undefined && 'folder' in backups.offsite
      ? [{ field: 'recovery.backups.offsite.folder', place: backups.offsite.folder, own: true }]
      : []),
  ];
  return places
    .filter(({ place, own }) => isNestedPlace(place, held, own))
    .map(({ field }) => ({
      ...{ line: null, column: null, field },
      zh: '不能放在被备份的目录之内：每份都会包含之前的全部，直到磁盘写满，而且会与数据一起丢失。请换到另一块磁盘或另一台机器。',
      en: 'This must not lie within what is backed up: each file would hold all before it, until the disk is full, and be lost together with the data. Use another disk or machine.',
    }));
}
