import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { prototypeDetector } from './detector.ts';

const inspect = createValueInspector([prototypeDetector]);

describe('prototypeDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['prototype_pollution', '__proto__', { place: 'key', name: '' }],
    ['prototype_pollution', 'constructor.prototype.isAdmin', { place: 'key', name: '' }],
    ['prototype_pollution', 'a[__proto__][x]', { place: 'key', name: '' }],
    ['prototype_pollution', '{"__proto__":{"isAdmin":true}}'],
    ['prototype_pollution', '{"constructor":{"prototype":{"a":1}}}'],
    ['prototype_pollution', '__proto__[admin]=1'],
    ['prototype_pollution', 'x?__proto__[toString]=1'],
    ['prototype_pollution', '{"__proto__":{"polluted":1}}'],
    ['prototype_pollution', 'constructor[prototype][x]=1'],
    ['prototype_pollution', '__proto__.x=1'],
    ['prototype_pollution', 'a.__proto__.b'],
    ['prototype_pollution', '{"a":{"constructor":{"prototype":{"x":1}}}}'],
  ];

  test.each(attacks.map(([attackClass, text, at]) => ({ attackClass, text, at })))(
    '$attackClass: $text',
    ({ attackClass, text, at }) => {
      const { action, findings } = inspect(text, at);
      expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
        action: 'block',
        classes: expect.arrayContaining([attackClass]),
      });
    },
  );
});
