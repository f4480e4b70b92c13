import { readFileSync } from 'node:fs';
import { errorText, isErrorCode } from '@menshen/contract';
import { type CommandInput, type ExitCode, textOption, UsageError } from './command.ts';

/** Options of every command that calls a running server. */
export const serverOptions = {
  url: { type: 'string' as const },
  'token-file': { type: 'string' as const },
  json: { type: 'boolean' as const },
};
/** What {@link serverOptions} mean; `scope` is what the token needs. */
export const serverHelp = (scope: string) => ({
  url: { zh: '控制台地址（默认 http://127.0.0.1:8480）', en: 'address of the console (http://127.0.0.1:8480 by default)' },
  'token-file': {
    zh: `存放接口令牌的文件；默认取环境变量 MENSHEN_TOKEN。令牌需要 ${scope} 权限`,
    en: `file with the API token; the environment variable MENSHEN_TOKEN by default. The token needs the scope ${scope}`,
  },
  json: { zh: '以 JSON 输出', en: 'print JSON' },
});

/** An answer of the control plane that is a refusal. */
export interface Refused {
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The token stands in the environment or a file, never on the command line, where every process of the machine sees it. */
function tokenOf(values: CommandInput['values']): string {
  const file = textOption(values, 'token-file');
  try {
    const token = file === undefined ? process.env['MENSHEN_TOKEN'] : readFileSync(file, 'utf8');
    if (token !== undefined && token.trim() !== '') return token.trim();
  } catch {
    throw new UsageError({ zh: '读不到令牌文件。', en: 'The token file cannot be read.' });
  }
  throw new UsageError({
    zh: '请用环境变量 MENSHEN_TOKEN 或 --token-file 给出接口令牌：在控制台「接口令牌」页签发，所需权限见 --help。',
    en: 'Give an API token in MENSHEN_TOKEN or with --token-file: the console issues it on the page API tokens; --help names the scope.',
  });
}

/** Calls the running server: GET without a body, else POST. @throws UsageError when there is none */
export async function callServer(
  values: CommandInput['values'],
  path: string,
  body?: unknown,
): Promise<{ ok: true; body: unknown } | { ok: false; refused: Refused }> {
  const base = textOption(values, 'url') ?? 'http://127.0.0.1:8480';
  if (!URL.canParse(path, base)) throw new UsageError({ zh: '--url 不是网址。', en: '--url is no address.' });
  const token = tokenOf(values);
  let answer: Response;
  try {
    answer = await fetch(new URL(path, base), {
      ...(body === undefined
        ? { method: 'GET', headers: { authorization: `Bearer ${token}` } }
        : {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
      redirect: 'error',
      signal: AbortSignal.timeout(300_000),
    });
  } catch {
    throw new UsageError({ zh: `连不上 ${base}。门神在运行吗？`, en: `${base} cannot be reached. Is Menshen running?` });
  }
  const parsed = (await answer.json().catch(() => ({ code: 'internal_error' }))) as unknown;
  return answer.ok ? { ok: true, body: parsed } : { ok: false, refused: parsed as Refused };
}

/** Prints a refusal in the language of the terminal. */
export function printRefusal(terminal: CommandInput['terminal'], { code, details }: Refused): ExitCode {
  const known = isErrorCode(code) ? code : 'internal_error';
  terminal.err(`${errorText(known, terminal.language)} (${known})`);
  if (known === 'token_scope')
    terminal.err(terminal.language === 'zh' ? '所需权限见该命令的 --help。' : 'The --help of the command names the scope.');
  if (details !== undefined) terminal.err(JSON.stringify(details));
  return 1;
}
