import type { Rule } from '../../rule.ts';

/** Credentials by what they open. */
export const credentialRules: readonly Rule[] = [
  {
    id: 'MP-SEC-001',
    family: 'secret',
    severity: 'critical',
    score: 9.1,
    cwe: [798, 312],
    guide: ['M1'],
    asvs: ['ASVS 2.10.4', 'MASVS-STORAGE-1'],
    mlps: ['8.1.4.8'],
    title: { zh: 'AppSecret 写在代码或配置中', en: 'WeChat AppSecret in code or configuration' },
    description: {
      zh: 'AppSecret 能换取 access_token、解密用户数据、发送消息。写进仓库后，每个读过代码的人都持有它；写进小程序包后，任何用户解包即可得到。',
      en: 'The AppSecret yields access tokens, opens user data and sends messages. In a repository everyone who reads the code has it; inside the package anyone who unpacks it does.',
    },
    fix: {
      zh: '改从服务端环境变量或密钥管理系统读取，并在微信公众平台重置已泄漏的 AppSecret。不要只删除：历史提交里仍然有它。',
      en: 'Read it from the server’s environment or a key management system, and reset the leaked one on the WeChat platform. Deleting is not enough: the history still holds it.',
    },
    examples: {
      egg: {
        bad: "config.wechat = { appid: 'wx…', secret: '0f3c…32 hex' };",
        good: 'config.wechat = { appid: process.env.WX_APPID, secret: process.env.WX_SECRET };',
      },
      any: { bad: 'wx.app-secret: 0f3c…32 hex', good: 'wx.app-secret: ${WX_SECRET}' },
    },
  },
  {
    id: 'MP-SEC-002',
    family: 'secret',
    severity: 'critical',
    score: 9.1,
    cwe: [798],
    guide: ['M1'],
    asvs: ['ASVS 2.10.4'],
    mlps: ['8.1.4.8'],
    title: { zh: '微信支付商户密钥写在代码中', en: 'WeChat Pay merchant key in code' },
    description: {
      zh: '商户 API 密钥或 APIv3 密钥能签署下单与退款、解密支付通知。泄漏后攻击者可以伪造支付成功通知。',
      en: 'The merchant key or APIv3 key signs orders and refunds and opens payment notifications. With it a paid order can be forged.',
    },
    fix: {
      zh: '放入密钥管理系统或环境变量，并在商户平台更换密钥。',
      en: 'Keep it in a key management system or the environment, and rotate it on the merchant platform.',
    },
    examples: {
      thinkjs: {
        bad: "weixin: { mch_id: '15…', partner_key: '32 characters' }",
        good: 'weixin: { mch_id: process.env.MCH_ID, partner_key: process.env.MCH_KEY }',
      },
    },
  },
  {
    id: 'MP-SEC-003',
    family: 'secret',
    severity: 'critical',
    score: 9.1,
    cwe: [321, 312],
    guide: ['M1', 'G2'],
    asvs: ['ASVS 6.4.1'],
    mlps: ['8.1.4.8'],
    title: { zh: '私钥或支付证书在仓库中', en: 'Private key or payment certificate in the repository' },
    description: {
      zh: 'PEM 私钥、apiclient_key.pem、p12 证书被提交到仓库。持有者可以代表商户签名，或冒充服务器。',
      en: 'A PEM private key, apiclient_key.pem or a p12 file is committed. Its holder signs for the merchant or poses as the server.',
    },
    fix: {
      zh: '从历史提交中清除并作废重签；运行时从挂载的密钥文件或密钥管理系统读取。',
      en: 'Remove it from the history and have it reissued; at run time read it from a mounted secret or a key management system.',
    },
    examples: {
      any: {
        bad: "fs.readFileSync(__dirname + '/cert/apiclient_key.pem')",
        good: 'fs.readFileSync(process.env.MCH_KEY_FILE) // mounted outside the repository',
      },
    },
  },
  {
    id: 'MP-SEC-004',
    family: 'secret',
    severity: 'critical',
    score: 9.1,
    cwe: [798],
    guide: ['M1'],
    asvs: ['ASVS 2.10.4'],
    mlps: ['8.1.4.8'],
    title: { zh: '云 API 密钥写在代码中', en: 'Cloud access key in code' },
    description: {
      zh: '腾讯云 SecretId/SecretKey、阿里云 AccessKey、AWS 密钥或代码平台令牌是长期凭据，常常拥有整个账号的权限。',
      en: 'Keys of Tencent Cloud, Alibaba Cloud, AWS or tokens of code hosts live long and often open the whole account.',
    },
    fix: {
      zh: '禁用并更换已泄漏的密钥；用 STS 临时凭据或实例角色，并只授予需要的权限。',
      en: 'Disable and replace the leaked key; use temporary STS credentials or an instance role with no more rights than needed.',
    },
    examples: {
      any: {
        bad: "new COS({ SecretId: 'AKID…', SecretKey: '…' })",
        good: 'new COS({ getAuthorization: (options, done) => sts.credential(options).then(done) })',
      },
      cloud: {
        bad: "tencentcloud({ secretId: 'AKID…', secretKey: '…' })",
        good: 'tencentcloud({ secretId: process.env.SECRET_ID, secretKey: process.env.SECRET_KEY })',
      },
    },
  },
  {
    id: 'MP-SEC-005',
    family: 'secret',
    severity: 'critical',
    score: 9.1,
    cwe: [798, 321],
    guide: ['M1'],
    asvs: ['ASVS 2.10.4', 'ASVS 3.5.3'],
    mlps: ['8.1.4.1'],
    title: { zh: '令牌、会话或 Cookie 的签名密钥是字面量', en: 'Signing key of tokens, sessions or cookies is a literal' },
    description: {
      zh: '知道签名密钥的人可以签出任何用户、任何管理员的令牌。开源脚手架里的默认密钥等于没有密钥。',
      en: 'Who knows the key signs a token for any user or administrator. The default key of a public template is no key at all.',
    },
    fix: {
      zh: '部署时生成至少 32 字节的随机值，从环境变量读取，缺失时拒绝启动，定期轮换。',
      en: 'Create at least 32 random bytes at deployment, read them from the environment, refuse to start without them, and rotate them.',
    },
    examples: {
      express: { bad: "jwt.sign({ id }, '123456')", good: "jwt.sign({ id }, process.env.JWT_KEY, { expiresIn: '2h' })" },
      egg: { bad: "config.keys = appInfo.name + '_1530';", good: 'config.keys = process.env.COOKIE_KEYS.split(",");' },
      koa: { bad: "app.keys = ['some secret'];", good: 'app.keys = new KeyGrip(readKeys(process.env.COOKIE_KEYS));' },
    },
  },
  {
    id: 'MP-SEC-006',
    family: 'secret',
    severity: 'high',
    score: 8.2,
    cwe: [798, 259],
    guide: ['M1', 'B2'],
    asvs: ['ASVS 2.10.4'],
    mlps: ['8.1.4.1'],
    title: { zh: '数据库、缓存或邮箱口令写在代码中', en: 'Password of a database, cache or mail account in code' },
    description: {
      zh: '连接口令随代码扩散，且往往在测试与生产之间共用；弱口令（root、123456）会被直接猜中。',
      en: 'The password travels with the code and is often shared by test and production; weak ones such as root or 123456 are guessed at once.',
    },
    fix: {
      zh: '从环境变量或密钥存储读取；每个环境用不同的强口令与最小权限账号。',
      en: 'Read it from the environment or a secret store; give each environment its own strong password and a least-privilege account.',
    },
    examples: {
      egg: {
        bad: "config.mysql = { client: { host: 'db', user: 'root', password: 'root' } };",
        good: 'config.mysql = { client: { host: process.env.DB_HOST, user: process.env.DB_USER, password: process.env.DB_PASSWORD } };',
      },
      any: { bad: 'spring.datasource.password=123456', good: 'spring.datasource.password=${DB_PASSWORD}' },
    },
  },
  {
    id: 'MP-SEC-007',
    family: 'secret',
    severity: 'medium',
    score: 5.3,
    cwe: [798],
    guide: ['M1'],
    asvs: ['MASVS-STORAGE-1'],
    mlps: ['8.1.4.8'],
    title: { zh: '地图、大模型、短信等服务密钥写在代码中', en: 'Key of a map, model, SMS or other service in code' },
    description: {
      zh: '密钥在小程序包里即公开：他人可以盗用配额、产生费用。大模型密钥还可能读到对话内容。',
      en: 'A key inside the package is public: others spend the quota and the money. A model key may also open past conversations.',
    },
    fix: {
      zh: '由后端代理调用；确需放在客户端的地图 Key 要绑定小程序 AppID 并限额。',
      en: 'Call the service through your backend; bind a map key that must be in the client to the AppID and limit it.',
    },
    examples: {
      miniprogram: {
        bad: "wx.request({ url: 'https://apis.map.qq.com/ws/geocoder/v1/?key=AAAAA-…' })",
        good: "wx.request({ url: API + '/geocode' }) // the backend holds the key",
      },
    },
  },
  {
    id: 'MP-SEC-011',
    family: 'secret',
    severity: 'medium',
    score: 5.3,
    cwe: [1392, 798],
    guide: ['B2'],
    asvs: ['ASVS 2.10.2'],
    mlps: ['8.1.4.1'],
    title: { zh: '消息推送令牌是弱口令或默认值', en: 'Message-push token is weak or a default' },
    description: {
      zh: 'Token 是消息推送签名的唯一秘密。知道它就能伪造微信发来的事件：客服消息、授权撤回、审核结果。',
      en: 'The token is the only secret in the signature of pushed messages. Who knows it forges events: customer messages, withdrawn consent, review results.',
    },
    fix: {
      zh: '使用 32 位随机 Token 与安全模式（EncodingAESKey），都从环境变量读取。',
      en: 'Use a random token of 32 characters and the secure mode with its EncodingAESKey, both from the environment.',
    },
    examples: { koa: { bad: "{ wxMessageToken: 'abcdefgh' }", good: '{ wxMessageToken: process.env.WX_MESSAGE_TOKEN }' } },
  },
];
