import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeRecoveryCode, recoveryCodeHash } from './recovery-codes.ts';

it('row 13: a recovery code carries 128 bits', () => {
  const sizes: number[] = [];
  const code = makeRecoveryCode((size) => {
    sizes.push(size);
    return new Uint8Array(size).fill(255);
  });
  expect(sizes).toEqual([16]);
  expect(code).toMatch(/^([A-Z2-7]{5}-){5}[A-Z2-7]$/);
});

it('row 13: a code is known by its SHA-256, however it is typed', () => {
  const code = makeRecoveryCode(randomBytes);
  const stored = recoveryCodeHash(code);
  expect(Buffer.from(stored, 'base64url')).toHaveLength(32);
  for (const typed of [code.toLowerCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `]) {
    expect(recoveryCodeHash(typed)).toBe(stored);
  }
  for (const wrong of [code.slice(1), `${code}A`, '', makeRecoveryCode(randomBytes)]) {
    expect(recoveryCodeHash(wrong)).not.toBe(stored);
  }
});
