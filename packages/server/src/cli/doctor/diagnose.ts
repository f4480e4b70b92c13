import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import type { AppConfig, Bilingual, Config } from '@menshen/contract';
import { ConfigError } from '../../config/config-error.ts';
import { tlsProblems, tlsValidity } from '../../gateway/tls.ts';
import { buildRuntime } from '../../platform/build-runtime.ts';
import { splitListen } from '../../platform/split-listen.ts';
import { problemLines } from '../problem-lines.ts';
import { diagnoseDomains, shakeHands } from './diagnose-domain.ts';
import { diagnoseNodes, nodesOn } from './diagnose-nodes.ts';
import type { Check, DiagnosisSources } from './diagnosis.ts';

const minFreeBytes = 1_000_000_000;
const certificateNoticeMs = 14 * 86_400_000;
const connectMs = 2_000;

/** Looks at what a configuration needs in order to serve, and says of each thing whether it is there and how to mend it. */
export async function diagnose(config: Config, folder: string, sources: DiagnosisSources): Promise<Check[]> {
  const checks = [
    check('configuration', true, { zh: '配置文件有效。', en: 'The configuration is valid.' }),
    await policies(config, folder, sources),
    disk(config, sources),
    transport(config),
    ...certificate(config, sources),
    mode(config),
  ];
  const places: Promise<Check>[] = [
    ...service('store', config.store, 5432, sources, { zh: '数据库', en: 'The database' }),
    ...service('coordination', config.coordination, 6379, sources, { zh: '协调服务', en: 'The coordination service' }),
    ...service('uploads.scanner', config.uploads.scanner?.address ?? '', 1344, sources, {
      zh: '恶意程序扫描服务',
      en: 'The malware scanner',
    }),
    ...config.apps.flatMap((app) => appPlaces(app, sources)),
  ];
  const domains = diagnoseDomains(config, sources);
  return [...checks, ...(await Promise.all(places)), ...(await domains), ...(await diagnoseNodes(config, sources.nodes))];
}

const check = (name: string, ok: boolean, text: Bilingual): Check => ({ name, ok, text });

async function policies(config: Config, folder: string, sources: DiagnosisSources): Promise<Check> {
  try {
    const runtime = buildRuntime({ ...config, gateway: { ...config.gateway, tls: undefined } }, folder, sources.clock, null);
    const routes = [...runtime.apps.values()].flatMap((app) => app.routes);
    for (const app of runtime.apps.values()) await app.upstream.destroy();
    return config.policies !== undefined || routes.every((route) => route.auth === 'none')
      ? check('policies', true, { zh: '策略与接口可以编译。', en: 'Policies and routes compile.' })
      : check('policies', false, {
          zh: '没有策略目录：需要登录的接口都会被拒绝。请设置 policies。',
          en: 'There is no policy folder: every route that needs a sign-in will be refused. Set policies.',
        });
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [];
    return check('policies', false, {
      zh: problems.length === 0 ? '策略或接口无法编译。' : problemLines('', problems, 'zh'),
      en: problems.length === 0 ? 'Policies or routes do not compile.' : problemLines('', problems, 'en'),
    });
  }
}

/** The folder itself, or the nearest above it that exists: the rest is made at the start. */
function existing(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : existing(above);
  }
}

function disk(config: Config, sources: DiagnosisSources): Check {
  try {
    const free = sources.freeBytes(existing(config.data));
    const gigabytes = (free / 1e9).toFixed(1);
    return free >= minFreeBytes
      ? check('disk', true, { zh: `数据盘可用空间 ${gigabytes} GB。`, en: `${gigabytes} GB free for data.` })
      : check('disk', false, {
          zh: `数据盘可用空间 ${gigabytes} GB，少于 1 GB：日志写满后服务会停止，请扩容。`,
          en: `${gigabytes} GB free for data, less than 1 GB: service stops when the log cannot be written; make room.`,
        });
  } catch {
    return check('disk', false, {
      zh: '数据目录不可写。请检查路径与权限。',
      en: 'The data folder cannot be written. Check its path and permissions.',
    });
  }
}

function transport(config: Config): Check {
  const local = /^(127\.|localhost$|::1$)/.test(splitListen(config.gateway.listen).host);
  return local || config.gateway.tls !== undefined || config.gateway.trustedProxies.length > 0
    ? check('tls', true, {
        zh: '网关只在本机监听，或已启用 TLS，或位于可信代理之后。',
        en: 'The gateway listens on loopback, has TLS, or stands behind a trusted proxy.',
      })
    : check('tls', false, {
        zh: '网关对外监听但没有 TLS。小程序只接受 https，请设置 gateway.tls。',
        en: 'The gateway listens beyond loopback without TLS. Mini programs accept https only; set gateway.tls.',
      });
}

function certificate(config: Config, { clock }: DiagnosisSources): Check[] {
  const { tls } = config.gateway;
  if (tls === undefined) return [];
  const name = 'certificate';
  const [problem] = tlsProblems(tls);
  if (problem !== undefined) return [check(name, false, problem)];
  const { from, to } = tlsValidity(tls);
  const day = new Date(to).toISOString().slice(0, 10);
  if (clock() < from) return [check(name, false, { zh: '证书尚未生效。', en: 'The certificate is not valid yet.' })];
  if (clock() > to)
    return [check(name, false, { zh: `证书已于 ${day} 过期，请更换。`, en: `The certificate expired on ${day}; replace it.` })];
  return to - clock() < certificateNoticeMs
    ? [
        check(name, false, {
          zh: `证书将于 ${day} 过期，请尽快更换。`,
          en: `The certificate expires on ${day}; replace it soon.`,
        }),
      ]
    : [check(name, true, { zh: `证书有效至 ${day}。`, en: `The certificate is valid until ${day}.` })];
}

function mode({ gateway }: Config): Check {
  return gateway.mode === 'enforce'
    ? check('mode', true, { zh: '网关处于拦截模式。', en: 'The gateway enforces.' })
    : check('mode', false, {
        zh: `网关处于 ${gateway.mode} 模式，不会拦截。确认后改为 enforce。`,
        en: `The gateway is in ${gateway.mode} mode and stops nothing. Set enforce when you are sure.`,
      });
}

/** A check of a service that an address such as `postgres://host:port` names; none for what is embedded. */
function service(name: string, address: string, port: number, sources: DiagnosisSources, what: Bilingual): Promise<Check>[] {
  if (!URL.canParse(address) || new URL(address).hostname === '') return [];
  return [place(name, address, port, sources, what, name)];
}

function appPlaces(app: AppConfig, sources: DiagnosisSources): Promise<Check>[] {
  const upstream = typeof app.upstream === 'string' ? app.upstream : app.upstream.url;
  const bases: readonly (readonly [name: string, base: string | undefined, what: Bilingual])[] = [
    [`backend ${app.id}`, upstream, { zh: `业务后端 ${app.id}`, en: `Backend ${app.id}` }],
    [`wechat ${app.id}`, app.wechat?.apiBase, { zh: '微信服务端接口', en: 'The WeChat API' }],
    [`wecom ${app.id}`, app.wecom?.apiBase, { zh: '企业微信服务端接口', en: 'The WeCom API' }],
  ];
  return bases.flatMap(([name, base, what]) =>
    base === undefined ? [] : [place(name, base, base.startsWith('https:') ? 443 : 80, sources, what, name.split(' ')[0] ?? '')],
  );
}

/** A name in Latin letters stands apart from the Chinese behind it. */
const spaced = (name: string): string => (/\w$/.test(name) ? `${name} ` : name);

async function place(
  name: string,
  address: string,
  port: number,
  sources: DiagnosisSources,
  what: Bilingual,
  setting: string,
): Promise<Check> {
  const url = new URL(address);
  const field = setting === 'backend' ? 'upstream' : setting;
  return (await sources.reachable(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port) || port))
    ? check(name, true, { zh: `${spaced(what.zh)}可连接。`, en: `${what.en} can be reached.` })
    : check(name, false, {
        zh: `${spaced(what.zh)}无法连接。请检查 ${field} 与防火墙。`,
        en: `${what.en} cannot be reached. Check ${field} and the firewall.`,
      });
}

/** This machine. */
export const systemSources: DiagnosisSources = {
  clock: Date.now,
  freeBytes(folder) {
    accessSync(folder, constants.W_OK);
    if (!statSync(folder).isDirectory()) throw new TypeError('not a folder');
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
  nodes: (url) => nodesOn(url, Date.now),
  handshake: (host, port) => shakeHands(host, port, connectMs),
  reachable: (host, port) =>
    new Promise((resolve) => {
      const socket = createConnection({ host, port, timeout: connectMs });
      const done = (answer: boolean): void => {
        socket.destroy();
        resolve(answer);
      };
      socket
        .once('connect', () => done(true))
        .once('timeout', () => done(false))
        .once('error', () => done(false));
    }),
};
