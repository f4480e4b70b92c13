import type { Rule } from '../../rule.ts';

/** What users write, and what WeChat encrypts for the server. */
export const contentRules: readonly Rule[] = [
  {
    id: 'MP-CNT-001',
    family: 'content',
    severity: 'medium',
    score: 5.3,
    cwe: [602],
    guide: ['P1'],
    asvs: ['ASVS 11.1.1'],
    mlps: ['8.1.4.4'],
    title: { zh: '内容安全检测不在写入路径上', en: 'The content check is not on the path that writes' },
    description: {
      zh: '项目提供了内容安全检测，但作为独立操作由客户端调用；真正写入评论或帖子的函数并不检测。跳过检测直接调用写入即可发布违规内容。',
      en: 'The project checks content, but in an operation of its own that the client calls; the function that writes a comment or post does not. Whoever calls it directly publishes anything.',
    },
    fix: {
      zh: '在写入评论、帖子的函数里先检测，不通过就不写入。',
      en: 'Check inside the function that writes, and do not write what fails.',
    },
    examples: {
      cloud: {
        bad: "case 'check': return cloud.openapi.security.msgSecCheck({ content: event.text })\ncase 'post': return db.collection('posts').add({ data: { text: event.text } })",
        good: "case 'post': {\n  const { result } = await cloud.openapi.security.msgSecCheck({ content: event.text, version: 2, scene: 2, openid: OPENID })\n  if (result.suggest !== 'pass') return { code: 451 }\n  return db.collection('posts').add({ data: { text: event.text } })\n}",
      },
    },
  },
  {
    id: 'MP-CNT-002',
    family: 'content',
    severity: 'medium',
    score: 5.3,
    cwe: [345],
    guide: ['P1'],
    asvs: ['ASVS 6.2.1'],
    mlps: ['8.1.4.7'],
    title: { zh: '解密用户数据后没有核对水印', en: 'The watermark of decrypted user data is not compared' },
    description: {
      zh: '用 session_key 解密 encryptedData 后没有比较 watermark.appid，别的小程序加密的数据也会被当作本程序用户的数据接受。',
      en: 'After decrypting encryptedData with the session key nobody compares watermark.appid: data that another mini program encrypted is accepted as that of a user of this one.',
    },
    fix: {
      zh: '解密后比较 watermark.appid 与自己的 AppID，并检查时间戳。',
      en: 'Compare watermark.appid with your own AppID after decrypting, and check the timestamp.',
    },
    examples: {
      any: {
        bad: "return JSON.parse(decipher.update(data, 'base64', 'utf8') + decipher.final('utf8'))",
        good: "const user = JSON.parse(decipher.update(data, 'base64', 'utf8') + decipher.final('utf8'))\nif (user.watermark.appid !== appId) throw new Error('foreign data')\nreturn user",
      },
    },
  },
];
