import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Bilingual, Config } from '@menshen/contract';
import { isWithin } from '../is-within.ts';

/** What may be asked of the system; handed in so that tests need no other user. */
export interface AccessSources {
  /** Whether this process may read, write, or (a folder) enter a path. */
  readonly may: (path: string, mode: number) => boolean;
  /** Null where there is nothing at the path, or nothing that this process may see. */
  readonly look: (path: string) => { readonly uid: number; readonly mode: number; readonly isFolder: boolean } | null;
  readonly me: { readonly uid: number; readonly gid: number };
}

export const systemAccess = (): AccessSources => ({
  may(path, mode) {
    try {
      accessSync(path, mode);
      return true;
    } catch {
      return false;
    }
  },
  look(path) {
    try {
      const about = statSync(path);
      return { uid: about.uid, mode: about.mode & 0o777, isFolder: about.isDirectory() };
    } catch {
      return null;
    }
  },
  me: { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 },
});

/** Codes under which the operating system, the store and the log say that they may not, none of which names the path. */
const codes: ReadonlySet<unknown> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'store_unavailable', 'store_unwritable', 'audit_unwritable', 'ERR_SQLITE_ERROR'],
]);

/**
 * Which of the files that this node keeps it may not use, whose they are, and what to do: of a start that failed. Null where nothing is found, or the
 * reason is another. A start that works is not examined: a folder may be mounted in ways that only its owner knows.
 */
export function accessProblem(error: unknown, config: Config, sources: AccessSources = systemAccess()): Bilingual | null {
  if (!(error instanceof Error) || !('code' in error) || !codes.has(error.code) || sources.me.uid < 0) return null;
  for (const path of keptPaths(config)) {
    const found = refused(path, config.data, sources);
    if (found !== null) return found;
  }
  return null;
}

/** The data folder first, then what lies in it, then the log wherever it lies. */
function keptPaths(config: Config): string[] {
  const data = resolve(config.data);
  const log = resolve(data, config.audit.directory ?? 'tlog');
  return [
    ...new Set([data, ...entries(data), ...entries(join(data, 'keys')), log, ...entries(log), ...entries(join(log, 'wal'))]),
  ];
}

/** More than any of these folders holds but by mistake. */
const mostEntries = 1_000;

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
      .slice(0, mostEntries)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function refused(path: string, data: string, { may, look, me }: AccessSources): Bilingual | null {
  const about = look(path);
  if (about === null) {
    const above = dirname(path);
    // A folder that is not there yet is made: that its parent does not let us is the reason.
    if (path !== resolve(data) || look(above) === null || may(above, constants.W_OK | constants.X_OK)) return null;
    const command = `install -d -o ${me.uid} -g ${me.gid} -m 700 ${path}`;
    return {
      zh: `无法创建 ${path}：uid ${me.uid} 不能写入 ${above}。请由管理员执行：${command}`,
      en: `${path} cannot be made: uid ${me.uid} may not write to ${above}. Let an administrator run: ${command}`,
    };
  }
  const { uid, mode, isFolder } = about;
  // Keys may be mounted to be read alone.
  const writes = !/\/keys(\/[^/]+)?$/.test(path.slice(resolve(data).length));
  const wanted = constants.R_OK | (writes ? constants.W_OK : 0) | (isFolder ? constants.X_OK : 0);
  if (may(path, wanted)) return null;
  const [zh, en] = may(path, constants.R_OK) ? ['写入', 'written'] : ['读取', 'read'];
  const octal = mode.toString(8).padStart(4, '0');
  if (uid !== me.uid) {
    const command = `chown -R ${me.uid}:${me.gid} ${isWithin(path, resolve(data)) ? resolve(data) : path}`;
    // Started once by sudo: that is no reason to stay with it.
    const other = uid === 0 ? null : { zh: `请以 uid ${uid} 运行，或由`, en: `Run it as uid ${uid}, or let` };
    return {
      zh: `无法${zh} ${path}：它属于 uid ${uid}（权限 ${octal}），而本进程以 uid ${me.uid} 运行。${other?.zh ?? '请由'}管理员执行：${command}`,
      en: `${path} cannot be ${en}: it belongs to uid ${uid} (mode ${octal}), and this process runs as uid ${me.uid}. ${other?.en ?? 'Let'} an administrator run: ${command}`,
    };
  }
  // Its owner, whom its mode lets: then it is the file system that does not.
  const needed = isFolder ? 0o700 : writes ? 0o600 : 0o400;
  if ((mode & needed) === needed)
    return {
      zh: `无法${zh} ${path}：文件系统只读，或另有限制（挂载选项、ACL、容器）。`,
      en: `${path} cannot be ${en}: its file system is read-only, or something else keeps us from it (mount options, an ACL, the container).`,
    };
  return {
    zh: `无法${zh} ${path}：权限是 ${octal}。请执行：chmod u+rwX ${path}`,
    en: `${path} cannot be ${en}: its mode is ${octal}. Run: chmod u+rwX ${path}`,
  };
}
