import { WechatTransportError } from '../api-error.ts';
import { WechatCryptoError } from '../crypto-error.ts';
import { toInteger, toRecord } from '../lib/answer.ts';
import { equalText } from '../lib/bytes.ts';
import { securedPaths } from './paths.ts';
import { associatedDataOf, openPayload, type SymmetricKey, sealPayload, symmetricKeyBytes } from './payload.ts';
import { createSigner, createVerifier, messageToSign, type SignatureAlgorithm } from './signature.ts';

/** The keys of a mini program's console page "API security", where calls are encrypted and signed both ways. */
export interface ApiSecurityOptions {
  readonly appid: string;
  readonly symmetric: SymmetricKey;
  /** The app's own key pair. `privateKey`: PEM for RSA, hex for SM2. */
  readonly signing: { readonly algorithm: SignatureAlgorithm; readonly sn: string; readonly privateKey: string };
  /** WeChat's platform certificates, the new one beside the old while they are exchanged. `publicKey`: PEM, or hex for SM2. */
  readonly platform: readonly { readonly algorithm: SignatureAlgorithm; readonly sn: string; readonly publicKey: string }[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** How far WeChat's clock may be from ours, in seconds; 300 by default (WeChat does not publish its own window). */
  readonly windowSeconds?: number;
  /** Scheme and host that are signed, whatever address is called; `https://api.weixin.qq.com` by default. */
  readonly origin?: string;
  /** Paths that are secured beside {@link securedPaths}. */
  readonly morePaths?: readonly string[];
}

export interface SecuredRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SecuredAnswer {
  /** The answer's object without the three fields of the protection. */
  readonly value: Record<string, unknown>;
  /** Only WeChat's outgoing certificate is known here: fetch the new one before it goes. */
  readonly certificateOutdated: boolean;
}

/** Encrypts, signs, verifies and decrypts the calls that support it. */
export interface ApiSecurity {
  covers(api: string): boolean;
  secure(api: string, body: Readonly<Record<string, unknown>>): SecuredRequest;
  /**
   * Reads an answer. Only a pure refusal (`errcode` other than 0 and no data) may come in clear, because WeChat's own gateway answers
   * so; anything else without a good signature throws WechatTransportError `unverified`.
   */
  read(api: string, header: (name: string) => string | null, body: string): SecuredAnswer;
}

const ownFields = ['_n', '_appid', '_timestamp'];
const refusalFields: ReadonlySet<string> = new Set(['errcode', 'errmsg', 'rid']);

/** Throws WechatCryptoError `api_key_invalid` for keys of the wrong form. */
export function createApiSecurity(options: ApiSecurityOptions): ApiSecurity {
  const { appid, symmetric, clock, random, windowSeconds = 300, origin = 'https://api.weixin.qq.com' } = options;
  if (symmetric.key.length !== symmetricKeyBytes[symmetric.algorithm] || options.platform.length === 0)
    throw new WechatCryptoError('api_key_invalid');
  const signer = createSigner(options.signing.algorithm, options.signing.sn, options.signing.privateKey);
  const verifiers = new Map(
    options.platform.map(({ algorithm, sn, publicKey }) => [sn, createVerifier(algorithm, sn, publicKey)] as const),
  );
  const paths = new Set([...securedPaths, ...(options.morePaths ?? [])]);

  /** `current` or `deprecated` by which signature is good; undefined when none is. */
  const verified = (
    header: (name: string) => string | null,
    urlpath: string,
    timestamp: number,
    body: string,
  ): 'current' | 'deprecated' | undefined => {
    const message = messageToSign(urlpath, appid, timestamp, body);
    const good = (suffix: string): boolean => {
      const verifier = verifiers.get(header(`wechatmp-serial${suffix}`) ?? '');
      return verifier?.verify(message, header(`wechatmp-signature${suffix}`) ?? '') === true;
    };
    if (good('')) return 'current';
    return good('-deprecated') ? 'deprecated' : undefined;
  };

  return Object.freeze({
    covers: (api: string) => paths.has(api),
    secure(api: string, body: Readonly<Record<string, unknown>>): SecuredRequest {
      const urlpath = origin + api;
      const timestamp = Math.floor(clock() / 1000);
      const nonce = Buffer.from(random(16)).toString('base64').replace(/=+$/, '');
      const plain = JSON.stringify({ ...body, _n: nonce, _appid: appid, _timestamp: timestamp });
      const aad = associatedDataOf(urlpath, appid, timestamp, symmetric.sn);
      const text = JSON.stringify(sealPayload(plain, aad, symmetric, random(12)));
      return {
        body: text,
        headers: {
          'wechatmp-appid': appid,
          'wechatmp-timestamp': String(timestamp),
          'wechatmp-signature': signer.sign(messageToSign(urlpath, appid, timestamp, text)),
        },
      };
    },
    read(api: string, header: (name: string) => string | null, body: string): SecuredAnswer {
      const fail = (): never => {
        throw new WechatTransportError(api, 'unverified');
      };
      const outer = parse(body) ?? fail();
      if (header('wechatmp-signature') === null) return isRefusal(outer) ? { value: outer, certificateOutdated: false } : fail();
      const urlpath = origin + api;
      const timestamp = toInteger(header('wechatmp-timestamp') ?? '') ?? fail();
      if (Math.abs(clock() / 1000 - timestamp) > windowSeconds) return fail();
      if (!equalText(header('wechatmp-appid'), appid)) return fail();
      const by = verified(header, urlpath, timestamp, body) ?? fail();
      const plain = openPayload(outer, associatedDataOf(urlpath, appid, timestamp, symmetric.sn), symmetric) ?? fail();
      const inner = parse(plain.toString('utf8')) ?? fail();
      if (inner._appid !== appid || toInteger(inner._timestamp) !== timestamp) return fail();
      const value = Object.fromEntries(Object.entries(inner).filter(([name]) => !ownFields.includes(name)));
      return { value, certificateOutdated: by === 'deprecated' };
    },
  });
}

function isRefusal(answer: Record<string, unknown>): boolean {
  const errcode = toInteger(answer.errcode);
  return errcode !== undefined && errcode !== 0 && Object.keys(answer).every((name) => refusalFields.has(name));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}
