import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTilePath, TILE_WIDTH } from '@menshen/tlog';
import { detectionEvent, entityManagementEvent } from '../events.ts';
import { nodeFiles } from '../log/files.ts';
import { formatMinimum, MINIMUM_FILE, type Minimum, readMinimum } from '../log/minimum.ts';
import { directorySource } from '../log/source.ts';
import type { Audit } from '../service.ts';
import { type ArchivedDay, archiveDays, dayOf, listDays } from './days.ts';
import { verifyDay } from './verify-day.ts';

/** Days for which network logs are kept by law, whatever a configuration says (Cybersecurity Law: at least six months). */
export const LEGAL_DAYS = 180;
const DAY_MS = 86_400_000;

export interface RetentionOptions {
  readonly audit: Pick<Audit, 'owner' | 'intent' | 'record' | 'flush'>;
  readonly directory: string;
  readonly archive: string;
  readonly vkey: string;
  readonly timeZone: string;
  /** Days for which the log keeps its entries, asked at each run; never fewer than {@link LEGAL_DAYS}. */
  readonly days: () => number;
  /** Days for which archives are kept; never fewer than the log's. */
  readonly archiveDays: number;
  readonly clock: () => number;
  /** Threads that hash an archive before the log gives it up; two when absent, so that it is done off the event loop. */
  readonly threads?: number;
}

export interface RetentionRun {
  /** Days that were archived now. */
  readonly archived: readonly string[];
  /** First entry that the log still has. */
  readonly minimum: number;
  /** Archived days that were deleted now. */
  readonly deleted: readonly string[];
}

/**
 * Archives the log by day, and removes what its retention has ended for: entries from the log once their day's archive has been verified, archives when
 * their own time has ended. A removal is ordered by an entry of the log, without which verification calls missing entries what they are.
 */
export function createAuditRetention(options: RetentionOptions): { run(): Promise<RetentionRun> } {
  const { audit, directory, archive, clock, timeZone } = options;
  const keptDays = (): number => Math.max(LEGAL_DAYS, options.days());
  const nothing: RetentionRun = { archived: [], minimum: 0, deleted: [] };
  /** The last day of which every entry is older than so many days: a bundle may reach into the day after its own. */
  const lastDay = (age: number): string => dayOf(clock() - (age + 1) * DAY_MS, timeZone);

  const order = async (entity: string, detail: Record<string, string | number>): Promise<number> => {
    const event = (outcome: 'unknown' | 'success') =>
      entityManagementEvent({ time: clock(), activity: 'delete', entity, by: 'retention', detail, outcome });
    const { id, durable } = audit.intent(event('unknown'));
    await durable;
    const entry = await audit.record(event('success'), id);
    await audit.flush();
    return entry;
  };

  /** Deletes a bundle. False when it was not there. */
  const removeBundle = async (index: number): Promise<boolean> => {
    try {
      await unlink(join(directory, formatTilePath({ level: 'entries', index, width: TILE_WIDTH })));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  };
  /** Deletes upwards what has become due; so what a crash leaves are the highest ones, which are looked for from above. */
  const removeBetween = async (from: number, to: number): Promise<void> => {
    for (let index = from / TILE_WIDTH; index < to / TILE_WIDTH; index += 1) await removeBundle(index);
  };
  const removeLeftovers = async ({ minimum }: Minimum): Promise<void> => {
    for (let index = minimum / TILE_WIDTH - 1; index >= 0 && (await removeBundle(index)); ) index -= 1;
  };

  const prune = async (before: Minimum): Promise<Minimum> => {
    const days = keptDays();
    const ended: ArchivedDay[] = [];
    let minimum = before.minimum;
    for (const one of await listDays(archive)) {
      const { first, end, day } = one.manifest;
      if (end <= minimum) continue;
      if (first > minimum || day >= lastDay(days)) break;
      ended.push(one);
      minimum = end;
    }
    for (const { folder, manifest } of ended) {
      const report = await verifyDay(directorySource(folder), options.vkey, options.threads ?? 2);
      if (report?.ok === true) continue;
      const title = 'an archived day of the audit log does not verify: its entries stay in the log';
      const detail = { day: manifest.day, problem: report?.problems[0]?.code ?? 'manifest_malformed' };
      await audit.record(detectionEvent({ time: clock(), rule: 'audit_archive_damaged', severity: 'high', title, detail }));
      return before;
    }
    if (minimum === before.minimum) return before;
    const entry = await order('audit log', { minimum, days });
    const path = join(directory, MINIMUM_FILE);
    nodeFiles.create(`${path}.new`, formatMinimum({ minimum, entry }));
    nodeFiles.syncPath(`${path}.new`);
    nodeFiles.rename(`${path}.new`, path);
    nodeFiles.syncPath(directory);
    return { minimum, entry };
  };

  const deleteArchives = async ({ minimum }: Minimum): Promise<string[]> => {
    const deleted: string[] = [];
    const archivedDays = Math.max(keptDays(), options.archiveDays);
    for (const { folder, manifest } of await listDays(archive)) {
      if (manifest.end > minimum || manifest.day >= lastDay(archivedDays)) continue;
      await order('audit archive', { day: manifest.day, first: manifest.first, end: manifest.end, days: archivedDays });
      await rm(folder, { recursive: true, force: true });
      deleted.push(manifest.day);
    }
    return deleted;
  };

  return {
    async run() {
      if (!audit.owner()) return nothing;
      const before = await readMinimum(directorySource(directory));
      // A file that cannot be read is for people to look at: nothing is removed meanwhile.
      if (before === null) return nothing;
      const made = await archiveDays({ directory, archive, timeZone, minimum: before.minimum, now: clock() });
      await removeLeftovers(before);
      const after = await prune(before);
      await removeBetween(before.minimum, after.minimum);
      return { archived: made.map(({ manifest }) => manifest.day), minimum: after.minimum, deleted: await deleteArchives(after) };
    },
  };
}
