import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { OpenedWith } from '../../recover/container.ts';
import { type DataTarget, restoreData } from '../../recover/data/business-data.ts';
import { BackupError } from '../../recover/model.ts';
import { unpackBackup } from '../../recover/restore.ts';
import { inScratch } from '../../recover/scratch.ts';
import { type ExitCode, type Terminal, UsageError } from '../command.ts';
import type { Place } from './backup-options.ts';
import { noteRestore } from './restore-note.ts';

/** Restores one set of business data out of a backup, into an empty database or to a path that is not there yet. */
export async function restoreBusinessData(
  file: string,
  opened: OpenedWith,
  given: { readonly id: string; readonly to: string; readonly passwordFile: string | undefined; readonly json: boolean },
  place: Place,
  terminal: Terminal,
): Promise<ExitCode> {
  const { id, to } = given;
  const began = performance.now();
  return await inScratch<ExitCode>(join(tmpdir(), 'menshen-data-'), async (scratch) => {
    const unpacked = join(scratch, 'data');
    const { manifest } = await unpackBackup(file, opened, unpacked);
    const one = manifest.data.find((data) => data.id === id);
    if (one === undefined) throw new BackupError('no_data', id);
    const problems = await restoreData(unpacked, one, await targetOf(one.kind, to, given.passwordFile));
    if (problems.length > 0) throw new BackupError('damaged', problems.join('; '));
    const rows = Object.values(one.rows).reduce((sum, count) => sum + count, 0);
    await noteRestore(
      place,
      {
        ...{ kind: 'menshen-restore/1', finished: Date.now(), what: 'data', data: id, source: basename(file) },
        ...{ stateOf: manifest.created, rows, logSize: null, seconds: Math.round(performance.now() - began) / 1_000 },
      },
      terminal,
    );
    if (given.json) terminal.out(JSON.stringify({ id, kind: one.kind, rows }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `已恢复 ${id}：${rows} ${one.kind === 'folder' ? '个文件' : '行数据'}，核对一致。`
          : `Restored ${id}: ${rows} ${one.kind === 'folder' ? 'files' : 'rows'}, as many as the backup counted.`,
      );
    return 0;
  });
}

async function targetOf(kind: DataTarget['kind'], to: string, passwordFile: string | undefined): Promise<DataTarget> {
  if (kind === 'sqlite' || kind === 'folder') return { kind, path: resolve(to) };
  const scheme = kind === 'mysql' ? /^mysql:$/ : /^postgres(ql)?:$/;
  if (!URL.canParse(to) || !scheme.test(new URL(to).protocol) || new URL(to).password !== '')
    throw new UsageError({
      zh: `--to 应为 ${kind}://用户@主机/库名；密码放在 --password-file 的文件里。`,
      en: `--to must be ${kind}://USER@HOST/NAME; the password goes into the file of --password-file.`,
    });
  if (passwordFile === undefined) return { kind, url: to, password: null };
  try {
    return { kind, url: to, password: (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '') };
  } catch {
    throw new UsageError({ zh: '读不到 --password-file 的文件。', en: 'The file of --password-file cannot be read.' });
  }
}
