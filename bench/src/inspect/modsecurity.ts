import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Candidate, freePort } from '../gateway.ts';
import { installed, spawn } from '../measure.ts';

/** Where Debian's packages libnginx-mod-http-modsecurity and modsecurity-crs put their parts. */
const parts = {
  modules: '/usr/lib/nginx/modules',
  module: 'ngx_http_modsecurity_module.so',
  kit: 'ndk_http_module.so',
  setup: '/etc/modsecurity/crs/crs-setup.conf',
  rules: '/usr/share/modsecurity-crs/rules',
  recommended: '/etc/nginx/modsecurity.conf',
} as const;

export interface ModSecurity {
  readonly candidate: Candidate;
  /** The same rules where they block instead of only noting. */
  readonly blockingUrl: string;
  readonly rules: string;
}

/** Whether nginx, the module and the core rules are there. */
export function modSecurityInstalled(): boolean {
  return (
    installed('nginx') &&
    existsSync(join(parts.modules, parts.module)) &&
    existsSync(parts.setup) &&
    existsSync(parts.rules) &&
    existsSync(parts.recommended)
  );
}

/**
 * nginx with ModSecurity and the OWASP core rules as Debian ships them, one worker, no log. Out of the box they refuse much honest Chinese text (rule
 * 941310), so what is measured notes instead of blocking: all rules run and the request is forwarded, as it is by the others. A second port blocks,
 * and an attack there must be refused: else the rules are not in force.
 */
export async function startModSecurity(backend: number, folder: string): Promise<ModSecurity> {
  const [port, blocking] = [await freePort(), await freePort()];
  const base = readFileSync(parts.recommended, 'utf8')
    .replace(/^SecUnicodeMapFile.*$/m, '')
    .replace(/^SecAuditEngine.*$/m, 'SecAuditEngine Off')
    .replace(/^SecAuditLog .*$/m, '')
    .replace(/^SecRuleEngine.*$/m, '');
  const rules = readdirSync(parts.rules)
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => `Include ${join(parts.rules, name)}`);
  const write = (name: string, engine: string): string => {
    const file = join(folder, name);
    writeFileSync(file, [`SecRuleEngine ${engine}`, base, `Include ${parts.setup}`, ...rules].join('\n'));
    return file;
  };
  const noting = write('noting.conf', 'DetectionOnly');
  const stopping = write('blocking.conf', 'On');
  const file = join(folder, 'modsecurity-nginx.conf');
  const kit = existsSync(join(parts.modules, parts.kit)) ? `load_module ${join(parts.modules, parts.kit)};` : '';
  const server = (listen: number, file: string): string =>
    `server { listen 127.0.0.1:${listen}; modsecurity on; modsecurity_rules_file ${file}; client_body_buffer_size 64k; location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
  writeFileSync(
    file,
    `${kit} load_module ${join(parts.modules, parts.module)};
worker_processes 1; daemon off; pid ${folder}/modsecurity.pid; error_log /dev/null crit;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path ${folder}/mb; proxy_temp_path ${folder}/mp; fastcgi_temp_path ${folder}/mf; uwsgi_temp_path ${folder}/mu; scgi_temp_path ${folder}/ms;
  keepalive_requests 1000000;
  upstream backend { server 127.0.0.1:${backend}; keepalive 128; keepalive_requests 1000000; }
  ${server(port, noting)}
  ${server(blocking, stopping)} }
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  let up = false;
  for (let tries = 0; tries < 200 && !up; tries += 1) {
    up = await fetch(`${url}/api/orders`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!up) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!up) throw new Error('nginx with ModSecurity does not start');
  return {
    candidate: { name: 'nginx + ModSecurity + core rules', pid: child.pid ?? 0, url, headers: {}, child },
    blockingUrl: `http://127.0.0.1:${blocking}`,
    rules: /ver\.(\d+\.\d+\.\d+)/.exec(readFileSync(parts.setup, 'utf8'))?.[1] ?? 'core rules',
  };
}
