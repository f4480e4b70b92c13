import { expect, it } from 'vitest';
import { commentAbove } from './comment.ts';

const file = `// 文件的说明 / about the file

// 员工可以读自己的档案，
// 仅此而已。
// Employees may read their own record.
@id("own")
permit (principal, action, resource);
@id("bare")
permit (principal, action, resource); // not above
`;

it('says what stands right above a policy, in the language of the page', () => {
  expect(commentAbove(file, 6, 'zh')).toBe('员工可以读自己的档案，仅此而已。');
  expect(commentAbove(file, 6, 'en')).toBe('Employees may read their own record.');
  expect(commentAbove(file, 8, 'zh')).toBe('');
  expect(commentAbove('// Only English\npermit (principal, action, resource);', 2, 'zh')).toBe('Only English');
  expect(commentAbove('', 0, 'en')).toBe('');
});
