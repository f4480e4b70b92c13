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
    ['crlf', 'a%0d%0aX-Injected:%20yes'],
    ['crlf', '%0d%0aContent-Length:%200%0d%0a%0d%0aHTTP/1.1%20200%20OK'],
    ['crlf', '\\r\\nSet-Cookie: x=1'],
    ['crlf', '%E5%98%8A%E5%98%8Dcontent-type:text/html'],
    ['crlf', '%u000aSet-Cookie:x'],
    ['crlf', 'foo%0aSet-Cookie:%20a=b'],
    ['crlf', 'a@b.example%0aBcc:c@d.example'],
    ['crlf', '/%%0a0aSet-Cookie:a=b'],
    ['crlf', '/\\r\\n\\tSet-Cookie:a=b'],
    ['crlf', '%20%0d%0a%20'],
    ['crlf', 'a@b.example\nBcc: c@d.example'],
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
