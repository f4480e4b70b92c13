import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inNumber, type Language, listAdvisories } from '@menshen/contract';
import type * as z from 'zod';
import { readAdvisories } from '../risk/advisories/read.ts';
import { type Command, type CommandInput, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

const kinds = ['epss', 'kev', 'osv'] as const;
type Kind = (typeof kinds)[number];
/** No file unfolds beyond this: the greatest of them, EPSS, has a dozen megabytes. */
const mostBytes = 1_024 * 1_048_576;
/** Files of a folder of OSV records: the export of npm has a hundred thousand. */
const mostFiles = 500_000;
/** What a server takes in one call. */
const mostText = 60_000_000;

const unreadable = (file: string): UsageError => new UsageError({ zh: `${file} 读不出来。`, en: `${file} cannot be read.` });

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    // Published files come compressed: two bytes say so.
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (packed ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes).toString('utf8');
  } catch {
    throw unreadable(file);
  }
}

/** Files under a path: itself, or those of a folder that end in `.json`, as OSV is published. */
function filesUnder(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    return names
      .sort()
      .slice(0, mostFiles)
      .map((name) => join(path, name));
  } catch {
    throw unreadable(path);
  }
}

/** What kind a text is, by how its publishers begin it. */
function kindOf(text: string): Kind {
  const head = text.slice(0, 4_000);
  if (/^(#[^\n]*\n)?\s*cve,epss,percentile/im.test(head)) return 'epss';
  return /"vulnerabilities"\s*:\s*\[/.test(head) || /"catalogVersion"/.test(head) ? 'kev' : 'osv';
}

/** Only what is read of a record travels: id, aliases and scores. */
const slim = (text: string): string => {
  const whole = parsed(text);
  const records = Array.isArray(whole) ? whole : whole !== null ? [whole] : text.split('\n').filter(Boolean).map(parsed);
  return records
    .flatMap((one): string[] => {
      if (typeof one !== 'object' || one === null) return [];
      const { id, aliases, severity } = one as Record<string, unknown>;
      return [JSON.stringify({ id, aliases, severity })];
    })
    .join('\n');
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Puts the files of one kind together into what the server takes. */
function gathered(paths: readonly string[], asked: Kind | undefined): { readonly kind: Kind; readonly text: string } {
  const files = paths.flatMap(filesUnder);
  const texts = files.map(textOf);
  const [first] = texts;
  if (first === undefined) throw new UsageError({ zh: '没有文件。', en: 'There are no files.' });
  const kind = asked ?? kindOf(first);
  if (kind !== 'osv' && texts.length > 1)
    throw new UsageError({ zh: 'EPSS 与 KEV 各是一个文件。', en: 'EPSS and KEV are one file each.' });
  const text = kind === 'osv' ? texts.map(slim).join('\n') : first;
  // What the server would refuse is refused here, before a long upload.
  if (readAdvisories(kind, text) === null)
    throw new UsageError({
      zh: `这不是 ${kind} 文件，或其中没有可用的记录。`,
      en: `This is no file of ${kind}, or it holds nothing of use.`,
    });
  if (text.length > mostText)
    throw new UsageError({
      zh: '文件太大；OSV 请只导入所用生态的记录。',
      en: 'This is too much: bring the OSV records of your own ecosystems only.',
    });
  return { kind, text };
}

export const riskAdvisoriesImport: Command = {
  name: 'risk advisories import',
  usage: 'FILE... [--kind epss|kev|osv]',
  summary: { zh: '导入漏洞情报文件（EPSS、KEV、OSV）', en: 'Bring files of advisories: EPSS, KEV or OSV' },
  options: { ...serverOptions, kind: { type: 'string' } },
  optionHelp: {
    ...serverHelp('risk:import'),
    kind: { zh: '种类；默认由内容判断', en: 'what it is; told by its content by default' },
  },
  examples: [
    'menshen risk advisories import epss_scores-current.csv.gz',
    'menshen risk advisories import known_exploited_vulnerabilities.json --token-file token',
    'menshen risk advisories import --kind osv osv-npm/',
  ],
  async run({ values, positionals, terminal }) {
    if (positionals.length === 0) throw new UsageError({ zh: '请给出文件。', en: 'Name a file.' });
    const { kind, text } = gathered(positionals, kindOption(values));
    const answer = await callServer(values, '/api/v1/risk/advisories', { kind, text });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { rows, refused } = answer.body as { rows: number; refused: number };
    if (values['json'] === true) terminal.out(JSON.stringify({ kind, rows, refused }));
    else
      terminal.out(
        terminal.language === 'zh'
          ? `${kind}：已导入 ${rows} 条，略过 ${refused} 条。`
          : `${kind}: ${inNumber(rows, `${rows} record[s] [was|were] taken`)}, ${refused} passed over.`,
      );
    return 0;
  },
};

function kindOption(values: CommandInput['values']): Kind | undefined {
  const text = textOption(values, 'kind');
  const kind = kinds.find((one) => one === text);
  if (text !== undefined && kind === undefined)
    throw new UsageError({ zh: '--kind 应为 epss、kev 或 osv。', en: '--kind must be epss, kev or osv.' });
  return kind;
}

type Advisories = z.output<typeof listAdvisories.response>;
const dayMs = 86_400_000;
const shownCves = 20;

/** How old each kind is, and then what it says of our own components. */
export function advisoryLines({ imports, used, unknown }: Advisories, now: number, language: Language): string[] {
  const zh = language === 'zh';
  const lines = kinds.map((kind) => {
    const one = imports.find((known) => known.kind === kind);
    if (one === undefined) return `${kind.padEnd(5)} ${zh ? '未导入' : 'not brought'}`;
    const days = Math.floor((now - one.at) / dayMs);
    const age = zh ? `${days} 天前` : `${days} d ago`;
    return `${kind.padEnd(5)} ${String(one.rows).padStart(8)}  ${age}${one.old ? (zh ? '  ← 已过期' : '  ← out of date') : ''}`;
  });
  const cves = used
    .slice(0, shownCves)
    .map(({ cve, epss, exploited, cvss, weaknesses }) =>
      [
        cve.padEnd(18),
        `EPSS ${epss === null ? '–' : `${Math.round(epss * 1_000) / 10}%`}`.padEnd(12),
        `CVSS ${cvss === null ? '–' : cvss.toFixed(1)}`.padEnd(10),
        exploited ? (zh ? '正被利用' : 'exploited') : '',
        zh ? `${weaknesses} 处` : inNumber(weaknesses, `${weaknesses} place[s]`),
      ]
        .join(' ')
        .trimEnd(),
    );
  const silent =
    unknown.length === 0
      ? []
      : [
          zh
            ? `${unknown.length} 个 CVE 没有情报`
            : inNumber(unknown.length, `${unknown.length} CVE[s] that no file says anything of`),
        ];
  return [...lines, ...cves, ...silent];
}

export const riskAdvisoriesList: Command = {
  name: 'risk advisories list',
  usage: '[--fail-on-old]',
  summary: { zh: '漏洞情报的新旧，以及与自身组件有关的条目', en: 'How old advisories are, and what they say of our components' },
  options: { ...serverOptions, 'fail-on-old': { type: 'boolean' } },
  optionHelp: {
    ...serverHelp('audit:read'),
    'fail-on-old': { zh: '有过期的情报时以 1 结束', en: 'end with 1 where a file is out of date' },
  },
  examples: ['menshen risk advisories list', 'menshen risk advisories list --json --fail-on-old'],
  async run({ values, terminal }) {
    const answer = await callServer(values, '/api/v1/risk/advisories');
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const list = listAdvisories.response.parse(answer.body);
    if (values['json'] === true) terminal.out(JSON.stringify(list));
    else for (const line of advisoryLines(list, Date.now(), terminal.language)) terminal.out(line);
    return values['fail-on-old'] === true && list.imports.some(({ old }) => old) ? 1 : 0;
  },
};
