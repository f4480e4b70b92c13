import { join } from 'node:path';
import { parseTlogProof } from '@menshen/tlog';
import { openLogDirectory } from '../audit/log-files.ts';
import { readVerifierKey } from '../audit/verifier-key.ts';
import { type Command, type CommandInput, textOption, UsageError } from './command.ts';

const options = { log: { type: 'string' as const }, vkey: { type: 'string' as const }, json: { type: 'boolean' as const } };
const optionHelp = {
  log: { zh: '日志目录（默认 .menshen/tlog）', en: 'folder of the log (.menshen/tlog by default)' },
  vkey: { zh: '验证公钥；默认读取日志旁的 vkey 文件', en: 'verifier key; the file vkey beside the log by default' },
  json: { zh: '以 JSON 输出', en: 'print JSON' },
};

function opened(values: CommandInput['values']) {
  const folder = textOption(values, 'log') ?? join('.menshen', 'tlog');
  const vkey = textOption(values, 'vkey') ?? readVerifierKey(folder);
  if (vkey === null)
    throw new UsageError({ zh: `找不到验证公钥。请用 --vkey 指定。`, en: 'There is no verifier key. Name it with --vkey.' });
  return { log: openLogDirectory(folder), vkey };
}

export const auditVerify: Command = {
  name: 'audit verify',
  usage: '[--log DIR] [--vkey K]',
  summary: { zh: '重新计算整个审计日志并核对签名', en: 'Recompute the whole audit log and check its signature' },
  options,
  optionHelp,
  examples: [
    'menshen audit verify',
    'menshen audit verify --log /var/lib/menshen/tlog --vkey menshen.local/audit+1a2b3c4d+AX...',
  ],
  async run({ values, terminal }) {
    const { log, vkey } = opened(values);
    const progress = process.stderr.isTTY
      ? (done: number, size: number) => process.stderr.write(`\r${Math.floor((100 * done) / size)} %`)
      : undefined;
    const report = log.verify(vkey, progress);
    if (progress !== undefined) process.stderr.write('\r     \r');
    const zh = terminal.language === 'zh';
    if (values['json'] === true) terminal.out(JSON.stringify(report));
    else if (report.ok)
      terminal.out(
        zh
          ? `日志完整：${report.size} 条记录，根 ${report.root}`
          : `The log is whole: ${report.size} entries, root ${report.root}`,
      );
    else for (const problem of report.problems) terminal.out(`${zh ? '问题' : 'problem'} ${problem.code} ${problem.where}`);
    return report.ok ? 0 : 1;
  },
};

export const auditProve: Command = {
  name: 'audit prove',
  usage: 'INDEX [--log DIR]',
  summary: {
    zh: '输出一条记录的包含证明（C2SP tlog-proof）',
    en: 'Print the proof that an entry is in the log (C2SP tlog-proof)',
  },
  options,
  optionHelp,
  examples: ['menshen audit prove 42 > entry-42.tlog-proof'],
  async run({ values, positionals, terminal }) {
    const index = Number(positionals[0]);
    if (!/^\d{1,15}$/.test(positionals[0] ?? ''))
      throw new UsageError({ zh: '请给出记录序号。', en: 'Name the index of the entry.' });
    const { log } = opened(values);
    const proof = log.prove(index);
    if (proof === null) {
      terminal.err(terminal.language === 'zh' ? '日志中还没有这条记录。' : 'The log does not hold this entry yet.');
      return 1;
    }
    terminal.out(values['json'] === true ? JSON.stringify({ index: parseTlogProof(proof).index, proof }) : proof.trimEnd());
    return 0;
  },
};
