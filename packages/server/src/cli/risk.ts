import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { scoreCvss31 } from '../risk/scoring/cvss31.ts';
import { scoreCvss40 } from '../risk/scoring/cvss40.ts';
import { VectorError } from '../risk/scoring/vector.ts';
import { type Command, type CommandInput, neededOption, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

const formats = ['html', 'docx', 'xlsx', 'json'] as const;
const report = z.object({ name: z.string(), content: z.string(), sha256: z.string() });
const assessment = z.looseObject({
  risks: z.array(z.looseObject({ score: z.number(), level: z.number() })),
});

export const riskReport: Command = {
  name: 'risk report',
  usage: '[--format html|docx|xlsx|json] [--subject SUBJECT] [--out FILE] [--fail-on LEVEL]',
  summary: { zh: '取回风险评估报告', en: 'Fetch the risk assessment' },
  options: {
    ...serverOptions,
    format: { type: 'string' },
    subject: { type: 'string' },
    out: { type: 'string' },
    'fail-on': { type: 'string' },
  },
  optionHelp: {
    ...serverHelp('audit:read'),
    format: { zh: 'html（默认）、docx、xlsx 或 json', en: 'html (by default), docx, xlsx or json' },
    subject: {
      zh: 'all（默认）、platform、app:ID、business:ID 或 routes:APP:/PATH',
      en: 'all (by default), platform, app:ID, business:ID or routes:APP:/PATH',
    },
    out: {
      zh: '写入的文件；html 与 json 不给出时写到标准输出',
      en: 'file to write; without it HTML and JSON go to standard output',
    },
    'fail-on': { zh: '有达到此等级（1 至 5）的风险时以 1 结束', en: 'end with 1 where a risk has this level (1 to 5) or more' },
  },
  examples: [
    'MENSHEN_TOKEN=... menshen risk report > risk.html',
    'menshen risk report --format docx --lang zh --out risk.docx --token-file token',
    'menshen risk report --format json --fail-on 5',
  ],
  async run({ values, terminal }) {
    const format = formats.find((one) => one === (values['json'] === true ? 'json' : (textOption(values, 'format') ?? 'html')));
    if (format === undefined)
      throw new UsageError({ zh: '--format 应为 html、docx、xlsx 或 json。', en: '--format must be html, docx, xlsx or json.' });
    const failOn = levelOption(values);
    const subject = textOption(values, 'subject') ?? 'all';
    // What is no text cannot be told on a terminal.
    const out = format === 'docx' || format === 'xlsx' ? neededOption(values, 'out') : textOption(values, 'out');
    const fetchAs = async (wanted: (typeof formats)[number]) =>
      await callServer(
        values,
        `/api/v1/risk/report?${new URLSearchParams({ format: wanted, lang: terminal.language, subject })}`,
      );
    const answer = await fetchAs(format);
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { content, sha256 } = report.parse(answer.body);
    const bytes = Buffer.from(content, 'base64');
    if (out === undefined) terminal.out(bytes.toString('utf8'));
    else {
      write(out, bytes);
      terminal.err(terminal.language === 'zh' ? `已写入 ${out}（SHA-256 ${sha256}）` : `Written to ${out} (SHA-256 ${sha256})`);
    }
    if (failOn === null) return 0;
    const whole = format === 'json' ? answer : await fetchAs('json');
    if (!whole.ok) return printRefusal(terminal, whole.refused);
    const { risks } = assessment.parse(JSON.parse(Buffer.from(report.parse(whole.body).content, 'base64').toString('utf8')));
    return risks.some(({ level }) => level >= failOn) ? 1 : 0;
  },
};

function levelOption(values: CommandInput['values']): number | null {
  const text = textOption(values, 'fail-on');
  if (text === undefined) return null;
  if (!/^[1-5]$/.test(text)) throw new UsageError({ zh: '--fail-on 应为 1 到 5。', en: '--fail-on must be from 1 to 5.' });
  return Number(text);
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch {
    throw new UsageError({ zh: '报告文件无法写入。', en: 'The report cannot be written.' });
  }
}

export const riskScore: Command = {
  name: 'risk score',
  usage: 'VECTOR...',
  summary: { zh: '计算 CVSS 3.1 或 4.0 向量的分数（不联网）', en: 'Score CVSS 3.1 or 4.0 vectors, without a network' },
  options: { json: { type: 'boolean' } },
  optionHelp: { json: { zh: '以 JSON 输出，每个向量一行', en: 'print JSON, a line each' } },
  examples: [
    'menshen risk score CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'menshen risk score CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N --json',
  ],
  async run({ values, positionals, terminal }) {
    if (positionals.length === 0) throw new UsageError({ zh: '请给出向量。', en: 'Name a vector.' });
    for (const vector of positionals) {
      const scored = scoreOf(vector);
      if (values['json'] === true) terminal.out(JSON.stringify({ vector, ...scored }));
      else terminal.out(`${scored.score.toFixed(1)} ${scored.severity} ${vector}`);
    }
    return 0;
  },
};

function scoreOf(vector: string) {
  try {
    return vector.startsWith('CVSS:4.0/') ? scoreCvss40(vector) : scoreCvss31(vector);
  } catch (error) {
    if (!(error instanceof VectorError)) throw error;
    const { problem, metric } = error;
    const where = metric === null ? '' : ` ${metric}`;
    throw new UsageError({ zh: `不是 CVSS 向量（${problem}${where}）。`, en: `This is no CVSS vector (${problem}${where}).` });
  }
}
