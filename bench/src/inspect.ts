import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Candidate, order, type Sample, shoot, startNginx, warmUp } from './gateway.ts';
import { loadAppSec } from './inspect/app-sec.ts';
import { growth, inspectionOnly } from './inspect/library.ts';
import { modSecurityInstalled, startModSecurity } from './inspect/modsecurity.ts';
import { installed, median, type Row, startModule } from './measure.ts';

const seconds = 3;
const rounds = 5;

/**
 * What inspection costs: the whole gateway (authenticate, authorize, inspect, record) against nginx with ModSecurity and the OWASP core rules and
 * against nginx alone, interleaved; inspection by itself against libddwaf; and hostile texts.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-inspect-'));
  const backend = await startModule(new URL('./gateway/backend.ts', import.meta.url), []);
  const port = Number(backend.ready['port']);
  const ours = await startModule(new URL('./gateway/menshen.ts', import.meta.url), [`http://127.0.0.1:${port}`]);
  const candidates: Candidate[] = [
    {
      name: 'Menshen, whole gateway',
      pid: ours.child.pid ?? 0,
      url: `http://127.0.0.1:${String(ours.ready['port'])}`,
      headers: { authorization: `Bearer ${String(ours.ready['token'])}` },
      child: ours.child,
    },
  ];
  try {
    let anchor = '-';
    if (modSecurityInstalled()) {
      const { candidate, blockingUrl, rules } = await startModSecurity(port, folder);
      anchor = candidate.name;
      candidates.push(candidate);
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
    if (installed('nginx')) candidates.push(await startNginx(port, folder));
    const rows: Row[] = [];
    for (const method of ['POST', 'GET'] as const) {
      const samples = new Map(candidates.map(({ name }) => [name, [] as Sample[]]));
      for (const candidate of candidates) await warmUp(candidate, method);
      for (let round = 0; round < rounds; round += 1)
        for (const candidate of candidates) samples.get(candidate.name)?.push(await shoot(candidate, method, seconds));
      const cpuOf = (name: string): number => median((samples.get(name) ?? []).map((sample) => sample.cpuMicros));
      for (const { name } of candidates) {
        rows.push({
          candidate: name,
          method,
          'CPU us/request': Number(cpuOf(name).toFixed(1)),
          'times less than ModSecurity': anchor === '-' ? '-' : Number((cpuOf(anchor) / cpuOf(name)).toFixed(1)),
          'requests/s': Math.round(median((samples.get(name) ?? []).map((sample) => sample.perSecond))),
          'p99 ms': median((samples.get(name) ?? []).map((sample) => sample.p99)),
        });
      }
    }
    const peer = loadAppSec();
    if (peer === null)
      process.stdout.write('@datadog/native-appsec is not installed (MENSHEN_BENCH_APPSEC names its folder): left out\n');
    return [...rows, ...inspectionOnly(peer), ...growth()];
  } finally {
    for (const { child } of candidates) if (child.connected) child.disconnect();
    for (const { child, name } of candidates) if (name.startsWith('nginx')) child.kill();
    backend.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
