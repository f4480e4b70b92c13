import { describe, expect, it } from 'vitest';
import { setupProblems, tokenOfFragment } from './setup-form.ts';

const good = { username: 'admin', password: 'correct horse battery', repeat: 'correct horse battery' };

describe('setupProblems', () => {
  it('finds nothing wrong with a good form', () => {
    expect(setupProblems(good, 12)).toEqual({ username: null, password: null, repeat: null });
  });

  it.each([
    [{ username: 'a' }, 'username', 'setup.usernameShort'],
    [{ username: '管理员' }, 'username', 'setup.usernameLetters'],
    [{ password: 'short', repeat: 'short' }, 'password', 'setup.passwordShort'],
    [{ username: 'Administrator', password: 'administrator', repeat: 'administrator' }, 'password', 'setup.passwordIsName'],
    [{ repeat: 'correct horse batterx' }, 'repeat', 'setup.repeatDiffers'],
  ] as const)('%j: %s is %s', (change, field, problem) => {
    expect(setupProblems({ ...good, ...change }, 12)[field]).toBe(problem);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(setupProblems({ ...good, password: '😀😀😀', repeat: '😀😀😀' }, 4).password).toBe('setup.passwordShort');
  });
});

describe('tokenOfFragment', () => {
  it.each([
    ['#token=0123456789abcdef', '0123456789abcdef'],
    ['#token=short', null],
    ['', null],
    [`#token=${'x'.repeat(201)}`, null],
  ])('%s', (hash, token) => {
    expect(tokenOfFragment(hash)).toBe(token);
  });
});
