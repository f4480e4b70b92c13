import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { ConfigProblem } from '../config/load.ts';

/** Certificate chain, the server's own first, and its private key; both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** TLS 1.2 and 1.3 only: older versions are broken (RFC 8996). */
export function tlsOptions({ cert, key }: TlsPair): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' };
}

/** What makes a pair unusable: no certificate, no key, or a key that is not the certificate's. Nothing of either is repeated. */
export function tlsProblems(pair: TlsPair): ConfigProblem[] {
  const problem = (field: string, zh: string, en: string): ConfigProblem[] => [{ line: null, column: null, field, zh, en }];
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pair.cert);
  } catch {
    return problem(
      'gateway.tls.cert',
      '不是 PEM 格式的证书。请写作 file:路径，指向证书链文件。',
      'This is no certificate in PEM form. Write file:PATH with the path of the certificate chain.',
    );
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key)))
      return problem('gateway.tls.key', '私钥与证书不匹配。', "The private key is not the certificate's.");
  } catch {
    return problem(
      'gateway.tls.key',
      '不是未加密的 PEM 私钥。请写作 file:路径，指向私钥文件。',
      'This is no unencrypted private key in PEM form. Write file:PATH with the path of the key.',
    );
  }
  try {
    createSecureContext(tlsOptions(pair));
    return [];
  } catch {
    return problem(
      'gateway.tls.cert',
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
