import type { Bilingual, Severity } from '../../rule.ts';

/** Kinds of credential, each under its rule of the catalogue. */
export const secretKinds = {
  appSecret: { rule: 'MP-SEC-001', zh: 'AppSecret 写在代码或配置中', en: 'An AppSecret is written in code or configuration' },
  merchantKey: { rule: 'MP-SEC-002', zh: '微信支付商户密钥写在代码中', en: 'A WeChat Pay merchant key is written in code' },
  privateKey: { rule: 'MP-SEC-003', zh: '私钥写在仓库中', en: 'A private key is in the repository' },
  cloudId: {
    rule: 'MP-SEC-004',
    zh: '云 API 密钥标识（SecretId/AccessKeyId）写在代码中',
    en: 'A cloud access key id is written in code',
  },
  cloudSecret: { rule: 'MP-SEC-004', zh: '云 API 密钥（SecretKey）写在代码中', en: 'A cloud secret key is written in code' },
  hostToken: {
    rule: 'MP-SEC-004',
    zh: '代码托管或发布平台的访问令牌写在代码中',
    en: 'An access token of a code or package host is written in code',
  },
  bearer: {
    rule: 'MP-SEC-004',
    zh: '完整的登录令牌写在代码中，谁都能用它',
    en: 'A whole access token is written in code: everybody can use it',
  },
  otherSecret: {
    rule: 'MP-SEC-004',
    zh: '名为密钥的随机值写在代码中',
    en: 'A random value named as a secret is written in code',
  },
  signingKey: {
    rule: 'MP-SEC-005',
    zh: 'JWT、会话或 Cookie 的签名密钥是字面量，知道它的人可以伪造任何用户',
    en: 'The key that signs tokens, sessions or cookies is a literal: who knows it can be any user',
  },
  databasePassword: {
    rule: 'MP-SEC-006',
    zh: '数据库、缓存或邮箱的口令写在代码或配置中',
    en: 'The password of a database, cache or mail account is written in code or configuration',
  },
  connectionUrl: { rule: 'MP-SEC-006', zh: '连接地址中含口令', en: 'A connection address holds a password' },
  mapKey: { rule: 'MP-SEC-007', zh: '地图服务密钥写在代码中', en: 'The key of a map service is written in code' },
  modelKey: { rule: 'MP-SEC-007', zh: '大模型服务密钥写在代码中', en: 'The key of a model service is written in code' },
  serviceKey: { rule: 'MP-SEC-007', zh: '第三方服务密钥写在代码中', en: 'The key of a third-party service is written in code' },
  pushToken: {
    rule: 'MP-SEC-011',
    zh: '消息推送令牌是字面量，签名可以伪造',
    en: 'The message-push token is a literal: its signature can be forged',
  },
  pushKey: {
    rule: 'MP-SEC-011',
    zh: '消息推送的 EncodingAESKey 写在代码中',
    en: 'The EncodingAESKey of message push is written in code',
  },
} as const satisfies Record<string, { rule: string } & Bilingual>;

export type SecretKind = keyof typeof secretKinds;

/** A fault that ships inside the package is in everybody's hands. */
export const inPackage: Partial<Record<SecretKind, Severity>> = {
  databasePassword: 'critical',
  modelKey: 'critical',
  pushToken: 'high',
  pushKey: 'high',
};
