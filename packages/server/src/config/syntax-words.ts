import type { Bilingual } from '@menshen/contract';

/** Faults of YAML in words, by the code of the parser, with what to do. */
const faults: Readonly<Record<string, Bilingual>> = {
  TAB_AS_INDENT: {
    zh: '缩进用了制表符（Tab），YAML 只允许空格：请改用空格',
    en: 'A tab stands where YAML takes spaces only: indent with spaces',
  },
  DUPLICATE_KEY: { zh: '同一字段写了两次：请删除其中之一', en: 'This field stands here twice: remove one of them' },
  BAD_DQ_ESCAPE: {
    zh: '双引号中的反斜杠是转义符：Windows 路径请用单引号，或把 \\ 写成 /',
    en: 'A backslash within double quotes begins an escape: write Windows paths in single quotes, or with /',
  },
  BAD_INDENT: {
    zh: '缩进与上一行不一致：同级字段须左对齐',
    en: 'The indentation differs: fields of one level begin in one column',
  },
  MISSING_CHAR: { zh: '缺少引号、括号或逗号', en: 'A quote, bracket or comma is missing' },
  MULTIPLE_DOCS: {
    zh: '一个文件只能有一份配置：请删除 --- 及其后的另一份',
    en: 'One file holds one configuration: remove the line --- and what follows it',
  },
  MULTILINE_IMPLICIT_KEY: { zh: '此处应为 字段: 值，冒号后须有空格', en: 'Must be FIELD: VALUE, with a space behind the colon' },
  BLOCK_AS_IMPLICIT_KEY: {
    zh: '一行只能有一个 字段: 值；含冒号加空格的文字须加引号',
    en: 'A line holds one FIELD: VALUE; a text with a colon and a space needs quotes',
  },
  UNEXPECTED_TOKEN: {
    zh: '此处不应有这个字符：含特殊字符的文字须加引号',
    en: 'This does not belong here: texts with special characters need quotes',
  },
  BAD_SCALAR_START: {
    zh: '文字不能以此字符（@、` 或 %）开头：请加引号',
    en: 'A text cannot begin with this character (@, ` or %): put it in quotes',
  },
  BAD_ALIAS: { zh: '以 * 开头的是别名：普通文字须加引号', en: 'What begins with * is an alias: put plain texts in quotes' },
  TAG_RESOLVE_FAILED: { zh: '以 ! 开头的是标签：普通文字须加引号', en: 'What begins with ! is a tag: put plain texts in quotes' },
};

/** A fault of YAML by the code of the parser, with that code, for who looks it up. */
export function syntaxWords(code: string): Bilingual {
  const known = Object.hasOwn(faults, code) ? faults[code] : undefined;
  if (known === undefined) return { zh: `YAML 语法错误（${code}）。`, en: `YAML syntax error (${code}).` };
  return { zh: `YAML 语法错误：${known.zh}（${code}）。`, en: `YAML syntax error. ${known.en} (${code}).` };
}

const reasons: Readonly<Record<string, Bilingual>> = {
  ENOENT: { zh: '文件不存在', en: 'there is no such file' },
  EACCES: { zh: '没有权限', en: 'permission denied' },
  EPERM: { zh: '没有权限', en: 'permission denied' },
  EISDIR: { zh: '这是目录，不是文件', en: 'it is a folder, not a file' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'part of the path is not a folder' },
  EEXIST: { zh: '这是文件，不是目录', en: 'it is a file, not a folder' },
  ELOOP: { zh: '符号链接循环', en: 'its symbolic links go in a circle' },
  EROFS: { zh: '文件系统只读', en: 'the file system is read-only' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  EADDRINUSE: {
    zh: '端口已被占用：请停止占用它的程序，或换一个端口',
    en: 'the port is in use: stop the program that has it, or choose another',
  },
  EADDRNOTAVAIL: { zh: '本机没有这个地址', en: 'this machine does not have the address' },
  ENOTFOUND: { zh: '找不到这个主机名：请写本机的地址', en: 'there is no host of this name: write an address of this machine' },
  EAI_AGAIN: { zh: '找不到这个主机名：请写本机的地址', en: 'there is no host of this name: write an address of this machine' },
};

/** Why a file, a folder or a port could not be had, in words where the operating system's code is known. */
export function fileProblem(error: unknown): Bilingual {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  return known ?? { zh: code === '' ? '未知原因' : code, en: code === '' ? 'for an unknown reason' : code };
}
