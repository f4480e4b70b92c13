import { createReadStream } from 'node:fs';
import { createDetection, detectors, readRawRequest, type Verdict } from '@menshen/inspect';
import * as z from 'zod';
import { type Command, textOption, UsageError } from './command.ts';
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
  usage: '--jsonl FILE',
  summary: { zh: '离线检查请求中的攻击', en: 'Look for attacks in recorded requests' },
  options: { jsonl: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    jsonl: {
      zh: '请求文件，每行一个 {id, method, path, headers, body}；- 表示标准输入',
      en: 'requests, a line each {id, method, path, headers, body}; - for standard input',
    },
    json: {
      zh: '在 JSON 中加上每个发现的分值与双语说明',
      en: 'add the points and both explanations of each finding to the JSON',
    },
  },
  examples: ['menshen inspect --jsonl requests.jsonl', 'zcat requests.jsonl.gz | menshen inspect --jsonl - --json'],
  async run({ values, terminal }) {
    const file = textOption(values, 'jsonl');
    if (file === undefined)
      throw new UsageError({ zh: '请用 --jsonl 给出请求文件。', en: 'Name the file of requests with --jsonl.' });
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
      const verdict = readRawRequest(
        { method: request.method, target: request.path, headers: headerList(request), body: bodyOf(request) },
        detection,
      );
      if (verdict.action === 'block') blocked += 1;
      terminal.out(JSON.stringify({ id: request.id, ...answer(verdict, values['json'] === true) }));
    }
    if (unusable > 0) return 2;
    return blocked > 0 ? 1 : 0;
  },
};

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
