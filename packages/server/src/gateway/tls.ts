import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { AppConfig } from '@menshen/contract';
import type { ConfigProblem } from '../config/load.ts';

/** Certificate chain, the server's own first, and its private key; both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * TLS 1.2 and 1.3 only: older versions are broken (RFC 8996). Of 1.2 only suites with forward secrecy and authenticated encryption
 * (RFC 9325, section 4.2), which every phone that runs WeChat has.
 */
const modern: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ].join(':'),
};

export function tlsOptions({ cert, key }: TlsPair): SecureContextOptions {
  return { ...modern, cert, key };
}

/** What the gateway holds a backend's certificate to, and what it shows of itself; all PEM. */
export interface BackendTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export function backendTlsOptions({ ca, cert, key }: BackendTls): SecureContextOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

/** What of the `upstream.tls` of apps is unusable. */
export function backendTlsProblems(apps: readonly Pick<AppConfig, 'upstream'>[]): ConfigProblem[] {
  return apps.flatMap(({ upstream }, at) => {
    if (typeof upstream === 'string' || upstream.tls === undefined) return [];
    const field = `apps[${at}].upstream.tls`;
    const { ca, cert, key } = upstream.tls;
    const found = cert === undefined || key === undefined ? [] : tlsProblems({ cert, key }, field);
    if (!upstream.url.startsWith('https:')) {
      const zh = '只有 https 后端才能设置 tls。';
      found.push({ line: null, column: null, field, zh, en: 'Only an https backend can have tls.' });
    }
    return ca === undefined || isCertificates(ca)
      ? found
      : [
          ...found,
          {
            line: null,
            column: null,
            field: `${field}.ca`,
            zh: '不是 PEM 格式的证书。请写作 file:路径，指向签发者证书文件。',
            en: "This is no certificate in PEM form. Write file:PATH with the path of the issuer's certificate.",
          },
        ];
  });
}

function isCertificates(text: string): boolean {
  const all = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const one of all) new X509Certificate(one);
    return all.length > 0;
  } catch {
    return false;
  }
}

/** What makes a pair unusable: no certificate, no key, or a key that is not the certificate's. Nothing of either is repeated. */
export function tlsProblems(pair: TlsPair, field = 'gateway.tls'): ConfigProblem[] {
  const problem = (name: 'cert' | 'key', zh: string, en: string): ConfigProblem[] => [
    { line: null, column: null, field: `${field}.${name}`, zh, en },
  ];
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pair.cert);
  } catch {
    return problem(
      'cert',
      '不是 PEM 格式的证书。请写作 file:路径，指向证书链文件。',
      'This is no certificate in PEM form. Write file:PATH with the path of the certificate chain.',
    );
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key)))
      return problem('key', '私钥与证书不匹配。', "The private key is not the certificate's.");
  } catch {
    return problem(
      'key',
      '不是未加密的 PEM 私钥。请写作 file:路径，指向私钥文件。',
      'This is no unencrypted private key in PEM form. Write file:PATH with the path of the key.',
    );
  }
  try {
    createSecureContext(tlsOptions(pair));
    return [];
  } catch {
    return problem(
      'cert',
      '证书不能用于 TLS：证书链有误或密钥过弱。',
      'The certificate cannot serve TLS: its chain is broken or its key is too weak.',
    );
  }
}

/** When the certificate begins and ends to be valid, in epoch milliseconds; {@link tlsProblems} must have found nothing. */
export function tlsValidity({ cert }: TlsPair): { readonly from: number; readonly to: number } {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  return { from: validFromDate.getTime(), to: validToDate.getTime() };
}
