import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { crlfDetector } from './detector.ts';

const inspect = createValueInspector([crlfDetector]);

describe('crlfDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['crlf', '%0d%0aSet-Cookie: a=b'],
    ['crlf', 'foo%0d%0aLocation:%20http://evil.example'],
    ['crlf', '%0aX-Test: 1'],
    ['crlf', 'en%E5%98%8A%E5%98%8DSet-Cookie:a=1'],
    ['crlf', 'x\r\nSet-Cookie: admin=1'],
    ['crlf', '%0d%0a%0d%0a<script>alert(1)</script>'],
  ];

  test.each(attacks)('%s is blocked: %j', (attackClass, text, at) => {
    const { action, findings } = inspect(text, at);
    expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
      action: 'block',
      classes: expect.arrayContaining([attackClass]),
    });
  });
});
