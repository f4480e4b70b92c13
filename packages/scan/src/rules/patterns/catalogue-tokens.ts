import type { Rule } from '../../rule.ts';

export const tokenRuleFacts: readonly Rule[] = [
  {
    id: 'MP-API-006',
    family: 'backend',
    severity: 'medium',
    score: 5.3,
    cwe: [613],
    guide: ['G1'],
    asvs: ['ASVS 3.3.1'],
    mlps: ['8.1.4.1'],
    title: { zh: '令牌没有有效期', en: 'JWT without expiry' },
    description: {
      zh: '没有 exp 的令牌一旦泄漏永远可用，修改口令、停用账号都收不回来。',
      en: 'A token without exp works for ever once leaked; neither a new password nor a disabled account takes it back.',
    },
    fix: {
      zh: '设置 expiresIn（如 2 小时），用可撤销的刷新令牌续期。',
      en: 'Set expiresIn, such as two hours, and renew with a refresh token that can be revoked.',
    },
    examples: { express: { bad: 'jwt.sign({ uid }, key)', good: "jwt.sign({ uid }, key, { expiresIn: '2h' })" } },
  },
  {
    id: 'MP-API-007',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [347],
    guide: ['G1'],
    asvs: ['ASVS 3.5.3'],
    mlps: ['8.1.4.1'],
    title: { zh: '令牌只解码不验签，或允许 none 算法', en: 'JWT decoded only, or algorithm none allowed' },
    description: {
      zh: 'decode 不检查签名，客户端可以写入任何用户编号。',
      en: 'decode checks no signature: the client writes any user id into the token.',
    },
    fix: { zh: '用 verify，并写明允许的算法。', en: 'Use verify, and name the allowed algorithms.' },
    examples: {
      koa: {
        bad: 'ctx.state.user = jwt.decode(token)',
        good: "ctx.state.user = jwt.verify(token, key, { algorithms: ['HS256'] })",
      },
    },
  },
  {
    id: 'MP-INJ-005',
    family: 'injection',
    severity: 'high',
    score: 7.5,
    cwe: [611],
    guide: ['P1'],
    asvs: ['ASVS 5.5.2'],
    mlps: ['8.1.4.4 d'],
    title: { zh: '解析 XML 时展开外部实体', en: 'XML parsed with external entities' },
    description: {
      zh: '支付通知、消息推送都是外来 XML。展开实体的解析器会读取服务器文件、访问内网。',
      en: 'Payment notifications and pushed messages are XML from outside. A parser that resolves entities reads server files and reaches inner hosts.',
    },
    fix: {
      zh: '关闭 DTD 与外部实体；Node 用默认配置的 fast-xml-parser。',
      en: 'Turn DTDs and external entities off; on Node use fast-xml-parser as it comes.',
    },
    examples: {
      any: { bad: 'libxmljs.parseXml(body, { noent: true })', good: 'new XMLParser({ processEntities: false }).parse(body)' },
    },
  },
];
