import type { Rule } from '../../rule.ts';

export const cryptoRules: readonly Rule[] = [
  {
    id: 'MP-CRY-001',
    family: 'crypto',
    severity: 'medium',
    score: 6.5,
    cwe: [916, 328, 256],
    guide: ['B2'],
    asvs: ['ASVS 2.4.1'],
    mlps: ['8.1.4.1'],
    title: { zh: '口令用 MD5/SHA 等快速散列保存，或根本没有散列', en: 'Weak password hash, or none' },
    description: {
      zh: 'MD5 与 SHA 为快而设计，一张显卡每秒可试数十亿个口令；加盐只能挡住预计算表。与库里的口令直接比对，说明库里存的就是明文。PBKDF2 只有几百、几千轮，或 bcrypt 成本低于 8，也差不多一样快。微信协议要求的 MD5/SHA1 签名不在此列。',
      en: 'MD5 and SHA are made to be fast: one graphics card tries billions of passwords a second, and a salt only stops tables. A password that is compared with the row’s as it was sent is kept in plain text. PBKDF2 with some hundred or thousand rounds, or bcrypt with a cost below 8, is nearly as fast. Signatures that WeChat’s protocols demand are exempt.',
    },
    fix: {
      zh: '用 scrypt、argon2 或 bcrypt，每个账号独立随机盐；登录时把旧散列升级。',
      en: 'Use scrypt, argon2 or bcrypt with a random salt for each account, and upgrade old hashes at login.',
    },
    examples: {
      any: { bad: 'md5(password + salt)', good: 'crypto.scryptSync(password, crypto.randomBytes(16), 64)' },
      express: {
        bad: 'if (user.password !== req.body.password) return res.status(401).end()',
        good: 'if (!(await bcrypt.compare(req.body.password, user.passwordHash))) return res.status(401).end()',
      },
      thinkjs: { bad: 'think.md5(password + admin.password_salt)', good: 'await bcrypt.compare(password, admin.password)' },
    },
  },
  {
    id: 'MP-CRY-002',
    family: 'crypto',
    severity: 'medium',
    score: 5.9,
    cwe: [329, 321, 760],
    guide: ['M1'],
    asvs: ['ASVS 6.2.3'],
    mlps: ['8.1.4.8'],
    title: { zh: '写死的密钥、IV 或盐', en: 'Hard-coded key, IV or salt' },
    description: {
      zh: '密钥在代码里等于公开；固定 IV 让相同明文得到相同密文；共用的盐让一张表破解全部口令。',
      en: 'A key in the code is public; a fixed IV makes equal texts encrypt alike; one salt for all lets one table break them all.',
    },
    fix: {
      zh: '密钥放服务端密钥管理，IV 每次随机并随密文保存，盐每个账号随机。',
      en: 'Keep the key in server-side key management, draw a random IV for each message and a random salt for each account.',
    },
    examples: {
      any: {
        bad: "crypto.createCipheriv('aes-128-cbc', '1234567890abcdef', iv)",
        good: "crypto.createCipheriv('aes-256-gcm', keyRing.current(), crypto.randomBytes(12))",
      },
      miniprogram: {
        bad: "CryptoJS.AES.encrypt(text, CryptoJS.enc.Utf8.parse('a1b2c3d4e5f6g7h8'))",
        good: 'wx.getUserCryptoManager().getLatestUserKey({ success: seal }) // a key for each user',
      },
    },
  },
  {
    id: 'MP-CRY-003',
    family: 'crypto',
    severity: 'medium',
    score: 5.9,
    cwe: [338, 330],
    guide: ['P1'],
    asvs: ['ASVS 6.3.1'],
    mlps: ['8.1.4.8'],
    title: { zh: '用可预测的随机数生成令牌、验证码', en: 'Predictable random for a token, code or nonce' },
    description: {
      zh: 'Math.random、java.util.Random、mt_rand 的输出可由少量样本推算，攻击者能猜出下一个验证码或令牌。',
      en: 'The output of Math.random, java.util.Random and mt_rand follows from a few samples: the next code or token can be guessed.',
    },
    fix: {
      zh: '用 crypto.randomInt / randomBytes、SecureRandom、random_int。',
      en: 'Use crypto.randomInt or randomBytes, SecureRandom, random_int.',
    },
    examples: { any: { bad: 'const smsCode = Math.floor(Math.random() * 1e6)', good: 'const smsCode = crypto.randomInt(1e6)' } },
  },
  {
    id: 'MP-CRY-004',
    family: 'crypto',
    severity: 'info',
    score: 2.6,
    cwe: [208],
    guide: ['P1'],
    asvs: ['ASVS 6.2.8'],
    mlps: ['8.1.4.7'],
    title: { zh: '签名用 == 比较', en: 'Signature compared with ==' },
    description: {
      zh: '字符串比较在第一个不同处停止，耗时透露匹配了多少位。',
      en: 'A comparison of strings stops at the first difference, and its time tells how much was right.',
    },
    fix: { zh: '用 crypto.timingSafeEqual 比较等长缓冲区。', en: 'Compare buffers of equal length with crypto.timingSafeEqual.' },
    examples: {
      any: {
        bad: 'if (sign !== body.sign) return',
        good: 'if (!crypto.timingSafeEqual(Buffer.from(sign), Buffer.from(body.sign))) return',
      },
    },
  },
];
