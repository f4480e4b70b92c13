import { describe, expect, it } from 'vitest';
import { hashPassword, isWeakPassword, verifyPassword } from './password.ts';

const phc = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

describe('stored passwords', () => {
  it('are PHC strings of argon2id with a salt of their own', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
    expect(one).toMatch(phc);
    expect(two).toMatch(phc);
    expect(one).not.toBe(two);
  });
  it('open with the password alone, in either Unicode form', async () => {
    const stored = await hashPassword('Zürich 门神 2026');
    expect(await verifyPassword('Zürich 门神 2026'.normalize('NFD'), stored)).toBe(true);
    expect(await verifyPassword('Zurich 门神 2026', stored)).toBe(false);
    expect(await verifyPassword('', stored)).toBe(false);
  });
  it('never open when there is no account', async () => {
    expect(await verifyPassword('', null)).toBe(false);
    expect(await verifyPassword('anything at all', null)).toBe(false);
  });
  it('are checked with the parameters that they name, so that ours may be raised later', async () => {
    const stored = await hashPassword('correct horse battery');
    expect(await verifyPassword('correct horse battery', stored.replace('t=2', 't=3'))).toBe(false);
  });
  it.each([
    '',
    'plain',
    '$argon2id$',
    '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
    '$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
    '$argon2id$v=19$m=19456,t=2,p=1$c2hvcnQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$',
  ])('a stored text of another form (%j) opens for nobody', async (stored) => {
    expect(await verifyPassword('', stored)).toBe(false);
    expect(await verifyPassword('plain', stored)).toBe(false);
  });
  it('an endless password is not hashed', async () => {
    expect(await verifyPassword('x'.repeat(10_000_000), await hashPassword('x'))).toBe(false);
  });
});

describe('weak passwords', () => {
  it.each([
    ['short', 12],
    ['aaaaaaaaaaaaaaaa', 12],
    ['abababababababab', 12],
    ['passwordpassword', 12],
    ['Password12345678', 12],
    ['menshenmenshen1', 12],
    ['1qaz2wsx1q2w3e4r', 12],
    ['zhangsanzhangsan', 12],
    ['门神门神门神门神', 8],
    ['x'.repeat(129), 12],
    ['', 1],
  ] as const)('%s', (password, minimum) => {
    expect(isWeakPassword(password, minimum, ['zhangsan'])).toBe(true);
  });
  it.each(['correct horse battery', 'tr0ub4dor&3 zebra', '春眠不觉晓处处闻啼鸟夜来', '春风又绿江南岸明月何时照我还'])(
    '%s is not',
    (password) => {
      expect(isWeakPassword(password, 12, ['zhangsan'])).toBe(false);
    },
  );
  it('counts code points, not code units', () => {
    expect(isWeakPassword('🐎🔋🧷🌲🚪🗝', 8, [])).toBe(true);
    expect(isWeakPassword('🐎🔋🧷🌲🚪🗝🧭🪁', 8, [])).toBe(false);
  });
  it('does not let a context of one or two letters erase a good password', () => {
    expect(isWeakPassword('correct horse battery', 12, ['', 'o', 'rr'])).toBe(false);
  });
});
