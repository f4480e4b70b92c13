import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RawRequest } from '@menshen/inspect';
import * as z from 'zod';

/** A labelled request: `label` says what it is, `class` of what kind, `source` which list it is from (the file's name). */
export interface LabelledRequest {
  readonly id: string;
  readonly source: string;
  readonly attack: boolean;
  readonly class: string;
  readonly request: RawRequest;
}

const row = z.object({
  id: z.string(),
  label: z.enum(['attack', 'benign']),
  class: z.string(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()).nullish(),
  body: z.string().nullish(),
  body_b64: z.string().nullish(),
});

/** Reads a folder of `*.jsonl.gz` and `*.jsonl`, a request a line. Throws on a line of another form. */
export function* readCorpus(folder: string): Generator<LabelledRequest> {
  for (const file of readdirSync(folder).sort()) {
    if (!/\.jsonl(?:\.gz)?$/.test(file)) continue;
    const bytes = readFileSync(join(folder, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    const source = basename(file).replace(/\.jsonl(?:\.gz)?$/, '');
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const { id, label, class: kind, method, path, headers, body, body_b64: coded } = row.parse(JSON.parse(line));
      yield {
        id,
        source,
        attack: label === 'attack',
        class: kind,
        request: {
          method,
          target: path,
          headers: Object.entries(headers ?? {}).flatMap(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
          body: typeof coded === 'string' ? Buffer.from(coded, 'base64') : typeof body === 'string' ? Buffer.from(body) : null,
        },
      };
    }
  }
}
