import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Bilingual, Config } from '@menshen/contract';
import type { Check, DiagnosisSources, Handshake } from './diagnosis.ts';

const port = 443;
const noticeMs = 14 * 86_400_000;

/**
 * The public names of apps as WeChat wants them of a request domain: port 443, TLS 1.2 or newer, a complete chain of a public issuer that is
 * valid for the name. Source: WeChat, network use of mini programs. Names of a development machine are not asked.
 */
export async function diagnoseDomains(config: Config, sources: Pick<DiagnosisSources, 'clock' | 'handshake'>): Promise<Check[]> {
  if (config.environment === 'development') return [];
  const hosts = [...new Set(config.apps.flatMap((app) => app.hosts ?? []))];
  return await Promise.all(
    hosts.map(async (host) => {
      const found = usable(host) ? problemOf(await sources.handshake(host, port), sources.clock()) : noName;
      const ok = { zh: `域名 ${host} 符合小程序的要求。`, en: `The domain ${host} is as mini programs want it.` };
      return found === null
        ? { name: `domain ${host}`, ok: true, text: ok }
        : {
            name: `domain ${host}`,
            ok: false,
            text: { zh: `域名 ${host}：${found.zh}`, en: `The domain ${host}: ${found.en}` },
          };
    }),
  );
}

const usable = (host: string): boolean => isIP(host) === 0 && host.includes('.') && !host.endsWith('.localhost');

const noName: Bilingual = {
  zh: '小程序只接受已备案的域名，不接受 IP 地址或 localhost。',
  en: 'mini programs take registered domain names only, no address and no localhost.',
};

/** What each fault of a certificate means, and how it is mended; by OpenSSL's names. */
const faults: Readonly<Record<string, Bilingual>> = {
  CERT_HAS_EXPIRED: { zh: '证书已过期，请更换。', en: 'the certificate has expired; replace it.' },
  CERT_NOT_YET_VALID: { zh: '证书尚未生效。', en: 'the certificate is not valid yet.' },
  ERR_TLS_CERT_ALTNAME_INVALID: { zh: '证书不包含此域名。', en: 'the certificate is for other names.' },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    zh: '证书是自签名的，手机不会信任。',
    en: 'the certificate is self-signed; phones do not trust it.',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    zh: '证书链不完整：请把中间证书一并放入证书文件。浏览器会自行补全，小程序不会。',
    en: 'the chain is incomplete: put the intermediate certificates into the certificate file. Browsers fetch them by themselves, mini programs do not.',
  },
};
const incomplete: ReadonlySet<string> = new Set(['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY']);

function problemOf(found: Handshake, now: number): Bilingual | null {
  switch (found.kind) {
    case 'unreachable':
      return {
        zh: '443 端口无法连接。请检查 DNS、防火墙和负载均衡。',
        en: 'port 443 cannot be reached. Check DNS, firewall and load balancer.',
      };
    case 'no_tls':
      return { zh: '443 端口不提供 TLS。', en: 'port 443 does not speak TLS.' };
    case 'secure':
      break;
  }
  const { protocol, problem, validTo } = found;
  if (problem !== null) {
    const name = incomplete.has(problem) ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : problem;
    return faults[name] ?? { zh: `证书不受信任（${problem}）。`, en: `the certificate is not trusted (${problem}).` };
  }
  if (protocol !== 'TLSv1.2' && protocol !== 'TLSv1.3')
    return {
      zh: `只支持 ${protocol}，小程序要求 TLS 1.2 以上。`,
      en: `it speaks ${protocol}; mini programs want TLS 1.2 or newer.`,
    };
  if (validTo - now >= noticeMs) return null;
  const day = new Date(validTo).toISOString().slice(0, 10);
  return { zh: `证书将于 ${day} 过期，请尽快更换。`, en: `the certificate expires on ${day}; replace it soon.` };
}

/** Shakes hands with a server and believes nothing: what it shows is told. `ca` stands in for the public issuers. */
export function shakeHands(
  host: string,
  at: number,
  timeoutMs: number,
  more: { ca?: string; address?: string } = {},
): Promise<Handshake> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({
      host: more.address ?? host,
      port: at,
      servername: host,
      timeout: timeoutMs,
      rejectUnauthorized: false,
      // An old server is to be told as one; OpenSSL would not speak to it at its usual level of security.
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      ...(more.ca === undefined ? {} : { ca: more.ca }),
    });
    const done = (answer: Handshake): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      connected = true;
    });
    socket.once('secureConnect', () => {
      // Node gives the code; older typings call it an Error.
      const problem = socket.authorized ? null : codeOf(socket.authorizationError);
      const validTo = Date.parse(socket.getPeerCertificate().valid_to);
      done({ kind: 'secure', protocol: socket.getProtocol() ?? '', problem, validTo });
    });
    const broken = (): void => done({ kind: connected ? 'no_tls' : 'unreachable' });
    socket.once('error', broken).once('timeout', broken);
  });
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : 'UNTRUSTED';
}
