import type { Bilingual } from '@menshen/contract';

/** What can be wrong with a file, in both languages; nothing of the file is repeated. */
export const csvProblems = {
  encoding_unknown: { zh: '文件既不是 UTF-8 也不是 GB18030 编码。', en: 'The file is neither UTF-8 nor GB18030.' },
  file_too_large: { zh: '文件过大（上限 8 MB）。', en: 'The file is larger than 8 MB.' },
  file_empty: { zh: '文件没有内容。', en: 'The file is empty.' },
  too_many_rows: { zh: '行数过多（上限 100,000 行）。', en: 'There are more than 100,000 rows.' },
  too_many_columns: { zh: '列数过多（上限 64 列）。', en: 'There are more than 64 columns.' },
  quote_unclosed: { zh: '引号没有闭合。', en: 'A quote is not closed.' },
  quote_misplaced: { zh: '引号的位置不正确。', en: 'A quote stands where none may.' },
  column_missing: { zh: '表头缺少必需的列。', en: 'A required column is missing in the header.' },
  column_twice: { zh: '表头中同一含义的列出现了两次。', en: 'Two columns of the header mean the same.' },
  row_length: { zh: '列数与表头不同。', en: 'The row has another number of columns than the header.' },
  value_missing: { zh: '必填的值为空。', en: 'A required value is empty.' },
  value_too_long: { zh: '内容过长。', en: 'The value is too long.' },
  value_invalid: { zh: '值的格式不正确。', en: 'The value is not of the right form.' },
  control_character: { zh: '含有控制字符。', en: 'The value holds control characters.' },
  formula: {
    zh: '以 = + - @ 开头，会被表格软件当作公式。',
    en: 'It begins with = + - or @, which spreadsheets take for a formula.',
  },
  duplicate: { zh: '与前面的某一行重复。', en: 'An earlier row has the same value.' },
  department_unknown: { zh: '部门不存在。', en: 'There is no such department.' },
  department_ambiguous: { zh: '有多个部门同名，请改用部门编号。', en: 'Several departments have this name; use the id.' },
  department_foreign: { zh: '该部门由其他来源维护。', en: 'The department belongs to another source.' },
  department_cycle: { zh: '上级部门形成了循环。', en: 'The departments above form a cycle.' },
} as const satisfies Record<string, Bilingual>;

export type CsvProblemCode = keyof typeof csvProblems;

export interface CsvProblem {
  readonly file: 'people' | 'departments';
  /** Line in the file, from 1. */
  readonly line: number;
  /** Our name of the column, such as `phone`; null when the whole line or file is meant. */
  readonly column: string | null;
  readonly code: CsvProblemCode;
}
