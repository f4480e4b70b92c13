import { expect, test } from 'vitest';
import { beforeProse } from './before-prose.ts';

test.each([
  ["' or 1=1 的", "' or 1=1"],
  [';whoami谢谢', ';whoami'],
  ['订单 a;whoami 谢谢', 'a;whoami'],
  ['短 ab，长的一段 abcdef 完', 'abcdef'],
  ['结尾是中文', null],
  ['plain text', null],
  ['好的，id=1', null],
  ['sleep(睡眠)', null],
  ['`id`：用户', null],
  ['[说明](../../../a/b.md) 中的', null],
  ['"name" 是名称', null],
  ['| type | 类型 |', null],
  ['<p>abc</p><p>中文</p>', null],
  [`${'a'.repeat(3_000)}的`, null],
  ['', null],
])('%j', (text, piece) => expect(beforeProse(text)).toBe(piece));
