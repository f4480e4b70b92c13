import { readFileSync } from 'node:fs';
import { errorCatalogue } from '@menshen/contract';
import { expect, it } from 'vitest';
import { errorsReference, errorsReferenceFile } from './errors-reference.ts';

it('the page is what the catalogue says; run `node scripts/errors-reference.ts` after a change', () => {
  expect(readFileSync(errorsReferenceFile, 'utf8')).toBe(errorsReference());
});

it('has one row of four cells for every code', () => {
  const rows = errorsReference()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.map((row) => /^\| `([a-z0-9_]+)` \| [45]\d\d \| [^|]+ \| [^|]+ \|$/.exec(row)?.[1]).sort()).toEqual(
    Object.keys(errorCatalogue).sort(),
  );
});
