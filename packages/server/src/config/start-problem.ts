import type { Config } from '@menshen/contract';
import { isWithin } from '../is-within.ts';
import type { ConfigProblem } from './load.ts';
import { fileProblem } from './syntax-words.ts';

/**
 * The setting behind an error of the operating system at the start: an address that cannot be listened on, or a folder that cannot be used. Null for every
 * other error.
 */
export function startProblem(error: unknown, config: Config): ConfigProblem | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { syscall, port, path, hostname } = error as { syscall?: unknown; port?: unknown; path?: unknown; hostname?: unknown };
  const why = fileProblem(error);
  const problem = (field: string, zh: string, en: string): ConfigProblem => ({ line: null, column: null, field, zh, en });
  if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') {
    const found = addresses(config).find(([, listen]) =>
      typeof port === 'number' ? listen.endsWith(`:${port}`) : listen.startsWith(`${String(hostname)}:`),
    );
    if (found === undefined) return null;
    const [field, listen] = found;
    const twice = addresses(config).filter(([, other]) => other === listen && !other.endsWith(':0'));
    if (twice.length > 1) {
      const names = twice.map(([name]) => name);
      return problem(
        field,
        `${names.join('、')} 写的是同一个端口（${listen}）：请各用一个。`,
        `${names.join(' and ')} name the same port (${listen}): give each its own.`,
      );
    }
    return problem(field, `无法在 ${listen} 监听：${why.zh}。`, `It is not possible to listen on ${listen}: ${why.en}.`);
  }
  if (typeof path === 'string' && (isWithin(path, config.data) || isWithin(config.data, path)))
    return problem('data', `数据目录无法使用，${path}：${why.zh}。`, `The data folder cannot be used, ${path}: ${why.en}.`);
  return null;
}

/** What a process listens on, by setting. */
function addresses({ gateway, console: { listen }, training }: Config): [field: string, listen: string][] {
  const all: [string, string | undefined][] = [
    ['gateway.listen', gateway.listen],
    ['console.listen', listen],
    ['training.listen', training.listen],
    ['training.bounces.listen', training.bounces.listen],
  ];
  return all.filter((one): one is [string, string] => one[1] !== undefined);
}
