import { basename, join, resolve } from 'node:path';
import { restoreBackup } from '../../recover/restore.ts';
import { restorePoint } from '../../recover/restore-point.ts';
import {
  type Command,
  type CommandInput,
  type ExitCode,
  neededOption,
  type Terminal,
  textOption,
  UsageError,
} from '../command.ts';
import { restoreBusinessData } from './backup-business.ts';
import {
  fileOf,
  keyHelp,
  openedWith,
  openHelp,
  openOptions,
  orProblem,
  type Place,
  placeOf,
  whereHelp,
  whereOptions,
} from './backup-options.ts';
import { noteRestore } from './restore-note.ts';

const fromOptions = { from: { type: 'string' as const }, at: { type: 'string' as const } };
const onlyOptions = {
  only: { type: 'string' as const },
  to: { type: 'string' as const },
  'password-file': { type: 'string' as const },
};

export const backupRestore: Command = {
  name: 'backup restore',
  usage:
    '(FILE [--only ID --to TARGET] | --from DIR [--at TIME]) (--identity F | --passphrase-file F) [-c menshen.yaml | --data DIR] [--vkey K]',
  summary: {
    zh: '恢复备份到空的数据目录；--from 从第二存储位置恢复到最新状态或某一时间点',
    en: 'Restore a backup into an empty data folder; --from restores from a second place, to its newest state or to a point in time',
  },
  options: { ...whereOptions, ...openOptions, vkey: { type: 'string' }, ...fromOptions, ...onlyOptions },
  optionHelp: {
    ...whereHelp,
    ...openHelp,
    vkey: keyHelp,
    from: { zh: '第二存储位置的目录（recovery.ship）', en: 'folder of the second place (recovery.ship)' },
    at: {
      zh: '恢复到此时间（ISO 8601，如 2026-11-26T09:30:00+08:00）；默认最新',
      en: 'the time to restore to (ISO 8601, such as 2026-11-26T09:30:00+08:00); the newest state by default',
    },
    only: { zh: '只恢复这一份业务数据（recovery.data 的 id）', en: 'restore this business data alone (an id of recovery.data)' },
    to: { zh: '恢复到的空库地址，或尚不存在的路径', en: 'an empty database, or a path that is not there yet' },
    'password-file': { zh: '数据库密码文件', en: "file with the database's password" },
  },
  examples: [
    'menshen backup restore /backup/menshen-20261126T020000Z.age --identity backup-identity.txt -c menshen.yaml',
    'menshen backup restore /backup/menshen-20261126T020000Z.age --only shop --to mysql://root@127.0.0.1/shop --password-file pw --identity backup-identity.txt',
    'menshen backup restore --from /mnt/second --identity backup-identity.txt -c menshen.yaml',
    'menshen backup restore --from /mnt/second --at 2026-11-26T09:30:00+08:00 --identity backup-identity.txt -c menshen.yaml',
  ],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, async () => {
      const place = placeOf(values, terminal);
      const vkey = textOption(values, 'vkey');
      const from = textOption(values, 'from');
      if (from !== undefined) return await restoreFrom(from, values, place, positionals, terminal);
      const only = textOption(values, 'only');
      if (only !== undefined) {
        const to = neededOption(values, 'to');
        const given = { id: only, to, passwordFile: textOption(values, 'password-file'), json: values['json'] === true };
        return await restoreBusinessData(fileOf(positionals), openedWith(values), given, place, terminal);
      }
      if (textOption(values, 'at') !== undefined)
        throw new UsageError({ zh: '--at 需与 --from 一起使用。', en: '--at goes with --from.' });
      const postgres = place.store.startsWith('file:') ? null : place.store;
      const [file, began] = [fileOf(positionals), performance.now()];
      const restored = await restoreBackup(file, openedWith(values), {
        ...{ data: place.data, postgres },
        ...(vkey === undefined ? {} : { vkey }),
      });
      const { inspected, files, manifest } = restored;
      await noteRestore(
        place,
        {
          ...{ kind: 'menshen-restore/1', finished: Date.now(), what: 'state', data: null, source: basename(file) },
          ...{ stateOf: manifest.created, rows: inspected.rows, logSize: inspected.log?.size ?? null, seconds: since(began) },
        },
        terminal,
      );
      sayWhereLogBelongs(place, terminal);
      if (values['json'] === true)
        terminal.out(JSON.stringify({ data: place.data, files, rows: inspected.rows, log: inspected.log }));
      else
        terminal.out(
          terminal.language === 'zh'
            ? `已恢复 ${files} 个文件、${inspected.rows} 行数据到 ${place.data}。启动前请运行 menshen audit restore，让日志声明自己是恢复来的；再用 menshen privacy carry-over 并入备份之后的删除登记。`
            : `Restored ${files} files and ${inspected.rows} rows to ${place.data}. Before the start, run menshen audit restore, so that the log says that it was restored, and menshen privacy carry-over with the erasures since the backup.`,
        );
      return 0;
    }),
};

const since = (began: number): number => Math.round(performance.now() - began) / 1_000;

/** A restore fills the data folder alone. Where the configuration keeps the log elsewhere, the start would begin another one. */
function sayWhereLogBelongs({ data, log }: Place, terminal: Terminal): void {
  const restored = join(data, 'tlog');
  if (log === restored) return;
  terminal.err(
    terminal.language === 'zh'
      ? `审计日志恢复在 ${restored}，而配置的 audit.directory 是 ${log}：请先把它移到那里，再继续。`
      : `The audit log was restored to ${restored}, and audit.directory of the configuration is ${log}: move it there before you go on.`,
  );
}

/** Restores from a second place and says what the store, the log and later prohibitions came to. */
async function restoreFrom(
  from: string,
  values: CommandInput['values'],
  place: Place,
  positionals: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const time = textOption(values, 'at');
  const at = time === undefined ? null : Date.parse(time);
  if (positionals.length > 0 || Number.isNaN(at) || (time !== undefined && !/(Z|[+-]\d\d:?\d\d)$/.test(time)))
    throw new UsageError({
      zh: '--from 不接受备份文件；--at 须为带时区的 ISO 8601 时间。',
      en: '--from takes no backup file; --at is an ISO 8601 time with its zone.',
    });
  const began = performance.now();
  const restored = await restorePoint(resolve(from), openedWith(values), {
    ...{ data: place.data, at, postgres: place.store.startsWith('file:') ? null : place.store },
    vkey: textOption(values, 'vkey') ?? null,
  });
  const { time: reached, newest, rows, log, carried, generation } = restored;
  await noteRestore(
    place,
    {
      ...{ kind: 'menshen-restore/1', finished: Date.now(), what: 'state', data: null, source: generation },
      ...{ stateOf: reached, rows, logSize: log.size, seconds: since(began) },
    },
    terminal,
  );
  sayWhereLogBelongs(place, terminal);
  if (values['json'] === true) terminal.out(JSON.stringify({ data: place.data, ...restored }));
  else {
    const [state, last] = [new Date(reached).toISOString(), new Date(newest).toISOString()];
    terminal.out(
      terminal.language === 'zh'
        ? `已恢复到 ${place.data}：数据库为 ${state} 的状态（${rows} 行），审计日志为 ${last} 的状态（${log.size} 条）。${carried === null ? '' : `此后撤销的 ${carried.withdrawn} 项权限已撤销，${carried.carried} 项禁止与声明已沿用。`}之后登记的删除会在启动时、对外服务之前重新执行。启动前请运行 menshen audit restore，让日志声明自己是恢复来的。`
        : `Restored to ${place.data}: the store as of ${state} (${rows} rows), the audit log as of ${last} (${log.size} entries).${carried === null ? '' : ` ${carried.withdrawn} permissions that were withdrawn since are withdrawn, ${carried.carried} prohibitions and declarations hold.`} Erasures are done again at the start, before anything is served. Before the start, run menshen audit restore, so that the log says that it was restored.`,
    );
  }
  return 0;
}
