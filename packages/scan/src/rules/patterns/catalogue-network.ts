import type { Rule } from '../../rule.ts';

export const networkRules: readonly Rule[] = [
  {
    id: 'MP-NET-001',
    family: 'network',
    severity: 'high',
    score: 7.4,
    cwe: [319],
    guide: ['P3'],
    asvs: ['ASVS 9.1.1', 'MASVS-NETWORK-1'],
    mlps: ['8.1.2.2'],
    title: { zh: '使用明文 http/ws 接口', en: 'Cleartext http or ws endpoint in use' },
    description: {
      zh: '请求在途中可被读取和篡改：登录码、会话、订单和返回内容都不可信。小程序正式版也只允许 https 与 wss。',
      en: 'Requests can be read and changed on the way: login codes, sessions, orders and answers. Released mini programs may only use https and wss.',
    },
    fix: {
      zh: '改用 https/wss，并在服务器上启用 HSTS；第三方没有 https 时由后端经专线或换服务商。',
      en: 'Use https or wss and enable HSTS; where a third party has no https, change the provider or relay through your backend.',
    },
    examples: { miniprogram: { bad: "apiUrl: 'http://api.shop.cn'", good: "apiUrl: 'https://api.shop.cn'" } },
  },
  {
    id: 'MP-NET-002',
    family: 'network',
    severity: 'high',
    score: 8.2,
    cwe: [319, 523],
    guide: ['P3'],
    asvs: ['ASVS 9.1.1'],
    mlps: ['8.1.2.2'],
    title: { zh: '凭据经明文 http 发送', en: 'Credential over cleartext' },
    description: {
      zh: 'Authorization、AppCode 或密钥随明文请求发送，途中的人得到的是凭据本身，可长期使用。',
      en: 'An Authorization header, AppCode or key travels in cleartext: whoever listens holds the credential itself.',
    },
    fix: {
      zh: '只经 https 发送凭据；更换已经明文发送过的凭据。',
      en: 'Send credentials over https only, and rotate those that were not.',
    },
    examples: {
      any: {
        bad: "rp({ url: 'http://api.example.cn/kdi', headers: { Authorization: 'APPCODE ' + code } })",
        good: "rp({ url: 'https://api.example.cn/kdi', headers: { Authorization: 'APPCODE ' + code } })",
      },
    },
  },
  {
    id: 'MP-NET-003',
    family: 'network',
    severity: 'high',
    score: 7.4,
    cwe: [295],
    guide: ['P1'],
    asvs: ['ASVS 9.2.1'],
    mlps: ['8.1.2.2'],
    title: { zh: 'TLS 证书校验被关闭', en: 'TLS verification is off' },
    description: {
      zh: '不校验证书的 https 与明文无异：中间人出示任意证书即可冒充服务器。',
      en: 'https without a check of the certificate is cleartext: a man in the middle shows any certificate.',
    },
    fix: {
      zh: '删除该选项；自签证书用 ca 选项或 NODE_EXTRA_CA_CERTS 信任自己的 CA。',
      en: 'Remove the option; trust your own CA with the ca option or NODE_EXTRA_CA_CERTS.',
    },
    examples: {
      any: {
        bad: 'https.request({ rejectUnauthorized: false })',
        good: "https.request({ ca: fs.readFileSync('/etc/ssl/company-ca.pem') })",
      },
    },
  },
  {
    id: 'MP-NET-004',
    family: 'config',
    severity: 'low',
    score: 3.1,
    cwe: [295],
    guide: ['P2'],
    asvs: ['MASVS-NETWORK-1'],
    mlps: ['8.1.2.2'],
    title: { zh: '提交的项目配置关闭了域名校验', en: 'urlCheck is off in committed configuration' },
    description: {
      zh: 'urlCheck 为 false 时开发者工具不检查合法域名与 TLS 版本，http 接口和错误域名要到上线才发现。',
      en: 'With urlCheck false the developer tools check neither domains nor TLS, so http endpoints and wrong domains show only after release.',
    },
    fix: {
      zh: '在 project.config.json 中设为 true；确需本地调试时只写在不提交的 project.private.config.json。',
      en: 'Set it to true in project.config.json; for local work keep false in project.private.config.json, which is not committed.',
    },
    examples: { json: { bad: '"setting": { "urlCheck": false }', good: '"setting": { "urlCheck": true }' } },
  },
  {
    id: 'MP-NET-005',
    family: 'network',
    severity: 'medium',
    score: 6.5,
    cwe: [319, 345],
    guide: ['P1'],
    asvs: ['ASVS 9.1.1'],
    mlps: ['8.1.2.2'],
    title: { zh: '支付通知地址不是自己的 https 地址', en: 'Payment notify_url is not https or not an own host' },
    description: {
      zh: '支付结果经明文或发往他人域名：订单状态无法确认，交易数据泄漏。',
      en: 'Payment results travel in cleartext or to somebody else: orders cannot be confirmed and transactions leak.',
    },
    fix: {
      zh: '使用自己的 https 地址，并在处理通知时验签、核对金额。',
      en: 'Use your own https address; verify the signature and compare the amount when it calls.',
    },
    examples: { any: { bad: "notify_url: 'http://www.shop.cn/notify'", good: "notify_url: 'https://pay.shop.cn/notify'" } },
  },
  {
    id: 'MP-NET-006',
    family: 'network',
    severity: 'medium',
    score: 5.3,
    cwe: [598],
    guide: ['M1'],
    asvs: ['ASVS 8.3.1'],
    mlps: ['8.1.4.8'],
    title: { zh: '令牌或个人信息放在 URL 查询串中', en: 'Token or personal data in the URL query' },
    description: {
      zh: 'URL 会进入服务器与代理日志、统计和历史记录，令牌随之泄漏。微信自己的接口要求放在查询串，不在此列。',
      en: 'Addresses end in logs of servers and proxies, statistics and histories, and the token with them. WeChat’s own interfaces demand it and are exempt.',
    },
    fix: { zh: '令牌放在请求头，个人信息放在请求体。', en: 'Put tokens into a header and personal data into the body.' },
    examples: {
      miniprogram: {
        bad: "wx.request({ url: API + '/me?token=' + token })",
        good: "wx.request({ url: API + '/me', header: { Authorization: 'Bearer ' + token } })",
      },
    },
  },
];
