import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { pathDetector } from './detector.ts';

const inspect = createValueInspector([pathDetector]);

describe('pathDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['lfi', ';{cat,/etc/passwd}'],
    ['lfi', 'cat$IFS/etc/passwd'],
    ['lfi', '&& type C:\\Windows\\win.ini'],
    ['lfi', ';cat /proc/self/environ'],
    ['lfi', ';cp /etc/passwd /var/www/html/p.txt'],
    ['lfi', '|c^at /etc/passwd'],
    ['lfi', '../../../../etc/hosts'],
    ['lfi', '..%2f..%2f..%2fetc%2fhosts'],
    ['lfi', '%2e%2e/%2e%2e/%2e%2e/etc/group'],
    ['lfi', '..\\..\\..\\windows\\system32\\drivers\\etc\\hosts'],
    ['lfi', '....//....//....//etc/passwd'],
    ['lfi', '..;/..;/manager/html'],
    ['lfi', '/var/log/auth.log'],
    ['lfi', '/etc/nginx/nginx.conf'],
    ['lfi', '/etc/crontab'],
    ['lfi', '/proc/version'],
    ['lfi', '/proc/self/cmdline'],
    ['lfi', '/root/.ssh/id_rsa'],
    ['lfi', '/home/app/.ssh/authorized_keys'],
    ['lfi', 'C:\\Windows\\System32\\config\\SAM'],
    ['lfi', 'C:/Windows/win.ini'],
    ['lfi', 'C:\\inetpub\\wwwroot\\web.config'],
    ['lfi', 'file:///etc/passwd'],
    ['lfi', 'file:///c:/windows/win.ini'],
    ['lfi', 'php://filter/convert.base64-encode/resource=index.php'],
    ['lfi', 'php://input'],
    ['lfi', 'phar://upload/a.jpg/x.txt'],
    ['lfi', 'expect://id'],
    ['lfi', 'zip://a.zip%23shell.php'],
    ['lfi', 'data://text/plain;base64,PD9waHAgcGhwaW5mbygpOz8+'],
    ['lfi', "data:text/plain,<?php system('id');?>"],
    ['lfi', '/WEB-INF/web.xml'],
    ['lfi', '../WEB-INF/web.xml'],
    ['lfi', '.git/config'],
    ['lfi', '/.env'],
    ['lfi', '../../.env'],
    ['lfi', 'wp-config.php'],
    ['lfi', '/etc/passwd%00.png'],
    ['lfi', '../../../etc/passwd%00.jpg'],
    ['lfi', '..%c0%af..%c0%af..%c0%afetc/passwd'],
    ['lfi', '%252e%252e%252f%252e%252e%252fetc%252fpasswd'],
    ['lfi', '..%5c..%5c..%5cboot.ini'],
    ['lfi', '/var/lib/mysql/mysql/user.frm'],
    ['lfi', '/opt/tomcat/conf/tomcat-users.xml'],
    ['lfi', '/usr/local/tomcat/conf/server.xml'],
    ['lfi', '/etc/ssl/private/server.key'],
    ['lfi', '/home/www/.bash_history'],
    ['lfi', '/var/www/html/index.php'],
    ['lfi', 'L2V0Yy9wYXNzd2Q='],
    ['lfi', 'netdoc:///etc/passwd'],
    ['lfi', '/.git/config', { place: 'path', name: '' }],
    ['lfi', '/api/index.jsp.bak', { place: 'path', name: '' }],
    ['lfi', '/.env', { place: 'path', name: '' }],
    ['lfi', '/config.php~', { place: 'path', name: '' }],
    ['lfi', '/tienda1/publico/vaciar.jsp.inc', { place: 'path', name: '' }],
    ['lfi', '/_vti_bin/shtml.dll', { place: 'path', name: '' }],
  ];

  test.each(attacks)('%s is blocked: %j', (attackClass, text, at) => {
    const { action, findings } = inspect(text, at);
    expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
      action: 'block',
      classes: expect.arrayContaining([attackClass]),
    });
  });
});
