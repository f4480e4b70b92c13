import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

export interface Upload {
  /** The company's own miniprogram-ci, as {@link findMiniprogramCi} found it. */
  readonly module: string;
  readonly appid: string;
  readonly folder: string;
  /** Path of the key for code uploads that WeChat's administration pages give. */
  readonly privateKey: string;
  readonly version: string;
  readonly description: string;
  /** 1 to 30: which of WeChat's numbered robots uploads. */
  readonly robot: number;
  /** Patterns of files that are not uploaded. */
  readonly ignores: readonly string[];
}

export type Uploaded = { readonly ok: true } | { readonly ok: false; readonly message: string };

const answer = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), message: z.string() })]);
const longestMs = 15 * 60_000;
const mostBytes = 1_000_000;

/** Where a project's own miniprogram-ci lies; null where none is installed for it. Menshen neither ships nor fetches it. */
export function findMiniprogramCi(project: string): string | null {
  try {
    return createRequire(join(resolve(project), 'package.json')).resolve('miniprogram-ci');
  } catch {
    return null;
  }
}

/** Uploads a folder in a child process that knows nothing of ours but the way to programs and the home folder. Never throws. */
export async function runUpload(upload: Upload): Promise<Uploaded> {
  const file = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url));
  const { PATH, HOME, HTTPS_PROXY, NO_PROXY } = process.env;
  const env = Object.fromEntries(
    Object.entries({ PATH, HOME, HTTPS_PROXY, NO_PROXY }).filter(([, value]) => value !== undefined),
  );
  return await new Promise((done) => {
    const child = spawn(process.execPath, [file, JSON.stringify(upload)], {
      ...{ env, cwd: upload.folder, shell: false, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    let text = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-mostBytes);
    });
    child.on('error', () => undefined);
    child.on('close', () => {
      clearTimeout(timer);
      const last = text.trimEnd().split('\n').at(-1) ?? '';
      done(answer.safeParse(parsed(last)).data ?? { ok: false, message: 'miniprogram-ci ended without an answer' });
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
