import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { createKeys, loadMasterKey } from '../keys/master.ts';
import { erasureLogKey, erasureLogPath, openErasureLog } from '../privacy/erasure-log.ts';
import { type ProofReport, verifyProof } from '../privacy/verify-copy.ts';
import { type Command, type Terminal, textOption, UsageError } from './command.ts';
import { problemLines } from './problem-lines.ts';

const jsonHelp = { zh: '以 JSON 输出', en: 'print JSON' };

function oneFile(positionals: readonly string[]): string {
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError({ zh: '请给出一个文件。', en: 'Name one file.' });
  return file;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError({ zh: '文件无法读取。', en: 'The file cannot be read.' });
  }
}

export const privacyVerify: Command = {
  name: 'privacy verify',
  usage: 'FILE --key KEY.pem',
  summary: { zh: '验证个人信息副本或删除证明', en: 'Verify a copy of personal data, or a certificate of erasure' },
  options: { key: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    key: {
      zh: '平台公钥（GET /api/v1/privacy/key），不要用文件里自带的',
      en: "the platform's public key (GET /api/v1/privacy/key), not the one in the file",
    },
    json: jsonHelp,
  },
  examples: [
    'menshen privacy verify menshen-personal-data-pr_x.zip --key key.pem',
    'menshen privacy verify er_x.json --key key.pem --json',
  ],
  async run({ values, positionals, terminal }) {
    const keyFile = textOption(values, 'key');
    if (keyFile === undefined) throw new UsageError({ zh: '请用 --key 给出平台公钥。', en: 'Give the public key with --key.' });
    const file = oneFile(positionals);
    let report: ProofReport;
    try {
      report = verifyProof(read(file), read(keyFile).toString('utf8'));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError({
        zh: '文件既不是个人信息副本，也不是删除证明，或者公钥有误。',
        en: 'The file is neither a copy nor a certificate, or the key is none.',
      });
    }
    if (values['json'] === true) terminal.out(JSON.stringify(report));
    else for (const line of reportLines(report, terminal.language)) terminal.out(line);
    return report.problems.length === 0 ? 0 : 1;
  },
};

function reportLines(
  { kind, platform, id, at, files, remaining, problems }: ProofReport,
  language: Terminal['language'],
): string[] {
  const zh = language === 'zh';
  const time = new Date(at).toISOString();
  const head =
    kind === 'export'
      ? zh
        ? `个人信息副本 ${id}，${files} 个文件，由 ${platform} 于 ${time} 生成`
        : `Copy ${id} of ${files} files, made by ${platform} at ${time}`
      : zh
        ? `删除证明 ${id}，由 ${platform} 出具，删除于 ${time}，残留 ${remaining} 行`
        : `Certificate ${id} by ${platform}, erased at ${time}, ${remaining} rows left`;
  if (problems.length === 0)
    return [head, zh ? '验证通过：签名和每个文件都一致。' : 'It holds: the signature and every file fit.'];
  const words = problems.map((problem) => {
    if (problem === 'signature') return zh ? '签名不符' : 'the signature does not fit';
    const name = problem.replace(/^file /, '');
    return zh ? `文件被改动或缺失：${name}` : `changed or missing: ${name}`;
  });
  return [head, ...words];
}

export const privacyCarryOver: Command = {
  name: 'privacy carry-over',
  usage: 'FILE (-c menshen.yaml | --data DIR)',
  summary: {
    zh: '把另一份删除登记并入数据目录，下次启动时重做缺少的删除',
    en: 'Add the erasures of another file, so that the next start does again what is missing',
  },
  options: { config: { type: 'string', short: 'c' }, data: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    config: { zh: '配置文件', en: 'configuration file' },
    data: { zh: '数据目录（默认取自配置）', en: 'data folder (that of the configuration)' },
    json: jsonHelp,
  },
  examples: ['menshen privacy carry-over /old/data/privacy/erasures.log -c menshen.yaml'],
  async run({ values, positionals, terminal }) {
    const file = resolve(oneFile(positionals));
    const { data, master } = whereOf(values, terminal);
    const keyFile = join(data, 'keys', 'master.key');
    // A key that is made now would open nothing.
    if (master === undefined && !existsSync(keyFile))
      throw new UsageError({ zh: '数据目录中没有主密钥。', en: 'There is no master key in the data folder.' });
    if (!existsSync(file)) throw new UsageError({ zh: '文件无法读取。', en: 'The file cannot be read.' });
    const key = erasureLogKey(createKeys(loadMasterKey(master, keyFile), () => new Uint8Array(0)));
    const from = openErasureLog(file, key);
    const into = openErasureLog(erasureLogPath(data), key);
    const added = from.entries().filter(({ id }) => !into.has(id));
    for (const entry of added) into.append(entry);
    const report = { added: added.length, known: from.entries().length - added.length, foreign: from.foreign };
    if (values['json'] === true) terminal.out(JSON.stringify(report));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `并入 ${report.added} 条，已有 ${report.known} 条，不属于本平台 ${report.foreign} 行。下次启动时重做。`
          : `Added ${report.added}, known ${report.known}, not of this platform ${report.foreign}. The next start does them again.`,
      );
    return report.foreign === 0 ? 0 : 1;
  },
};

function whereOf(values: Parameters<typeof textOption>[0], terminal: Terminal): { data: string; master: string | undefined } {
  const file = textOption(values, 'config');
  const data = textOption(values, 'data');
  if (file === undefined) {
    if (data === undefined) throw new UsageError({ zh: '请给出 -c 或 --data。', en: 'Give -c or --data.' });
    return { data: resolve(data), master: undefined };
  }
  const loaded = loadConfig(file);
  if (!loaded.ok) {
    terminal.err(problemLines(file, loaded.problems, terminal.language));
    throw new UsageError({ zh: '配置文件有误。', en: 'The configuration is faulty.' });
  }
  return { data: resolve(data ?? loaded.config.data), master: loaded.config.keys.master };
}
