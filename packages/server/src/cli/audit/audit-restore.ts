import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import { createAuditLogStore } from '../../audit/registry/store.ts';
import { type Noted, type RestoreProblem, restoreLog } from '../../audit/restore/restore.ts';
import { verifierKeyOf } from '../../audit/verifier-key.ts';
import { createSubmitter } from '../../audit/witness/submitter.ts';
import { loadConfig } from '../../config/load.ts';
import { createKeys, loadMasterKey } from '../../keys/master.ts';
import { openStore } from '../../store/store.ts';
import { startWriter } from '../../writer/client.ts';
import { WriterError } from '../../writer/protocol.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { problemLines } from '../problem-lines.ts';

const problems: Readonly<Record<RestoreProblem, Bilingual>> = {
  missing: { zh: '这里没有日志', en: 'there is no log here' },
  damaged: { zh: '日志不完整或已被改动，不能作为恢复的日志', en: 'the log is damaged or was changed: it is no restored log' },
  forked: {
    zh: '先前记录的内容不属于这份日志：这不是恢复，请调查',
    en: 'what was noted of the log is no part of this one: this is no recovery, look into it',
  },
};

export const auditRestore: Command = {
  name: 'audit restore',
  usage: '-c menshen.yaml --reason TEXT [--by NAME]',
  summary: {
    zh: '从备份恢复后，以新日志延续旧日志，并写明旧检查点与缺失的条数（服务须已停止）',
    en: 'After a restore from backup, open a new log that continues the old one and names its checkpoint and what is missing (the server must be stopped)',
  },
  options: {
    config: { type: 'string', short: 'c' },
    reason: { type: 'string' },
    by: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    config: { zh: '配置文件路径', en: 'path of the configuration file' },
    reason: { zh: '恢复的原因，写入日志', en: 'why it was restored; it stands in the log' },
    by: { zh: '操作人（默认系统用户名）', en: "who does it; the system's user name by default" },
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: ['menshen audit restore -c menshen.yaml --reason "disk of gw1 failed, backup of 2026-11-25"'],
  async run({ values, terminal }) {
    const [file, reason] = [textOption(values, 'config'), textOption(values, 'reason')?.trim() ?? ''];
    if (file === undefined) throw new UsageError({ zh: '请用 -c 指定配置文件。', en: 'Name the configuration file with -c.' });
    if (reason.length < 5 || reason.length > 500)
      throw new UsageError({ zh: '请用 --reason 写明原因（5 至 500 字）。', en: 'Say why with --reason (5 to 500 characters).' });
    const loaded = loadConfig(file);
    if (!loaded.ok) {
      terminal.err(problemLines(file, loaded.problems, terminal.language));
      return 2;
    }
    const { config } = loaded;
    const directory = resolve(config.data, config.audit.directory ?? 'tlog');
    const keyFile = join(config.data, 'keys', 'master.key');
    const keys = createKeys(loadMasterKey(config.keys.master, keyFile, [directory]), (size) =>
      crypto.getRandomValues(new Uint8Array(size)),
    );
    const signingSeed = keys.derive('audit log signing key');
    try {
      const outcome = await restoreLog({
        ...{ directory, signingSeed, reason, base: config.audit.origin, clock: Date.now, threads: availableParallelism() },
        by: textOption(values, 'by') ?? process.env['USER'] ?? 'operator',
        vkey: (origin) => verifierKeyOf(origin, signingSeed),
        noted: (origin) => notedInStore(config.data, config.store, origin),
        askWitnesses: (folder) => askWitnesses(folder, config.audit.witnesses),
      });
      if (values['json'] === true) terminal.out(JSON.stringify(outcome));
      else if (outcome.ok) {
        const { continues, origin, vkey } = outcome;
        const lost = Math.max(0, continues.noted - continues.size);
        terminal.out(
          terminal.language === 'zh'
            ? `新日志 ${origin} 延续 ${continues.origin}（${continues.size} 条，缺失 ${lost} 条，已写入第一条记录）。\n请将新的验证公钥告知审计人员与见证者：${vkey}`
            : `The new log ${origin} continues ${continues.origin} (${continues.size} entries, ${lost} lost, as its first entry says).\nTell auditors and witnesses the new verifier key: ${vkey}`,
        );
      } else terminal.err(`${problems[outcome.problem][terminal.language]} (${outcome.detail})`);
      return outcome.ok ? 0 : 1;
    } catch (error) {
      if (error instanceof WriterError && error.code === 'audit_locked')
        throw new UsageError({ zh: '服务仍在写这份日志，请先停止。', en: 'The server still writes this log: stop it first.' });
      throw error;
    }
  },
};

/** What the store's table of logs holds of an origin. */
async function notedInStore(data: string, url: string, origin: string): Promise<readonly Noted[]> {
  const databaseFile = url.startsWith('file:') ? join(data, url.slice('file:'.length)) : null;
  const writer = await startWriter(databaseFile === null ? {} : { databaseFile });
  try {
    const store = await openStore({ url: databaseFile === null ? url : `file:${databaseFile}`, writer, clock: Date.now });
    try {
      await store.migrate();
      const row = (await createAuditLogStore(store).list()).find((log) => log.origin === origin);
      return row === undefined ? [] : [{ by: 'database', size: row.size, root: row.root === '' ? null : row.root }];
    } finally {
      await store.close();
    }
  } finally {
    await writer.close();
  }
}

/** Shows the restored log to its witnesses once: what they have seen of it that it no longer has, and who has seen another. */
async function askWitnesses(directory: string, witnesses: readonly { readonly url: string; readonly vkey: string }[]) {
  const submitter = createSubmitter({
    ...{ directory, witnesses, quorum: 1, clock: Date.now, publish: () => undefined, onProblem: () => undefined },
    fetch: (url, init) => fetch(url, init),
  });
  if (witnesses.length > 0) await submitter.submit();
  const states = submitter.states();
  return {
    noted: states.flatMap(({ name, recorded }) => (recorded === null ? [] : [{ by: name, size: recorded, root: null }])),
    forked: states.filter(({ problem }) => problem === 'forked').map(({ name }) => name),
  };
}
