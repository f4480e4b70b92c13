import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { cpuSeconds, installed, median, type Row, spawn, startModule, threadSeconds } from './measure.ts';

/** Of one office, and of many phones: what waits for the disk together is written together. */
const loads = [
  { connections: 64, rounds: 5 },
  { connections: 256, rounds: 3 },
] as const;
const fewest = loads[0].connections;
const seconds = 5;
/** Until the compilers of every candidate have settled: that takes requests, and a busy machine makes few of them in a second. */
const warmUpSeconds = 8;
const warmUpRequests = 50_000;
const warmUpRounds = 4;

/** 577 bytes of nested JSON with Chinese text, as an order of a mini program. */
export const order = JSON.stringify({
  orderNo: 'DT20261124000123',
  buyer: {
    name: '张三',
    phone: '13800000000',
    address: { province: '广东省', city: '深圳市', district: '南山区', detail: '科技园北区 1 号楼 1203' },
  },
  items: [
    { sku: 'A-1001', name: '定制保温杯（银色）', count: 2, price: 8900 },
    { sku: 'B-2002', name: '员工手册 2026 版', count: 1, price: 0 },
  ],
  remark: '请在工作日送达，谢谢！',
  coupon: null,
  invoice: { type: 'company', title: '鼎泰云商科技有限公司' },
  client: { version: '2.4.1', scene: 1001 },
});

/**
 * What a mini program sends with every request, whoever reads it: the headers of WeChat's own client, and the caller's token, which is a candidate's own where
 * it is looked at. A rule set looks at all of them.
 */
export const clientHeaders: Readonly<Record<string, string>> = {
  'user-agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x18003237) NetType/WIFI Language/zh_CN',
  referer: 'https://servicewechat.com/wx1234567890abcdef/42/page-frame.html',
  accept: '*/*',
  'accept-encoding': 'gzip,compress,br,deflate',
  authorization: 'Bearer 3q2-7wAAB0N5c2Jq9c1u0Yd2Zr5uK8sPn4Qx6LhTgEo',
};

export interface Candidate {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly child: ChildProcess;
}

export interface Sample {
  readonly cpuMicros: number;
  /** Part of it: what looks for abnormal requests, in a thread beside the way of a request. */
  readonly detectionMicros: number;
  readonly p99: number;
  readonly perSecond: number;
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const place = server.address();
      server.close(() => resolve(typeof place === 'object' && place !== null ? place.port : 0));
    });
  });
}

/** nginx as a plain proxy with keep-alive towards the backend, one worker, no log. */
export async function startNginx(backend: number, folder: string): Promise<Candidate> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  keepalive_requests 1000000;
  upstream backend { server 127.0.0.1:${backend}; keepalive 128; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; } } }
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/api/orders`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { name: 'nginx (plain proxy)', pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, headers: {}, child };
}

export async function shoot(
  candidate: Candidate,
  method: 'GET' | 'POST',
  duration: number,
  connections: number = fewest,
): Promise<Sample> {
  const before = cpuSeconds(candidate.pid);
  const detectionBefore = threadSeconds(candidate.pid, 'detection');
  const result = await autocannon({
    url: `${candidate.url}/api/orders${method === 'GET' ? '?page=1&size=20&status=paid&sort=time' : ''}`,
    method,
    connections,
    duration,
    headers: {
      ...clientHeaders,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...candidate.headers,
    },
    ...(method === 'POST' ? { body: order } : {}),
  });
  const cpu = cpuSeconds(candidate.pid) - before;
  const detection = threadSeconds(candidate.pid, 'detection') - detectionBefore;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${candidate.name}: ${result.non2xx} refused, ${result.errors} errors`);
  const requests = result['2xx'];
  return {
    cpuMicros: (cpu * 1e6) / requests,
    detectionMicros: (detection * 1e6) / requests,
    p99: result.latency.p99,
    perSecond: requests / result.duration,
  };
}

export async function warmUp(candidate: Candidate, method: 'GET' | 'POST'): Promise<void> {
  let requests = 0;
  for (let round = 0; round < warmUpRounds && requests < warmUpRequests; round += 1) {
    requests += (await shoot(candidate, method, warmUpSeconds)).perSecond * warmUpSeconds;
  }
}

/**
 * Our pipeline with durable audit, all threads counted, against nginx as plain proxy and @fastify/http-proxy, interleaved: once with all that it does, and
 * once with the stages of its main job alone, without looking for attacks.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-nginx-'));
  const backend = await startModule(new URL('./gateway/backend.ts', import.meta.url), []);
  const port = Number(backend.ready['port']);
  const origin = `http://127.0.0.1:${port}`;
  const ours = await startModule(new URL('./gateway/menshen.ts', import.meta.url), [origin]);
  const mainJob = await startModule(new URL('./gateway/menshen.ts', import.meta.url), [origin, 'main-job']);
  const peer = await startModule(new URL('./gateway/fastify-proxy.ts', import.meta.url), [origin]);
  const of = (name: string, started: typeof ours, headers: Record<string, string>): Candidate => ({
    name,
    pid: started.child.pid ?? 0,
    url: `http://127.0.0.1:${String(started.ready['port'])}`,
    headers,
    child: started.child,
  });
  const candidates = [
    of('Menshen', ours, { authorization: `Bearer ${String(ours.ready['token'])}` }),
    of('Menshen, main job', mainJob, { authorization: `Bearer ${String(mainJob.ready['token'])}` }),
    of('@fastify/http-proxy', peer, {}),
  ];
  if (installed('nginx')) candidates.push(await startNginx(port, folder));
  else process.stdout.write('nginx is not installed: compared with @fastify/http-proxy only\n');
  try {
    const rows: Row[] = [];
    for (const method of ['POST', 'GET'] as const) {
      for (const candidate of candidates) await warmUp(candidate, method);
      for (const { connections, rounds } of loads) {
        const samples = new Map(candidates.map((candidate) => [candidate.name, [] as Sample[]]));
        for (let round = 0; round < rounds; round += 1) {
          for (const candidate of candidates)
            samples.get(candidate.name)?.push(await shoot(candidate, method, seconds, connections));
        }
        const cpuOf = (name: string): number => median((samples.get(name) ?? []).map((sample) => sample.cpuMicros));
        const times = (name: string, other: string): string | number =>
          samples.has(other) ? Number((cpuOf(name) / cpuOf(other)).toFixed(2)) : '-';
        for (const { name } of candidates) {
          const own = samples.get(name) ?? [];
          rows.push({
            candidate: name,
            method,
            connections,
            'CPU us/request': Number(cpuOf(name).toFixed(1)),
            'x nginx': times(name, 'nginx (plain proxy)'),
            'x fastify-proxy': times(name, '@fastify/http-proxy'),
            'of it detection': Number(median(own.map((sample) => sample.detectionMicros)).toFixed(1)),
            'p99 ms': median(own.map((sample) => sample.p99)),
            'requests/s': Math.round(median(own.map((sample) => sample.perSecond))),
          });
        }
      }
    }
    return rows;
  } finally {
    for (const { child } of candidates) if (child.connected) child.disconnect();
    for (const child of [peer.child, backend.child]) child.kill();
    candidates.find((candidate) => candidate.name.startsWith('nginx'))?.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
