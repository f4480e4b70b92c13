import { expect, it } from 'vitest';
import { isSessionRefusal, refusalCodes, sessionRefusals } from './index.ts';

it('names each code once, in the form that clients branch on', () => {
  expect(new Set(refusalCodes).size).toBe(refusalCodes.length);
  for (const code of refusalCodes) expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
});

it('tells refusals of the session from all others', () => {
  expect(refusalCodes.filter(isSessionRefusal)).toEqual([...sessionRefusals]);
  expect(isSessionRefusal('session_')).toBe(false);
  expect(isSessionRefusal('mfa_required')).toBe(false);
});
