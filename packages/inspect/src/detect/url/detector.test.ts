import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { urlDetector } from './detector.ts';

const inspect = createValueInspector([urlDetector]);

describe('urlDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['rfi', 'http://evil.example/shell.txt?'],
    ['rfi', 'https://evil.example/r57.php?'],
    ['rfi', 'http://evil.example/c99.php', { place: 'query', name: 'page' }],
    ['rfi', 'ftp://evil.example/shell.php', { place: 'query', name: 'file' }],
    ['rfi', '/index.php?page=http://evil.example/shell.txt'],
    ['rfi', 'http://203.0.113.5/a.php', { place: 'query', name: 'template' }],
    ['rfi', '/vuln.php?cmd=id&inc=https://evil.example/x.gif?'],
    ['ssrf', 'http://169.254.169.254/latest/meta-data/'],
    ['ssrf', 'http://[::1]/'],
    ['ssrf', 'http://[::ffff:127.0.0.1]:80/'],
    ['ssrf', 'http://2130706433/'],
    ['ssrf', 'http://0x7f.0x0.0x0.0x1/'],
    ['ssrf', 'http://017700000001/'],
    ['ssrf', 'http://127.0.0.1:22'],
    ['ssrf', 'http://localhost:6379/'],
    ['ssrf', 'http://0/'],
    ['ssrf', 'http://0.0.0.0:8080/'],
    ['ssrf', 'gopher://10.0.0.1:6379/_INFO'],
    ['ssrf', 'dict://localhost:11211/stats'],
    ['ssrf', 'ldap://127.0.0.1:389/x'],
    ['ssrf', 'http://metadata.tencentyun.com/latest/meta-data/'],
    ['ssrf', 'http://100.100.100.200/latest/meta-data/ram/security-credentials/'],
    ['ssrf', 'http://foo@127.0.0.1/'],
    ['ssrf', 'http://evil.example@127.0.0.1:80/'],
    ['ssrf', 'http://127.0.0.1.nip.io/'],
    ['ssrf', 'http://localtest.me/admin'],
    ['ssrf', 'http://①②⑦.⓪.⓪.①/'],
    ['ssrf', 'http://127.0.0.1#@evil.example/'],
    ['ssrf', 'http://evil.example\\@127.0.0.1/'],
    ['ssrf', 'http://kubernetes.default.svc/api'],
    ['ssrf', 'https://10.0.0.1:6443/api/v1/pods'],
    ['ssrf', 'http://192.168.0.1:9200/_cat/indices'],
    ['ssrf', 'http://192.168.1.10:2375/containers/json'],
    ['ssrf', 'netdoc:///etc/passwd'],
    ['ssrf', 'tftp://10.0.0.1:69/x'],
    ['ssrf', 'http://host.docker.internal:2375/'],
    ['ssrf', 'http://127.127.127.127/'],
    ['ssrf', 'http://[fd00:ec2::254]/latest/'],
    ['ssrf', 'http://169.254.170.2/v2/credentials'],
    ['ssrf', 'http://instance-data/latest/meta-data'],
    ['ssrf', 'http://abc.oastify.com/'],
    ['ssrf', '//127.0.0.1/', { place: 'query', name: 'url' }],
    ['ssrf', 'localhost/server-status', { place: 'query', name: 'callback' }],
    ['ssrf', 'http://localhost/'],
    ['ssrf', 'http://127.0.0.1/server-status'],
    ['ssrf', 'file://localhost/etc/passwd'],
    ['ssrf', 'jar:file:///tmp/a.jar!/'],
    ['ssrf', 'http://169.254.169.254/computeMetadata/v1/'],
    ['ssrf', 'http://[0:0:0:0:0:0:0:1]/'],
    ['ssrf', 'http://0177.0.0.1/'],
    ['ssrf', 'http://127.1/'],
    ['ssrf', 'http://2852039166/latest/meta-data'],
    ['ssrf', 'http://0xA9FEA9FE/'],
    ['ssrf', 'http://[::ffff:7f00:1]/'],
    ['ssrf', 'http://localhost%23@evil.example/'],
    ['ssrf', 'http://127.0.0.1%2523@evil.example'],
    ['ssrf', 'http://spoofed.burpcollaborator.net/'],
    ['ssrf', 'http://a.b.c.sslip.io/'],
    ['ssrf', 'http://10.0.0.1.xip.io/'],
    ['ssrf', 'http://169.254.169.254.evil.example.nip.io'],
    ['ssrf', 'http:/127.0.0.1/'],
    ['ssrf', 'http:\\\\127.0.0.1\\'],
    ['ssrf', 'https://127.0.0.1:8443/manager/html'],
    ['ssrf', 'http://127.0.0.1:9200/_cat/indices'],
    ['ssrf', 'http://127.0.0.1:3306'],
    ['ssrf', 'http://10.0.0.5:27017'],
    ['ssrf', 'ftp://127.0.0.1:21/'],
    ['ssrf', 'smb://10.0.0.1/share'],
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
