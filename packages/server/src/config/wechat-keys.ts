import type { ApiSecurityConfig, AppConfig, PayConfig } from '@menshen/contract';
import { createSigner, createVerifier, readPayPlatformKey, WechatCryptoError } from '@menshen/wechat';
import type { ConfigProblem } from './load.ts';

/** What of the keys of WeChat and WeChat Pay has the right look and still is no key. Nothing of a key is repeated. */
export function wechatKeyProblems(apps: readonly AppConfig[]): ConfigProblem[] {
  return apps.flatMap((app, at) => [
    ...(app.pay === undefined ? [] : payProblems(`apps[${at}].pay`, app.pay)),
    ...(app.wechat?.apiSecurity === undefined ? [] : securityProblems(`apps[${at}].wechat.apiSecurity`, app.wechat.apiSecurity)),
  ]);
}

function securityProblems(field: string, { signing, platform }: ApiSecurityConfig): ConfigProblem[] {
  return [
    ...unlessKey(`${field}.signing.privateKey`, () => createSigner(signing.algorithm, signing.sn, signing.privateKey)),
    ...platform.flatMap(({ algorithm, sn, publicKey }, at) =>
      unlessKey(`${field}.platform[${at}].publicKey`, () => createVerifier(algorithm, sn, publicKey)),
    ),
    ...repeated(
      `${field}.platform`,
      platform.map(({ sn }) => sn),
    ),
  ];
}

function payProblems(field: string, { platformKeys }: PayConfig): ConfigProblem[] {
  return [
    ...platformKeys.flatMap(({ publicKey }, at) =>
      unlessKey(`${field}.platformKeys[${at}].publicKey`, () => readPayPlatformKey(publicKey)),
    ),
    ...repeated(
      `${field}.platformKeys`,
      platformKeys.map(({ serial }) => serial),
    ),
  ];
}

function unlessKey(field: string, read: () => unknown): ConfigProblem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof WechatCryptoError)) throw error;
    return [
      {
        line: null,
        column: null,
        field,
        zh: '不是可用的密钥：RSA 需为 2048 位以上、未加密的 PEM；SM2 需为曲线上的十六进制值。',
        en: 'This is no usable key: RSA needs unencrypted PEM of at least 2048 bits, SM2 hex digits of a value on its curve.',
      },
    ];
  }
}

function repeated(field: string, ids: readonly string[]): ConfigProblem[] {
  if (new Set(ids).size === ids.length) return [];
  return [{ line: null, column: null, field, zh: '有两个密钥的编号相同。', en: 'Two keys have the same id.' }];
}
