import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Candidate, order, type Sample, shoot, startNginx, warmUp } from './gateway.ts';
import { loadAppSec } from './inspect/app-sec.ts';
import { growth, inspectionOnly } from './inspect/library.ts';
import { modSecurityInstalled, startModSecurity } from './inspect/modsecurity.ts';
import { installed, median, type Row, startModule } from './measure.ts';

const seconds = 3;
/** One process on Node differs from the next by a tenth for as long as it lives: several, one after the other, with so many rounds each. */
const processes = 3;
const rounds = 2;
const whole = 'Menshen, whole gateway';

/**
 * What inspection costs: the whole gateway (authenticate, authorize, inspect, record) against nginx with ModSecurity and the OWASP core rules and
 * against nginx alone, interleaved; inspection by itself against libddwaf; and hostile texts. Beside the median stand the lowest and the highest round.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-inspect-'));
  const backend = await startModule(new URL('./gateway/backend.ts', import.meta.url), []);
  const port = Number(backend.ready['port']);
  const peers: Candidate[] = [];
  try {
    let anchor = '-';
    if (modSecurityInstalled()) {
      const { candidate, blockingUrl, rules } = await startModSecurity(port, folder);
      anchor = candidate.name;
      peers.push(candidate);
      const blocked = await fetch(`${blockingUrl}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: order,
      });
      const attack = await fetch(`${blockingUrl}/api/orders?q=${encodeURIComponent("1' OR '1'='1' UNION SELECT 1 -- ")}`);
      if (attack.status !== 403) throw new Error('the core rules are not in force');
      process.stdout.write(
        `core rules ${rules}: where they block, the honest Chinese order of this benchmark is answered with ${blocked.status}\n`,
      );
    } else {
      process.stdout.write(
        'nginx with ModSecurity and the core rules is not installed (Debian: libnginx-mod-http-modsecurity, modsecurity-crs): left out\n',
      );
    }
    if (installed('nginx')) peers.push(await startNginx(port, folder));
    const methods = ['POST', 'GET'] as const;
    const samples = new Map<string, Sample[]>();
    const take = async (candidate: Candidate, method: (typeof methods)[number]): Promise<void> => {
      const key = `${method} ${candidate.name}`;
      samples.set(key, [...(samples.get(key) ?? []), await shoot(candidate, method, seconds)]);
    };
    for (const method of methods) for (const candidate of peers) await warmUp(candidate, method);
    for (let nth = 0; nth < processes; nth += 1) {
      const { child, ready } = await startModule(new URL('./gateway/menshen.ts', import.meta.url), [`http://127.0.0.1:${port}`]);
      const url = `http://127.0.0.1:${String(ready['port'])}`;
      const headers = { authorization: `Bearer ${String(ready['token'])}` };
      const ours: Candidate = { name: whole, pid: child.pid ?? 0, url, headers, child };
      try {
        for (const method of methods) {
          await warmUp(ours, method);
          for (let round = 0; round < rounds; round += 1) for (const candidate of [ours, ...peers]) await take(candidate, method);
        }
      } finally {
        const ended = once(child, 'exit');
        if (child.connected) child.disconnect();
        await ended;
      }
    }
    const rows: Row[] = [];
    for (const method of methods) {
      const cpusOf = (name: string): number[] => (samples.get(`${method} ${name}`) ?? []).map((sample) => sample.cpuMicros);
      for (const name of [whole, ...peers.map((peer) => peer.name)]) {
        const taken = samples.get(`${method} ${name}`) ?? [];
        const cpus = cpusOf(name);
        rows.push({
          candidate: name,
          method,
          'CPU us/request': Number(median(cpus).toFixed(1)),
          'lowest to highest': `${Math.min(...cpus).toFixed(0)} to ${Math.max(...cpus).toFixed(0)}`,
          'times less than ModSecurity': anchor === '-' ? '-' : Number((median(cpusOf(anchor)) / median(cpus)).toFixed(1)),
          'requests/s': Math.round(median(taken.map((sample) => sample.perSecond))),
          'p99 ms': median(taken.map((sample) => sample.p99)),
        });
      }
    }
    const peer = loadAppSec();
    if (peer === null)
      process.stdout.write('@datadog/native-appsec is not installed (MENSHEN_BENCH_APPSEC names its folder): left out\n');
    return [...rows, ...inspectionOnly(peer), ...growth()];
  } finally {
    for (const { child } of peers) child.kill();
    backend.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
