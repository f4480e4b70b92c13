import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { ssiDetector } from './detector.ts';

const inspect = createValueInspector([ssiDetector]);

describe('ssiDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['ssi', '<!--#exec cmd="id" -->'],
    ['ssi', '<!--#include virtual="/etc/passwd" -->'],
    ['ssi', '<!--#printenv -->'],
    ['ssi', '<!--#EXEC cmd="ls" -->'],
    ['ssi', '<esi:include src="http://evil.example/"/>'],
    ['ssi', '<!--#include file="/etc/passwd"-->'],
    ['ssi', '<!--#set var="x" value="y" -->'],
    ['ssi', '<!--#flastmod virtual="x" -->'],
    ['ssi', '<esi:vars>$(HTTP_COOKIE)</esi:vars>'],
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
