import { expect, it } from 'vitest';
import { createTokens } from './tokens.ts';

it('says of a new token that it lasts two hours, although time passes while it is made', () => {
  let now = 0;
  const tokens = createTokens(
    () => (now += 1),
    (size) => new Uint8Array(size).fill(now),
    0,
  );
  for (const issue of [tokens.issueClassic, () => tokens.issueStable('wx1', false), tokens.issueShared])
    expect(issue('wx1').expires_in).toBe(7_200);
});
