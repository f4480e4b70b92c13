import { sign } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '../audit/canonical-json.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';
import type { OpenedWith } from './container.ts';
import { type DataTarget, demandEmptyScratch, emptyScratch, restoreData } from './data/business-data.ts';
import { restoreBackup } from './restore.ts';
import { restorePoint } from './restore-point.ts';
import { drillPrefix, inScratch } from './scratch.ts';

/** Record of a drill: that a backup was restored, what was checked, and how long it took. */
export interface DrillRecord {
  readonly kind: 'menshen-drill/1';
  /** Epoch ms. */
  readonly started: number;
  readonly backup: { readonly file: string; readonly created: number; readonly version: string };
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly checked: {
    readonly files: number;
    readonly bytes: number;
    readonly rows: number;
    readonly migrations: number;
    readonly logSize: number;
    /** Business data: what was restored and counted, and what was not for want of a scratch database. */
    readonly data: readonly { readonly id: string; readonly rows: number; readonly restored: boolean }[];
  };
  /** What would be lost if everything went now: the age of the backup. */
  readonly rpoSeconds: number;
  /** From the encrypted file to a folder that could be started: measured. */
  readonly rtoSeconds: number;
}

/** Restores a backup into a scratch place, checks it as a restore would, and throws it away. A backup that cannot be restored throws what restoring throws. */
export async function drillBackup(
  file: string,
  opened: OpenedWith,
  parts: {
    readonly clock: () => number;
    readonly monotonic: () => number;
    readonly postgres: string | null;
    readonly vkey?: string;
    /** Empty databases for business data, by its id; files and folders need none. */
    readonly scratch?: ReadonlyMap<string, DataTarget>;
  },
): Promise<DrillRecord> {
  const started = parts.clock();
  const began = parts.monotonic();
  return await inScratch(drillPrefix, async (scratch) => {
    const { manifest, files, bytes, inspected } = await restoreBackup(file, opened, {
      data: join(scratch, 'data'),
      postgres: parts.postgres,
      business: true,
      ...(parts.vkey === undefined ? {} : { vkey: parts.vkey }),
    });
    const problems = [...inspected.problems];
    const data: DrillRecord['checked']['data'][number][] = [];
    let dataRows = 0;
    for (const one of manifest.data) {
      const target: DataTarget | undefined =
        one.kind === 'sqlite' || one.kind === 'folder'
          ? { kind: one.kind, path: join(scratch, 'restored', one.id) }
          : parts.scratch?.get(one.id);
      const rows = Object.values(one.rows).reduce((sum, count) => sum + count, 0);
      data.push({ id: one.id, rows, restored: target !== undefined });
      // A database without a scratch place is no failure, and no proof: the record says so.
      if (target === undefined) continue;
      await demandEmptyScratch(target);
      try {
        problems.push(...(await restoreData(join(scratch, 'data'), one, target)));
      } finally {
        await emptyScratch(target);
      }
      dataRows += rows;
    }
    return {
      ...{ kind: 'menshen-drill/1', started, ok: problems.length === 0, problems },
      backup: { file: file.split('/').at(-1) ?? file, created: manifest.created, version: manifest.version },
      checked: {
        files,
        bytes,
        rows: inspected.rows + dataRows,
        data,
        migrations: manifest.store.migrations.length,
        logSize: inspected.log?.size ?? 0,
      },
      rpoSeconds: Math.max(0, Math.round((started - manifest.created) / 1_000)),
      rtoSeconds: Math.round((parts.monotonic() - began) / 10) / 100,
    };
  });
}

/** Restores the newest state of a second place into a scratch place, checks it, and throws it away. What would be lost is the age of that state. */
export async function drillPlace(
  from: string,
  opened: OpenedWith,
  parts: { readonly clock: () => number; readonly monotonic: () => number; readonly vkey?: string },
): Promise<DrillRecord> {
  const started = parts.clock();
  const began = parts.monotonic();
  return await inScratch(drillPrefix, async (scratch) => {
    const point = await restorePoint(from, opened, { data: join(scratch, 'data'), at: null, vkey: parts.vkey ?? null });
    return {
      ...{ kind: 'menshen-drill/1', started, ok: true, problems: [] },
      backup: { file: point.generation, created: point.time, version: point.version },
      checked: {
        ...{ files: point.segments, bytes: point.bytes, rows: point.rows, migrations: point.migrations, data: [] },
        logSize: point.log.size,
      },
      rpoSeconds: Math.max(0, Math.round((started - point.newest) / 1_000)),
      rtoSeconds: Math.round((parts.monotonic() - began) / 10) / 100,
    };
  });
}

/** Signs a record with a key of the installation, so that it cannot be made up afterwards. */
export function signDrill(record: DrillRecord, seed: Uint8Array): DrillRecord & { readonly signature: string } {
  const signature = sign(null, Buffer.from(canonicalJson(record)), ed25519FromSeed(seed)).toString('base64');
  return { ...record, signature };
}
