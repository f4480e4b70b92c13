import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { directoryQueryDetector } from './detector.ts';

const inspect = createValueInspector([directoryQueryDetector]);

describe('directoryQueryDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['ldap', '*)(&'],
    ['ldap', '*)(|(&'],
    ['ldap', 'admin)(&)'],
    ['ldap', 'admin)(!(&(1=0'],
    ['ldap', '*)(uid=*))(|(uid=*'],
    ['ldap', '*))%00'],
    ['ldap', "*()|%26'"],
    ['ldap', 'admin*)((|userPassword=*)'],
    ['xpath', "x' or name()='username' or 'x'='y"],
    ['xpath', "' or count(//user)>0 or '"],
    ['xpath', "'] | //user/*[contains(*,'"],
    ['xpath', "' or substring(//user[1]/password,1,1)='a"],
    ['xpath', "')] | //password | //foo[contains(.,'"],
    ['xpath', 'count(/child::node())'],
    ['xpath', "' or string-length(name(/*[1]))=4 or '1'='2"],
    ['xpath', "doc('http://evil.example/x')"],
    ['ldap', '*)(objectClass=*'],
    ['ldap', 'admin)(|(password=*))'],
    ['ldap', '*)(cn=*))(|(cn=*'],
    ['ldap', ')(cn=))\\x00'],
    ['ldap', 'a*)(|(mail=*))'],
    ['ldap', '(&(uid=admin)(!(&(1=0)(userPassword=q))))'],
    ['xpath', "' or '1'='1' or count(/*)=1 or '"],
    ['xpath', "' or position()=1 or '"],
    ['xpath', "x'] | //* | //*['"],
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
