import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedWith } from './container.ts';
import { restoreBackup } from './restore.ts';

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
  },
): Promise<DrillRecord> {
  const scratch = await mkdtemp(join(tmpdir(), 'menshen-drill-'));
  const started = parts.clock();
  const began = parts.monotonic();
  try {
    const { manifest, files, bytes, inspected } = await restoreBackup(file, opened, {
      data: join(scratch, 'data'),
      postgres: parts.postgres,
      ...(parts.vkey === undefined ? {} : { vkey: parts.vkey }),
    });
    return {
      ...{ kind: 'menshen-drill/1', started, ok: inspected.ok, problems: inspected.problems },
      backup: { file: file.split('/').at(-1) ?? file, created: manifest.created, version: manifest.version },
      checked: {
        files,
        bytes,
        rows: inspected.rows,
        migrations: manifest.store.migrations.length,
        logSize: inspected.log?.size ?? 0,
      },
      rpoSeconds: Math.max(0, Math.round((started - manifest.created) / 1_000)),
      rtoSeconds: Math.round((parts.monotonic() - began) / 10) / 100,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
