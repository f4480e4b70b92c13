import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { scannerDetector } from './detector.ts';

const inspect = createValueInspector([scannerDetector]);

describe('scannerDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['scanner', '$(nslookup x.oast.fun)'],
    ['scanner', 'http://abc.oastify.com/'],
    ['scanner', 'sqlmap/1.7#stable (https://sqlmap.org)', { place: 'header', name: 'user-agent' }],
    ['scanner', 'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None)', { place: 'header', name: 'user-agent' }],
    [
      'scanner',
      'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
      { place: 'header', name: 'user-agent' },
    ],
    ['scanner', 'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)', { place: 'header', name: 'user-agent' }],
    ['scanner', 'masscan/1.3', { place: 'header', name: 'user-agent' }],
    ['scanner', 'WPScan v3.8.22', { place: 'header', name: 'user-agent' }],
    ['scanner', 'Mozilla/5.0 zgrab/0.x', { place: 'header', name: 'user-agent' }],
    ['scanner', 'DirBuster-1.0-RC1', { place: 'header', name: 'user-agent' }],
    ['scanner', '/phpmyadmin/index.php', { place: 'path', name: '' }],
    ['scanner', '/wp-login.php', { place: 'path', name: '' }],
    ['scanner', '/.git/config', { place: 'path', name: '' }],
    ['scanner', '/actuator/env', { place: 'path', name: '' }],
    ['scanner', '/solr/admin/cores', { place: 'path', name: '' }],
    ['scanner', '/manager/html', { place: 'path', name: '' }],
    ['scanner', '/cgi-bin/test.cgi', { place: 'path', name: '' }],
    ['scanner', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', { place: 'path', name: '' }],
    ['scanner', '/.env', { place: 'path', name: '' }],
    ['scanner', '/web.config', { place: 'path', name: '' }],
    ['scanner', 'http://spoofed.burpcollaborator.net/'],
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
