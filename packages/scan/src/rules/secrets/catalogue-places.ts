import type { Rule } from '../../rule.ts';

/** Credentials by where they lie. */
export const placeRules: readonly Rule[] = [
  {
    id: 'MP-SEC-012',
    family: 'secret',
    severity: 'high',
    score: 8.8,
    cwe: [1392, 521],
    guide: ['B2'],
    asvs: ['ASVS 2.5.4'],
    mlps: ['8.1.4.1'],
    title: { zh: '种子数据创建了带固定口令的管理员', en: 'Seeded administrator with a constant password' },
    description: {
      zh: '迁移或建库脚本写入 admin 账号和固定口令（或其散列）。每个安装都相同，扫描器一试便中。',
      en: 'A migration or set-up script inserts an admin with a constant password or hash. It is the same in every installation, and the first that scanners try.',
    },
    fix: {
      zh: '首次启动时生成随机口令并要求立即修改，或用一次性链接创建第一个管理员。',
      en: 'Create a random password at first start and demand its change, or let a one-time link create the first administrator.',
    },
    examples: {
      any: {
        bad: "INSERT INTO admin VALUES (1, 'admin', '21232f29…');",
        good: '-- the first administrator is created by a one-time set-up link',
      },
      egg: {
        bad: "bulkInsert('admin', [{ userName: 'admin', password: '21232f29…' }])",
        good: "bulkInsert('admin', [{ userName: 'admin', password: await hash(randomPassword()) }])",
      },
    },
  },
  {
    id: 'MP-SEC-013',
    family: 'secret',
    severity: 'medium',
    score: 5.3,
    cwe: [615, 540],
    guide: ['M1'],
    asvs: ['ASVS 14.3.2'],
    mlps: ['8.1.4.8'],
    title: { zh: '注释、说明文档或停用代码中有密钥', en: 'Secret in a comment, document or dead code' },
    description: {
      zh: '注释掉的密钥通常仍然有效，而且同样随仓库或代码包传播。',
      en: 'A commented secret usually still works, and travels with the repository or package just the same.',
    },
    fix: { zh: '删除并更换该密钥。', en: 'Delete and rotate it.' },
    examples: { any: { bad: "// secret: '0f3c…32 hex'", good: '// secret: see the deployment guide' } },
  },
  {
    id: 'MP-SEC-014',
    family: 'config',
    severity: 'medium',
    score: 5.3,
    cwe: [538, 540],
    guide: ['G2'],
    asvs: ['ASVS 14.3.3'],
    mlps: ['8.1.4.8'],
    title: { zh: '源码映射、环境文件或备份位于小程序目录', en: 'Source map, environment file or backup inside the mini program' },
    description: {
      zh: '小程序目录中的 .env、备份、压缩包、SQL、源码映射会随包上传，任何用户都能解包读取。',
      en: 'A .env file, backup, archive, SQL dump or source map in the mini program’s folder is uploaded with the package, and anyone can unpack it.',
    },
    fix: {
      zh: '移出小程序目录，或加入 project.config.json 的 packOptions.ignore。',
      en: 'Move it out, or add it to packOptions.ignore of project.config.json.',
    },
    examples: { json: { bad: 'miniprogram/.env', good: '"packOptions": { "ignore": [{ "type": "suffix", "value": ".env" }] }' } },
  },
];
