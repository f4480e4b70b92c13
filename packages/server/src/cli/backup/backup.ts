import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createKeys, loadMasterKey } from '../../keys/master.ts';
import { createBackup } from '../../recover/create.ts';
import { type DrillRecord, drillBackup, drillPlace, signDrill } from '../../recover/drill.ts';
import { type BackupLabel, backupLabel } from '../../recover/model.ts';
import { inspectRestored, listBackups, unpackBackup } from '../../recover/restore.ts';
import { inScratch } from '../../recover/scratch.ts';
import { type Command, neededOption, type Terminal, textOption, UsageError } from '../command.ts';
import { version } from '../version.ts';
import {
  fileOf,
  keyHelp,
  openedWith,
  openHelp,
  openOptions,
  orProblem,
  type Place,
  placeOf,
  sealedTo,
  whereHelp,
  whereOptions,
} from './backup-options.ts';

export { backupRestore } from './backup-restore.ts';

export const backupKey: Command = {
  name: 'backup key',
  usage: '--out FILE',
  summary: { zh: '生成备份用的 age 密钥', en: 'Make an age key for backups' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { out: { zh: '身份文件；请离线保管', en: 'identity file; keep it off line' }, json: openHelp.json },
  examples: ['menshen backup key --out backup-identity.txt'],
  async run({ values, terminal }) {
    const out = textOption(values, 'out');
    if (out === undefined) throw new UsageError({ zh: '请给出 --out。', en: 'Give --out.' });
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    try {
      writeFileSync(out, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx' });
    } catch {
      throw new UsageError({ zh: '文件已存在或无法写入。', en: 'The file exists or cannot be written.' });
    }
    terminal.out(values['json'] === true ? JSON.stringify({ identity: out, recipient }) : recipient);
    return 0;
  },
};

export const backupCreate: Command = {
  name: 'backup create',
  usage: '--out DIR (--recipient AGE... | --passphrase-file F) [-c menshen.yaml] [--without-keys]',
  summary: { zh: '创建加密备份（运行中也可以）', en: 'Make an encrypted backup, while everything runs' },
  options: {
    ...whereOptions,
    out: { type: 'string' },
    recipient: { type: 'string', multiple: true },
    'passphrase-file': { type: 'string' },
    'without-keys': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    ...whereHelp,
    out: { zh: '备份目录', en: 'folder of the backups' },
    recipient: { zh: 'age 公钥（age1...），可多次给出', en: 'age recipient (age1...); may be given several times' },
    'passphrase-file': openHelp['passphrase-file'],
    'without-keys': {
      zh: '不含密钥目录；没有密钥的备份无法单独恢复',
      en: 'leave the keys out; without them the backup alone restores nothing',
    },
    json: openHelp.json,
  },
  examples: [
    'menshen backup create --out /backup --recipient age1qg...',
    'menshen backup create -c menshen.yaml --out /backup --passphrase-file pass.txt',
  ],
  run: ({ values, terminal }) =>
    orProblem(terminal, async () => {
      const out = neededOption(values, 'out');
      const place = placeOf(values, terminal);
      const label = await createBackup({
        ...{
          data: place.data,
          log: place.log,
          store: place.store,
          out: resolve(out),
          to: sealedTo(values),
          version,
          clock: Date.now,
        },
        keys: values['without-keys'] !== true,
        business: place.business,
      });
      if (values['json'] === true) terminal.out(JSON.stringify(label));
      else terminal.out(labelLine(label, terminal));
      return 0;
    }),
};

export const backupList: Command = {
  name: 'backup list',
  usage: '--out DIR',
  summary: { zh: '列出备份', en: 'List the backups of a folder' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { out: { zh: '备份目录', en: 'folder of the backups' }, json: openHelp.json },
  examples: ['menshen backup list --out /backup'],
  async run({ values, terminal }) {
    const labels = (await listBackups(resolve(neededOption(values, 'out'))))
      .flatMap((label) => backupLabel.safeParse(label).data ?? [])
      .sort((one, other) => other.created - one.created);
    if (values['json'] === true) terminal.out(JSON.stringify(labels));
    else if (labels.length === 0) terminal.out(terminal.language === 'zh' ? '还没有备份。' : 'There is no backup yet.');
    else for (const label of labels) terminal.out(labelLine(label, terminal));
    return 0;
  },
};

export const backupVerify: Command = {
  name: 'backup verify',
  usage: 'FILE (--identity F | --passphrase-file F) [--vkey K]',
  summary: { zh: '核对备份：能否解开、文件与日志是否完整', en: 'Check a backup: that it opens, that store and log are whole' },
  options: { ...openOptions, vkey: { type: 'string' } },
  optionHelp: { ...openHelp, vkey: keyHelp },
  examples: ['menshen backup verify /backup/menshen-20261126T020000Z.age --identity backup-identity.txt'],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, () =>
      inScratch(join(tmpdir(), 'menshen-verify-'), async (scratch) => {
        const folder = join(scratch, 'data');
        const { manifest, files, bytes } = await unpackBackup(fileOf(positionals), openedWith(values), folder);
        const inspected = await inspectRestored(folder, manifest, null, textOption(values, 'vkey'));
        if (values['json'] === true) terminal.out(JSON.stringify({ files, bytes, ...inspected }));
        else if (inspected.ok)
          terminal.out(
            terminal.language === 'zh'
              ? `完整：${files} 个文件，${inspected.rows} 行数据，日志 ${inspected.log?.size ?? 0} 条`
              : `Whole: ${files} files, ${inspected.rows} rows, ${inspected.log?.size ?? 0} entries of the log`,
          );
        else for (const problem of inspected.problems) terminal.out(problem);
        return inspected.ok ? 0 : 1;
      }),
    ),
};

export const backupDrill: Command = {
  name: 'backup drill',
  usage: '[FILE | --from DIR] (--identity F | --passphrase-file F) [--out DIR] [--record FILE] [--store URL]',
  summary: {
    zh: '恢复演练：恢复到临时位置，核对并测量 RPO 与 RTO',
    en: 'Restore drill: into a scratch place, checked, with measured RPO and RTO',
  },
  options: {
    ...whereOptions,
    ...openOptions,
    out: { type: 'string' },
    record: { type: 'string' },
    store: { type: 'string' },
    vkey: { type: 'string' },
    from: { type: 'string' },
  },
  optionHelp: {
    ...whereHelp,
    ...openHelp,
    from: { zh: '演练第二存储位置（recovery.ship）', en: 'drill the second place (recovery.ship) instead of a backup' },
    out: { zh: '备份目录；不给出文件时取最新的一个', en: 'folder of the backups; without a file the newest is taken' },
    record: {
      zh: '把签名的演练记录追加到此文件（默认数据目录下的 drills.jsonl）',
      en: 'append the signed record to this file (drills.jsonl in the data folder by default)',
    },
    store: { zh: 'PostgreSQL 备份恢复到的空库地址', en: 'address of an empty database, for backups of PostgreSQL' },
    vkey: keyHelp,
  },
  examples: [
    'menshen backup drill --out /backup --identity backup-identity.txt',
    'menshen backup drill --from /mnt/second --identity backup-identity.txt -c menshen.yaml',
  ],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, async () => {
      const place = placeOf(values, terminal);
      const vkey = textOption(values, 'vkey');
      const from = textOption(values, 'from');
      const times = { clock: Date.now, monotonic: () => performance.now(), ...(vkey === undefined ? {} : { vkey }) };
      const drill =
        from !== undefined
          ? await drillPlace(resolve(from), openedWith(values), times)
          : await drillBackup(
              positionals.length > 0 ? fileOf(positionals) : await newestIn(neededOption(values, 'out')),
              openedWith(values),
              { ...times, postgres: textOption(values, 'store') ?? null },
            );
      const signed = signedRecord(drill, place);
      const record = textOption(values, 'record') ?? (existsSync(place.data) ? join(place.data, 'drills.jsonl') : null);
      if (record !== null) {
        mkdirSync(dirname(resolve(record)), { recursive: true });
        appendFileSync(record, `${JSON.stringify(signed)}\n`, { mode: 0o600 });
      }
      if (values['json'] === true) terminal.out(JSON.stringify(signed));
      else
        terminal.out(
          terminal.language === 'zh'
            ? `演练${drill.ok ? '通过' : '未通过'}：${drill.checked.rows} 行数据，日志 ${drill.checked.logSize} 条，RPO ${drill.rpoSeconds} 秒，RTO ${drill.rtoSeconds} 秒`
            : `Drill ${drill.ok ? 'passed' : 'failed'}: ${drill.checked.rows} rows, ${drill.checked.logSize} log entries, RPO ${drill.rpoSeconds} s, RTO ${drill.rtoSeconds} s`,
        );
      return drill.ok ? 0 : 1;
    }),
};

/** Signs the record with a key of this installation, so that it cannot be made up afterwards; without its keys it stays unsigned and says so. */
function signedRecord(drill: DrillRecord, { data, masterKey }: Place): object {
  const file = join(data, 'keys', 'master.key');
  if (masterKey === undefined && !existsSync(file)) return { ...drill, signature: null };
  const keys = createKeys(loadMasterKey(masterKey, file), () => new Uint8Array(0));
  return signDrill(drill, keys.derive('drill record signing key'));
}

async function newestIn(folder: string): Promise<string> {
  const labels = (await listBackups(resolve(folder))).flatMap((label) => backupLabel.safeParse(label).data ?? []);
  const newest = labels.sort((one, other) => other.created - one.created)[0];
  if (newest === undefined) throw new UsageError({ zh: '目录里没有备份。', en: 'There is no backup in the folder.' });
  return join(resolve(folder), newest.file);
}

function labelLine({ file, created, bytes, log, keys }: BackupLabel, { language }: Terminal): string {
  const size = `${(bytes / 1_048_576).toFixed(1)} MiB`;
  const time = new Date(created).toISOString();
  return language === 'zh'
    ? `${time}  ${file}  ${size}  日志 ${log?.size ?? 0} 条${keys ? '' : '  不含密钥'}`
    : `${time}  ${file}  ${size}  ${log?.size ?? 0} log entries${keys ? '' : '  without keys'}`;
}
