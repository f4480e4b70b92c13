import { writeFileSync } from 'node:fs';
import { type ComplianceState, complianceFrameworks, complianceStates, getCompliance, type Language } from '@menshen/contract';
import * as z from 'zod';
import { type Command, type CommandInput, neededOption, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

type Compliance = z.output<typeof getCompliance.response>;
const report = z.object({ name: z.string(), content: z.string(), sha256: z.string() });
const formats = ['html', 'docx', 'xlsx', 'json'] as const;
/** Worse states first: what is asked to fail on one fails on those before it too. */
const failing = ['gap', 'stale'] as const;

const frameworkHelp = {
  zh: `${complianceFrameworks.join('、')}（默认 mlps）`,
  en: `${complianceFrameworks.join(', ')} (mlps by default)`,
};
const subjectHelp = {
  zh: 'all（默认）、platform、app:ID、business:ID 或 routes:APP:/PATH',
  en: 'all (by default), platform, app:ID, business:ID or routes:APP:/PATH',
};
const failHelp = {
  zh: 'gap：有缺口时以 1 结束；stale：证据过期也算',
  en: 'gap: end with 1 where an item is a gap; stale: or where its evidence is stale',
};

const stateNames: Readonly<Record<ComplianceState, Readonly<Record<Language, string>>>> = {
  met: { zh: '证据有效', en: 'fresh evidence' },
  stale: { zh: '证据过期', en: 'stale evidence' },
  gap: { zh: '缺口', en: 'gap' },
  manual: { zh: '人工佐证', en: 'attested' },
  not_applicable: { zh: '不适用', en: 'not applicable' },
};

function frameworkOption(values: CommandInput['values']): string {
  const text = textOption(values, 'framework') ?? 'mlps';
  if (!complianceFrameworks.some((one) => one === text))
    throw new UsageError({
      zh: `--framework 应为 ${complianceFrameworks.join('、')}。`,
      en: `--framework must be one of ${complianceFrameworks.join(', ')}.`,
    });
  return text;
}

function failOption(values: CommandInput['values']): readonly ComplianceState[] {
  const text = textOption(values, 'fail-on');
  if (text === undefined) return [];
  const at = failing.findIndex((one) => one === text);
  if (at === -1) throw new UsageError({ zh: '--fail-on 应为 gap 或 stale。', en: '--fail-on must be gap or stale.' });
  return failing.slice(0, at + 1);
}

const queryOf = (values: CommandInput['values'], more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    framework: frameworkOption(values),
    subject: textOption(values, 'subject') ?? 'all',
    ...more,
  }).toString();

/** How it stands, with the meaning of the count, and then each gap with what closes it. */
export function complianceLines({ name, definition, counts, items }: Compliance, language: Language): string[] {
  const zh = language === 'zh';
  const open = items.filter(({ state }) => state === 'gap' || state === 'stale');
  return [
    name[language],
    ...complianceStates.map((state) => `${String(counts[state]).padStart(5)}  ${stateNames[state][language]}`),
    `${String(counts.total).padStart(5)}  ${zh ? '合计' : 'all'}`,
    definition[language],
    ...(open.length === 0 ? [] : ['']),
    ...open.map(
      ({ clause, state, text, step }) =>
        `${clause}  ${stateNames[state][language]}  ${text[language]}${step === null ? '' : `\n    → ${step.text[language]}`}`,
    ),
  ];
}

export const complianceStatus: Command = {
  name: 'compliance status',
  usage: '[--framework NAME] [--subject SUBJECT] [--fail-on gap|stale]',
  summary: { zh: '各项要求现在的状态与补齐办法', en: 'How requirements stand now, and what closes each gap' },
  options: {
    ...serverOptions,
    framework: { type: 'string' },
    subject: { type: 'string' },
    'fail-on': { type: 'string' },
  },
  optionHelp: { ...serverHelp('audit:read'), framework: frameworkHelp, subject: subjectHelp, 'fail-on': failHelp },
  examples: [
    'menshen compliance status',
    'menshen compliance status --framework pipl --subject app:portal --json',
    'menshen compliance status --fail-on gap --token-file token',
  ],
  async run({ values, terminal }) {
    const states = failOption(values);
    const answer = await callServer(values, `/api/v1/compliance?${queryOf(values)}`);
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const found = getCompliance.response.parse(answer.body);
    if (values['json'] === true) terminal.out(JSON.stringify(found));
    else for (const line of complianceLines(found, terminal.language)) terminal.out(line);
    return found.items.some(({ state }) => states.includes(state)) ? 1 : 0;
  },
};

export const complianceReport: Command = {
  name: 'compliance report',
  usage: '[--framework NAME] [--subject SUBJECT] [--format html|docx|xlsx|json] [--out FILE] [--fail-on gap|stale]',
  summary: { zh: '取回一个标准的对照报告（不存档、不签名）', en: 'Fetch the report of one standard, neither kept nor signed' },
  options: {
    ...serverOptions,
    framework: { type: 'string' },
    subject: { type: 'string' },
    format: { type: 'string' },
    out: { type: 'string' },
    'fail-on': { type: 'string' },
  },
  optionHelp: {
    ...serverHelp('audit:read'),
    framework: frameworkHelp,
    subject: subjectHelp,
    format: { zh: 'html（默认）、docx、xlsx 或 json', en: 'html (by default), docx, xlsx or json' },
    out: {
      zh: '写入的文件；html 与 json 不给出时写到标准输出',
      en: 'file to write; without it HTML and JSON go to standard output',
    },
    'fail-on': failHelp,
  },
  examples: [
    'menshen compliance report > mlps.html',
    'menshen compliance report --framework pipl --format docx --out pipl.docx',
    'menshen compliance report --format json --subject app:portal --fail-on gap',
  ],
  async run({ values, terminal }) {
    const format = formats.find((one) => one === (values['json'] === true ? 'json' : (textOption(values, 'format') ?? 'html')));
    if (format === undefined)
      throw new UsageError({ zh: '--format 应为 html、docx、xlsx 或 json。', en: '--format must be html, docx, xlsx or json.' });
    const states = failOption(values);
    // What is no text cannot be told on a terminal.
    const out = format === 'docx' || format === 'xlsx' ? neededOption(values, 'out') : textOption(values, 'out');
    const standing = await callServer(values, `/api/v1/compliance?${queryOf(values)}`);
    if (!standing.ok) return printRefusal(terminal, standing.refused);
    const found = getCompliance.response.parse(standing.body);
    let bytes = Buffer.from(`${JSON.stringify(found)}\n`, 'utf8');
    if (format !== 'json') {
      const query = queryOf(values, { format, lang: terminal.language });
      const answer = await callServer(values, `/api/v1/compliance/report?${query}`);
      if (!answer.ok) return printRefusal(terminal, answer.refused);
      bytes = Buffer.from(report.parse(answer.body).content, 'base64');
    }
    if (out === undefined) terminal.out(bytes.toString('utf8').trimEnd());
    else {
      write(out, bytes);
      terminal.err(terminal.language === 'zh' ? `已写入 ${out}` : `Wrote ${out}`);
    }
    return found.items.some(({ state }) => states.includes(state)) ? 1 : 0;
  },
};

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch {
    throw new UsageError({ zh: '报告文件无法写入。', en: 'The report cannot be written.' });
  }
}
