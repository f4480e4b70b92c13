import { createReadStream, readFileSync } from 'node:fs';
import type { Bilingual } from '@menshen/contract';
import {
  askedValues,
  mapEvent,
  type Placeholders,
  type SigmaDocument,
  SigmaEngine,
  type SigmaEvent,
  type SigmaProblem,
} from '@menshen/sigma';
import * as z from 'zod';
import { personFields } from '../../detect/live/sigma.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { readLines } from '../lines.ts';
import { readSigmaFile, sigmaFiles } from './sigma-files.ts';

const maxLineBytes = 16 * 1_048_576;
const progressEvery = 200;

const placeholderFile = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
);

const placeholderHelp: Bilingual = {
  zh: '占位符取值：JSON 文件 {"名称": ["值", ...]}，用于 expand 修饰符',
  en: 'values of placeholders: a JSON file {"name": ["value", ...]}, for the modifier expand',
};
const offsetHelp: Bilingual = {
  zh: '数字时间所在时区，东为正的分钟数，用于 hour、day 等修饰符；默认 0（UTC），北京时间为 480',
  en: 'time zone of numeric times in minutes east of UTC, for hour, day …; 0 (UTC) by default, 480 for Beijing',
};

interface Loaded {
  readonly documents: SigmaDocument[];
  readonly places: { readonly file: string; readonly line: number }[];
  readonly refused: { readonly file: string; readonly reason: string }[];
  readonly files: number;
}

export const sigmaCheck: Command = {
  name: 'sigma check',
  usage: 'PATH...',
  summary: { zh: '检查 Sigma 规则能否解析与编译', en: 'Parse and compile Sigma rules' },
  options: { placeholders: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { placeholders: placeholderHelp, json: { zh: '只输出 JSON（默认即是）', en: 'print JSON (as it does anyway)' } },
  examples: ['menshen sigma check ./detections', 'menshen sigma check rules/web login_burst.yml --placeholders values.json'],
  async run({ values, positionals, terminal }) {
    if (positionals.length === 0) throw new UsageError({ zh: '请给出规则文件或目录。', en: 'Name rule files or folders.' });
    const loaded = load(positionals, placeholdersOf(textOption(values, 'placeholders')), true, terminal.language, (done, all) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done}/${all}${done === all ? '\n' : ''}`);
    });
    const engine = new SigmaEngine(loaded.documents);
    const refused = [...loaded.refused];
    for (const [index, problem] of engine.problems)
      refused.push({
        file: loaded.places[index]?.file ?? '',
        reason: reasonText(problem, loaded.places[index]?.line ?? 1, terminal.language),
      });
    const blind = askedValues(loaded.documents, personFields).partly.map((index) => ({
      file: loaded.places[index]?.file ?? '',
      rule: nameOf(loaded.documents[index]),
      reason:
        terminal.language === 'zh'
          ? '要求用户名的一部分；日志使用假名（audit.pseudonyms）时不会命中。请写完整的用户名，或改用角色、部门、地址。'
          : 'It asks for a part of a user id, and sees nobody where the log holds pseudonyms (audit.pseudonyms). Write whole ids, or roles, departments and addresses.',
    }));
    terminal.out(
      JSON.stringify({
        files: loaded.files,
        parsed: loaded.documents.length,
        compiled: loaded.documents.length - engine.problems.size,
        refused,
        ...(blind.length === 0 ? {} : { blind }),
      }),
    );
    return refused.length > 0 ? 1 : 0;
  },
};

export const sigmaTest: Command = {
  name: 'sigma test',
  usage: '--rules PATH --events FILE',
  summary: { zh: '用 Sigma 规则与关联规则离线匹配事件', en: 'Match recorded events against Sigma rules and correlations' },
  options: {
    rules: { type: 'string', multiple: true },
    events: { type: 'string' },
    placeholders: { type: 'string' },
    offset: { type: 'string' },
    raw: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    rules: { zh: '规则文件或目录，可重复', en: 'a rule file or folder; may be given more than once' },
    events: { zh: '事件文件，每行一个 JSON 对象；- 表示标准输入', en: 'events, a JSON object a line; - for standard input' },
    placeholders: placeholderHelp,
    offset: offsetHelp,
    raw: {
      zh: '不把门神自己的事件映射为 Sigma 字段',
      en: 'do not map events of Menshen to the fields of Sigma',
    },
    json: {
      zh: '在 JSON 中加上标题、级别、关联所比较的数值与所依据的事件',
      en: 'add to the JSON title, level, and for correlations the figure compared and the events it rests on',
    },
  },
  examples: [
    'menshen sigma test --rules ./detections --events activity.jsonl',
    'zcat web.jsonl.gz | menshen sigma test --rules web.yml --events -',
  ],
  async run({ values, terminal }) {
    const paths = [values['rules'] ?? []].flat().filter((path) => typeof path === 'string');
    const file = textOption(values, 'events');
    if (paths.length === 0) throw new UsageError({ zh: '请用 --rules 给出规则。', en: 'Name the rules with --rules.' });
    if (file === undefined)
      throw new UsageError({ zh: '请用 --events 给出事件文件。', en: 'Name the file of events with --events.' });
    const { language } = terminal;
    const loaded = load(paths, placeholdersOf(textOption(values, 'placeholders')), false, language, () => {});
    const engine = new SigmaEngine(loaded.documents, { offset: offsetOf(textOption(values, 'offset')), toleranceMs: 0 });
    for (const { file: place, reason } of loaded.refused) terminal.err(`${place}: ${reason}`);
    for (const [index, problem] of engine.problems)
      terminal.err(
        `${loaded.places[index]?.file ?? ''}: ${nameOf(loaded.documents[index])}: ${reasonText(problem, loaded.places[index]?.line ?? 1, language)}`,
      );
    if (engine.usable === 0) {
      terminal.err(language === 'zh' ? '没有可用的规则。' : 'There is no rule left that can be used.');
      return 2;
    }
    const events = await readEvents(file, (line) =>
      terminal.err(
        language === 'zh' ? `第 ${line} 行不是 JSON 对象，已跳过。` : `Line ${line} is no JSON object and was left out.`,
      ),
    );
    let matches = 0;
    for (const [at, { event, time }] of events.list.entries())
      for (const match of engine.process(values['raw'] === true ? event : mapEvent(event), { id: String(at), time })) {
        matches += 1;
        const { document, group, value } = match;
        // In windows an event is told from others by its place: ids of a log need not be unique.
        const basis = match.events?.map((place) => events.list[Number(place)]?.id);
        const line = {
          rule: document.id ?? document.name ?? document.title,
          event: events.list[at]?.id,
          ...(group === undefined ? {} : { group }),
        };
        const more = { title: document.title, level: document.level, ...(group === undefined ? {} : { value, events: basis }) };
        terminal.out(JSON.stringify(values['json'] === true ? { ...line, ...more } : line));
      }
    if (events.unusable) return 2;
    return matches > 0 ? 1 : 0;
  },
};

function load(
  paths: readonly string[],
  placeholders: Placeholders,
  strict: boolean,
  language: 'zh' | 'en',
  progress: (done: number, all: number) => void,
): Loaded {
  const files = sigmaFiles(paths);
  const loaded: Loaded = { documents: [], places: [], refused: [], files: files.length };
  files.forEach((file, at) => {
    for (const { document, problem, line } of readSigmaFile(file, { placeholders, strict }).documents) {
      if (document === undefined) loaded.refused.push({ file, reason: reasonText(problem, line, language) });
      else {
        loaded.documents.push(document);
        loaded.places.push({ file, line });
      }
    }
    if ((at + 1) % progressEvery === 0 || at + 1 === files.length) progress(at + 1, files.length);
  });
  return loaded;
}

function reasonText({ code, path, zh, en }: SigmaProblem, line: number, language: 'zh' | 'en'): string {
  const where = language === 'zh' ? `第 ${line} 行起的文档` : `document at line ${line}`;
  return `${where}${path === '' ? '' : `, ${path}`}: ${language === 'zh' ? zh : en} [${code}]`;
}

const nameOf = (document: SigmaDocument | undefined): string => document?.id ?? document?.name ?? document?.title ?? '';

function placeholdersOf(file: string | undefined): Placeholders {
  if (file === undefined) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError({
      zh: '占位符文件不可读，或不是 JSON。',
      en: 'The file of placeholders cannot be read, or is no JSON.',
    });
  }
  const parsed = placeholderFile.safeParse(value);
  if (!parsed.success)
    throw new UsageError({
      zh: '占位符文件应为 {"名称": ["值", ...]}。',
      en: 'The file of placeholders must be {"name": ["value", ...]}.',
    });
  return new Map(Object.entries(parsed.data));
}

function offsetOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^-?\d{1,3}$/.test(text) || Math.abs(Number(text)) > 840)
    throw new UsageError({ zh: '--offset 应为 -840 到 840 的分钟数。', en: '--offset must be minutes from -840 to 840.' });
  return Number(text);
}

interface TestEvent {
  readonly event: SigmaEvent;
  readonly id: unknown;
  /** Epoch ms. */
  readonly time: number | null;
}

/** All events, in the order of their times; one without a time has that of the line before it. */
async function readEvents(file: string, unusable: (line: number) => void): Promise<{ list: TestEvent[]; unusable: boolean }> {
  const list: (TestEvent & { readonly order: number })[] = [];
  let number = 0;
  let latest = Number.NEGATIVE_INFINITY;
  let broken = false;
  for await (const line of readLines(file === '-' ? process.stdin : createReadStream(file), maxLineBytes)) {
    number += 1;
    if (typeof line === 'string' && line.trim() === '') continue;
    const event = typeof line === 'string' ? objectOf(line) : null;
    if (event === null) {
      broken = true;
      unusable(number);
      continue;
    }
    const time = timeOf(event);
    if (time !== null) latest = time;
    const { id } = event;
    list.push({
      event,
      id: typeof id === 'string' || typeof id === 'number' ? id : number - 1,
      time: Number.isFinite(latest) ? latest : null,
      order: latest,
    });
  }
  return { list: list.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)), unusable: broken };
}

function objectOf(line: string): SigmaEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SigmaEvent) : null;
  } catch {
    return null;
  }
}

/** `_time` or `time` (CONTRACT.md), else the `ts` of an activity event or `@timestamp`, as epoch ms or as a date. */
function timeOf(event: SigmaEvent): number | null {
  for (const name of ['_time', 'time', 'ts', '@timestamp']) {
    const value = event[name];
    const time =
      typeof value === 'number'
        ? value
        : typeof value !== 'string'
          ? Number.NaN
          : /^\d{1,16}$/.test(value)
            ? Number(value)
            : Date.parse(value);
    if (Number.isFinite(time)) return time;
  }
  return null;
}
