import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../../testing/free-ports.ts';
import { readExported } from '../export/exported-event.ts';
import { makeSink } from './make-sink.ts';

const daemon = '/usr/sbin/rsyslogd';
const found =
  existsSync(daemon) && ['x86_64', 'aarch64'].some((cpu) => existsSync(`/usr/lib/${cpu}-linux-gnu/rsyslog/lmnsd_gtls.so`));
const folder = mkdtempSync(join(tmpdir(), 'menshen-rsyslog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pem = (name: string): string => new URL(`../../testing/tls/${name}.pem`, import.meta.url).pathname;

describe.skipIf(!found)(found ? 'a real rsyslog over TLS' : 'a real rsyslog over TLS (rsyslog not found)', () => {
  it('reads header, structured data and message as we meant them', async () => {
    const port = await freePort();
    const out = join(folder, 'out');
    const settings = `
      global(workDirectory="${folder}" net.enableDNS="off" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="${pem('first.cert')}"
        defaultNetstreamDriverCertFile="${pem('first.cert')}" defaultNetstreamDriverKeyFile="${pem('first.key')}" maxMessageSize="70k")
      module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
      input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="in")
      template(name="fields" type="string" string="%syslogfacility%|%syslogseverity%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg:::drop-last-lf%\\n")
      ruleset(name="in") { action(type="omfile" file="${out}" template="fields") }
    `;
    writeFileSync(join(folder, 'rsyslog.conf'), settings);
    const child = spawn(daemon, ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], { stdio: 'ignore' });
    const sink = makeSink(
      {
        ...{ id: 'siem', severity: 1, format: 'ocsf' },
        to: { syslog: { host: 'localhost', port, tls: true, enterprise: 32_473, ca: pem('first.cert') } },
      },
      { version: '1.0.0', host: 'gate-1', enterprise: 32_473 },
    );
    try {
      const text = JSON.stringify({
        class_uid: 3002,
        severity_id: 4,
        time: Date.UTC(2026, 10, 25),
        message: '员工 "张" ] 登录\n',
      });
      const event = readExported({ origin: 'example.com/audit', index: 9 }, text);
      const until = Date.now() + 20_000;
      for (;;) {
        try {
          await sink.send([event, { ...event, index: 10 }]);
          break;
        } catch (error) {
          if (Date.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      const read = (): string[] => (existsSync(out) ? readFileSync(out, 'utf8').trimEnd().split('\n') : []);
      while (read().length < 2 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(read()[0]?.replace('\ufeff', '')).toBe(
        `13|3|2026-11-25T00:00:00.000Z|gate-1|menshen|Authentication|[menshen@32473 origin="example.com/audit" index="9" outcome="unknown"]|${text}`,
      );
      expect(read()).toHaveLength(2);
    } finally {
      await sink.close();
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exit;
    }
  });
});
