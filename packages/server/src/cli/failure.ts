import type { Bilingual } from '@menshen/contract';
import { errorText, isErrorCode, type Language } from '@menshen/contract';
import { ConfigError } from '../config/config-error.ts';
import { UsageError } from './command.ts';
import { problemLines } from './problem-lines.ts';

/** What commands meet outside of their own logic, by code: errors of Node, of the store, of the log and of the keys. */
const texts: Readonly<Record<string, Bilingual>> = {
  EADDRINUSE: {
    zh: '端口已被占用。请停止占用它的程序，或换一个端口。',
    en: 'The port is in use. Stop the program that has it, or choose another port.',
  },
  EACCES: { zh: '没有权限。请检查文件权限或端口号。', en: 'Permission denied. Check file permissions or the port number.' },
  EADDRNOTAVAIL: { zh: '本机没有这个监听地址。', en: 'This machine does not have the address to listen on.' },
  ENOENT: { zh: '文件或目录不存在。', en: 'There is no such file or folder.' },
  EISDIR: { zh: '这是目录，不是文件。', en: 'This is a folder, not a file.' },
  ENOTDIR: { zh: '路径中有一段不是目录。', en: 'Part of the path is not a folder.' },
  ENOSPC: { zh: '磁盘已满。', en: 'The disk is full.' },
  store_locked: {
    zh: '另一个门神进程正在使用这个数据目录。',
    en: 'Another Menshen process uses this data folder.',
  },
  audit_locked: {
    zh: '另一个门神进程正在写这份审计日志。',
    en: 'Another Menshen process writes this audit log.',
  },
  audit_damaged: {
    zh: '审计日志已损坏。请运行 menshen audit verify 查看详情。',
    en: 'The audit log is damaged. Run menshen audit verify for details.',
  },
  audit_key_mismatch: {
    zh: '审计日志由另一把密钥签名：主密钥或日志名称已更改。请放回原来的主密钥（keys.master 或 keys/master.key）和 audit.origin：主密钥不能更换，见指南“轮换密钥”。',
    en: 'The audit log was signed with another key: the master key or the name of the log has changed. Put the former master key (keys.master or keys/master.key) and audit.origin back: a master key is not replaced, see “Rotating keys” in the guides.',
  },
  store_damaged: { zh: '数据库文件已损坏。', en: 'The database file is damaged.' },
  store_foreign: { zh: '数据库属于另一个程序。', en: 'The database belongs to another program.' },
  store_unavailable: { zh: '无法连接存储。', en: 'The store cannot be reached.' },
  store_newer_than_program: {
    zh: '数据由更新版本的门神写入。请升级程序。',
    en: 'The data was written by a later version of Menshen. Upgrade the program.',
  },
  store_full: {
    zh: '数据库所在的磁盘已满。请腾出空间，再重试。',
    en: 'The disk of the database is full. Make room and try again.',
  },
  store_unwritable: {
    zh: '数据库只能读取。请检查文件的属主与权限，以及文件系统是否只读。',
    en: 'The database can only be read. Check owner and permissions of its file, and whether the file system is read-only.',
  },
  store_url_invalid: { zh: 'store 应为 file:路径 或 postgres://…。', en: 'store must be file:PATH or postgres://...' },
  coordination_unavailable: { zh: '无法连接协调服务。', en: 'The coordination service cannot be reached.' },
  master_key_invalid: {
    zh: '主密钥无效：应为 32 字节的 Base64。',
    en: 'The master key is not valid: it must be 32 bytes in Base64.',
  },
  master_key_missing: {
    zh: '数据目录中有数据，却没有主密钥（keys/master.key）。请从备份放回原来的密钥；没有另建新密钥，因为新密钥打不开这些数据。',
    en: 'There is data, but the master key (keys/master.key in the data folder) is missing. Put the old key back from a backup; no new one was made, because it would open nothing.',
  },
  master_key_permissions: {
    zh: '主密钥文件可被他人读取。请将权限设为 0600。',
    en: 'Others can read the master key file. Set its mode to 0600.',
  },
};

/** What to tell a person about an error that ended a command. Errors that nobody foresaw are named by their code alone. */
export function failureText(error: unknown, language: Language): string {
  if (error instanceof UsageError) return language === 'zh' ? error.zh : error.message;
  if (error instanceof ConfigError) return problemLines('', error.problems, language);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = Object.hasOwn(texts, code) ? texts[code] : undefined;
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
  if (known !== undefined) return `${known[language]}${path === null ? '' : language === 'zh' ? `（${path}）` : ` (${path})`}`;
  if (isErrorCode(code)) return errorText(code, language);
  const name = code === '' ? '' : language === 'zh' ? `（${code}）` : ` (${code})`;
  return language === 'zh' ? `命令未能完成${name}。` : `The command could not be completed${name}.`;
}
