import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  createDetection,
  type Detection,
  detectors,
  fileVerdictFindings,
  passed,
  readFile,
  readRawRequest,
  readRequestFiles,
  type Verdict,
  withFileFindings,
} from '@menshen/inspect';
import * as z from 'zod';
import { fileSource } from '../protect/uploads/byte-source.ts';
import { type Command, type ExitCode, listOption, type Terminal, textOption, UsageError } from './command.ts';
import { type LongLine, readLines } from './lines.ts';

/** Longest line: a request of the largest size that the gateway takes, with its escapes. */
const maxLineBytes = 16 * 1_048_576;

const headerValue = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ''));

/** A recorded request. `body_b64` instead of `body` where the bytes are no text. */
const recorded = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.string().default('GET'),
  path: z.string(),
  headers: z.record(z.string(), z.union([headerValue, z.array(headerValue)])).nullish(),
  body: z.string().nullish(),
  body_b64: z.string().nullish(),
});
type Recorded = z.output<typeof recorded>;

export const inspect: Command = {
  name: 'inspect',
  usage: '--jsonl FILE | --file FILE',
  summary: { zh: '离线检查请求或文件中的攻击', en: 'Look for attacks in recorded requests, or in files' },
  options: { jsonl: { type: 'string' }, file: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  optionHelp: {
    jsonl: {
      zh: '请求文件，每行一个 {id, method, path, headers, body}；- 表示标准输入',
      en: 'requests, a line each {id, method, path, headers, body}; - for standard input',
    },
    file: {
      zh: '像上传的文件一样检查一个文件（可重复）',
      en: 'read a file as one that was uploaded (may be repeated)',
    },
    json: {
      zh: '在 JSON 中加上每个发现的分值与双语说明',
      en: 'add the points and both explanations of each finding to the JSON',
    },
  },
  examples: [
    'menshen inspect --jsonl requests.jsonl',
    'zcat requests.jsonl.gz | menshen inspect --jsonl - --json',
    'menshen inspect --file photo.jpg --file report.docx --json',
  ],
  async run({ values, terminal }) {
    const whole = values['json'] === true;
    const paths = listOption(values, 'file');
    const requests = textOption(values, 'jsonl');
    if ((requests === undefined) === (paths.length === 0))
      throw new UsageError({
        zh: '请用 --jsonl 给出请求文件，或用 --file 给出要检查的文件。',
        en: 'Name the file of requests with --jsonl, or files to read with --file.',
      });
    return requests === undefined ? await inspectFiles(paths, whole, terminal) : await inspectRequests(requests, whole, terminal);
  },
};

async function inspectRequests(file: string, whole: boolean, terminal: Terminal): Promise<ExitCode> {
  const detection = createDetection({ detectors });
  let blocked = 0;
  let unusable = 0;
  let number = 0;
  for await (const line of readLines(file === '-' ? process.stdin : createReadStream(file), maxLineBytes)) {
    number += 1;
    if (line === '') continue;
    const request = readRecorded(line);
    if (request === null) {
      unusable += 1;
      terminal.err(
        terminal.language === 'zh' ? `第 ${number} 行不是请求，已跳过。` : `Line ${number} is no request and was left out.`,
      );
      continue;
    }
    const verdict = await judge(request, detection);
    if (verdict.action === 'block') blocked += 1;
    terminal.out(JSON.stringify({ id: request.id, ...answer(verdict, whole) }));
  }
  if (unusable > 0) return 2;
  return blocked > 0 ? 1 : 0;
}

/** The request's texts, and the files in its body. */
async function judge(request: Recorded, detection: Detection): Promise<Verdict> {
  const raw = { method: request.method, target: request.path, headers: headerList(request), body: bodyOf(request) };
  return withFileFindings(readRawRequest(raw, detection), await readRequestFiles(raw));
}

/** Files as they would be uploaded, read where they are. */
async function inspectFiles(paths: readonly string[], whole: boolean, terminal: Terminal): Promise<ExitCode> {
  let blocked = 0;
  let unusable = 0;
  for (const path of paths) {
    const file = await open(path).catch(() => null);
    try {
      const size = (await file?.stat())?.size;
      if (file === null || size === undefined) throw new Error('no file');
      const { findings } = await readFile(fileSource(file, size), { filename: basename(path) });
      const verdict = withFileFindings(passed, fileVerdictFindings(findings, 'file'));
      if (verdict.action === 'block') blocked += 1;
      terminal.out(JSON.stringify({ id: path, ...answer(verdict, whole) }));
    } catch {
      unusable += 1;
      terminal.err(terminal.language === 'zh' ? `无法读取 ${path}。` : `${path} cannot be read.`);
    } finally {
      await file?.close();
    }
  }
  if (unusable > 0) return 2;
  return blocked > 0 ? 1 : 0;
}

function readRecorded(line: string | LongLine): Recorded | null {
  if (typeof line !== 'string') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = recorded.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function headerList({ headers }: Recorded): string[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).flatMap((single) => [name, Buffer.from(single).toString('latin1')]),
  );
}

function bodyOf({ body, body_b64: base64 }: Recorded): Uint8Array | null {
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  return typeof body === 'string' ? Buffer.from(body) : null;
}

function answer({ action, score, findings }: Verdict, whole: boolean) {
  return {
    action,
    score,
    findings: whole
      ? findings
      : findings.map(({ class: kind, rule, where, evidence }) => ({ class: kind, rule, where, evidence })),
  };
}
