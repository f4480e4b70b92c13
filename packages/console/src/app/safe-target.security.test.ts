import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeTarget } from './safe-target.ts';

describe('safeTarget', () => {
  it('keeps a path of the console with its filters', () => {
    expect(safeTarget('/traffic?outcome=refused&range=1h')).toBe('/traffic?outcome=refused&range=1h');
  });

  it.each([
    undefined,
    '',
    'traffic',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/a\\..\\..',
    'https://evil.example/',
    'javascript:alert(1)',
    '/login?next=/login',
    '/setup#token=x',
    '/../login',
  ])('sends %j to the start page', (target) => {
    expect(safeTarget(target)).toBe('/');
  });

  it('never leaves the origin', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', '/', '//', '/\\', '/%2f', '/\n/'), (text, prefix) => {
        const target = safeTarget(prefix + text);
        expect(new URL(target, 'https://here.example').origin).toBe('https://here.example');
      }),
    );
  });
});
