import { expect, test } from 'vitest';
import { behindProse } from './behind-prose.ts';

test.each([
  ['好的，id=1', 'id=1'],
  ['好的。  a b c \n', 'a b c'],
  ['看这个：x`y`z', 'x`y`z'],
  ['\u4e2d<b>', null],
  ['plain text', null],
  ['结尾是中文', null],
  ['一段代码：\nlet a = 1;\nlet b = 2;', null],
  ['命令：`rm -r build`', null],
  ['步骤\n- `make all`', null],
  ['', null],
])('%j', (text, tail) => expect(behindProse(text)).toBe(tail));
