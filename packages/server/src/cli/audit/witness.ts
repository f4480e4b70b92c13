import { TlogError } from '@menshen/tlog';
import { startWitness } from '../../audit/witness/server.ts';
import { WriterError } from '../../writer/protocol.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { readPort } from '../port.ts';
import { untilStopped } from '../serve.ts';

const defaultPort = 8484;

export const witness: Command = {
  name: 'witness',
  usage: '--log VKEY [--log VKEY...] [--state DIR] [--host ADDRESS] [--port N] [--name NAME]',
  summary: {
    zh: '为其他机器的审计日志作见证：只签署前后一致的检查点（C2SP tlog-witness）',
    en: 'Witness the audit logs of other machines: sign only checkpoints that continue what was seen (C2SP tlog-witness)',
  },
  options: {
    log: { type: 'string', multiple: true },
    state: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    name: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    log: { zh: '所见证日志的验证公钥，可重复', en: 'verifier key of a log to witness; may be repeated' },
    state: {
      zh: '保存见证密钥与所见检查点的目录（默认 .menshen/witness）',
      en: "folder of the witness's key and of what it has seen (.menshen/witness by default)",
    },
    host: { zh: '监听地址（默认 127.0.0.1）', en: 'address to listen on (127.0.0.1 by default)' },
    port: { zh: '端口（默认 8484）', en: 'port (8484 by default)' },
    name: {
      zh: '见证者的密钥名（默认 menshen.local/witness）',
      en: "name of the witness's key (menshen.local/witness by default)",
    },
    json: { zh: '以一行 JSON 输出地址与公钥', en: 'print address and key as one line of JSON' },
  },
  examples: ['menshen witness --log menshen.local/audit+1a2b3c4d+AX... --state /var/lib/menshen-witness --host 10.0.0.9'],
  async run({ values, terminal }) {
    const { log } = values;
    const logs = Array.isArray(log) ? log.filter((one) => typeof one === 'string') : [];
    if (logs.length === 0)
      throw new UsageError({ zh: '请用 --log 指定日志的验证公钥。', en: 'Name the verifier key of a log with --log.' });
    const running = await startWitness({
      host: textOption(values, 'host') ?? '127.0.0.1',
      port: readPort(textOption(values, 'port'), 'port') ?? defaultPort,
      state: textOption(values, 'state') ?? '.menshen/witness',
      name: textOption(values, 'name') ?? 'menshen.local/witness',
      logs,
      clock: Date.now,
    }).catch((error: unknown) => {
      throw refused(error);
    });
    if (values['json'] === true) terminal.out(JSON.stringify({ witness: running.url, vkey: running.vkey }));
    else {
      terminal.out(`${terminal.language === 'zh' ? '见证服务' : 'witness'} ${running.url}`);
      terminal.out(`${terminal.language === 'zh' ? '验证公钥' : 'verifier key'} ${running.vkey}`);
    }
    await untilStopped(running);
    return 0;
  },
};

function refused(error: unknown): unknown {
  if (error instanceof TlogError)
    return new UsageError({
      zh: '--log 或 --name 不是可用的密钥或名称。',
      en: '--log or --name is no key or name that can be used.',
    });
  if (!(error instanceof WriterError)) return error;
  return error.code === 'audit_locked'
    ? new UsageError({ zh: '另一个见证进程正在使用此目录。', en: 'Another witness uses this folder.' })
    : new UsageError({ zh: '见证目录中的文件已损坏。', en: 'A file in the folder of the witness is damaged.' });
}
