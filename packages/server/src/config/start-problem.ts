import { resolve } from 'node:path';
import type { Bilingual, Config } from '@menshen/contract';
import { isWithin } from '../is-within.ts';
import { accessProblem } from './access-problem.ts';
import type { ConfigProblem } from './load.ts';
import { fileProblem } from './syntax-words.ts';

/**
 * The setting behind an error at the start: an address that cannot be listened on, a folder or a database that cannot be used. Null for every other error.
 * Relative paths of the configuration start at `folder`.
 */
export function startProblem(error: unknown, config: Config, folder = '.'): ConfigProblem | null {
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
  if (typeof error.code === 'string' && error.code.startsWith('store_') && !config.store.startsWith('file:')) {
    const reason = databaseReason(error);
    if (reason === null) return null;
    const at = URL.canParse(config.store) ? new URL(config.store) : null;
    const place = at === null ? '' : ` ${at.host}${at.pathname}`;
    return problem(
      'store',
      `无法使用 PostgreSQL 数据库${place}：${reason.zh}。`,
      `The PostgreSQL database${place} cannot be used: ${reason.en}.`,
    );
  }
  if (error.code === 'coordination_invalid')
    return problem(
      'coordination',
      '应为 memory: 或 redis://主机:端口/库号，除 prefix 外不接受其他参数。',
      'Must be memory: or redis://HOST:PORT/NUMBER, with no parameter but prefix.',
    );
  if (error.code === 'master_key_permissions')
    return problem(
      'data',
      `主密钥文件 ${String(path)} 可被其他用户读取。请执行：chmod 600 ${String(path)}；若曾有他人能登录这台机器，请视为已泄露。`,
      `Others can read the master key file ${String(path)}. Run: chmod 600 ${String(path)}. If others could sign in to this machine, take it for known to them.`,
    );
  if (typeof path === 'string' && config.detections !== undefined && isWithin(path, resolve(folder, config.detections)))
    return problem(
      'detections',
      `规则目录无法读取，${path}：${why.zh}。`,
      `The folder of rules cannot be read, ${path}: ${why.en}.`,
    );
  const access = accessProblem(error, config);
  if (access !== null) return problem('data', access.zh, access.en);
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

/** SQLSTATE codes (PostgreSQL manual, appendix A) and what connections fail with, in words. */
const databaseReasons: Readonly<Record<string, Bilingual>> = {
  '28P01': { zh: '密码不正确', en: 'the password is wrong' },
  '28000': {
    zh: '没有这个用户，或服务器不允许它从本机登录',
    en: 'there is no such user, or the server does not let it in from here',
  },
  '3D000': { zh: '没有这个数据库，请先创建', en: 'there is no such database: create it first' },
  '42501': {
    zh: '用户没有建表的权限，请执行 grant create on schema public to 用户',
    en: 'the user may not create tables: grant create on schema public to USER',
  },
  '53300': { zh: '服务器的连接数已满', en: 'the server has no connection left' },
  '57P03': { zh: '服务器正在启动', en: 'the server is starting' },
  ECONNREFUSED: { zh: '该地址没有服务在监听', en: 'nothing listens at this address' },
  ECONNRESET: { zh: '连接被对方断开，请检查地址与 sslmode', en: 'the connection was cut: check the address and sslmode' },
  ETIMEDOUT: { zh: '该地址没有应答', en: 'nothing answers at this address' },
  EHOSTUNREACH: { zh: '无法到达该主机', en: 'the host cannot be reached' },
  ENOTFOUND: { zh: '找不到这个主机名', en: 'there is no host of this name' },
  EAI_AGAIN: { zh: '找不到这个主机名', en: 'there is no host of this name' },
  'the server is a standby and cannot be written': { zh: '这是只读的备用服务器', en: 'it is a standby, which cannot be written' },
  'the database is not encoded in UTF-8': {
    zh: '数据库的编码不是 UTF-8，请重新创建',
    en: 'its encoding is not UTF-8: create it anew',
  },
};

/** Why a database cannot be used, of what the store says: a code, in round brackets or behind `PostgreSQL error`, or a sentence. */
function databaseReason({ message, code }: Error & { readonly code?: unknown }): Bilingual | null {
  const known = [message, /\b([0-9A-Z]{5})\b/.exec(message)?.[1], /\((E[A-Z_]+)\)/.exec(message)?.[1]];
  for (const one of known) if (one !== undefined && Object.hasOwn(databaseReasons, one)) return databaseReasons[one] ?? null;
  if (code === 'store_url_invalid') return { zh: '地址格式不正确', en: 'the address is malformed' };
  return code === 'store_unavailable'
    ? { zh: `无法连接，请检查地址与 sslmode（${message}）`, en: `no connection: check the address and sslmode (${message})` }
    : null;
}
