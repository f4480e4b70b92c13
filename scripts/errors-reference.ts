import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from '@menshen/contract';

/** Where the generated page stands. */
export const errorsReferenceFile: string = join(import.meta.dirname, '..', 'docs', 'reference', 'errors.md');

/** `docs/reference/errors.md`: every stable code with its status and both texts, by status and then by code. */
export function errorsReference(): string {
  const rows = Object.entries(errorCatalogue)
    .sort(([a, left], [b, right]) => left.status - right.status || (a < b ? -1 : 1))
    .map(([code, { status, zh, en }]) => `| \`${code}\` | ${status} | ${cell(zh)} | ${cell(en)} |`);
  return `${[
    '# 错误码 / Error codes',
    '',
    '本页由 `packages/contract/src/errors.ts` 生成，请勿手改。客户端应依据错误码判断，文字只供人阅读。',
    '',
    'Generated from `packages/contract/src/errors.ts` by `node scripts/errors-reference.ts`; do not edit. Clients branch on the code; the text is for people.',
    '',
    '| Code | Status | 中文 | English |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}

/** A bar would end the cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

if (import.meta.main) writeFileSync(errorsReferenceFile, errorsReference());
