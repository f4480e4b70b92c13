import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type Family, families, fixableRules, type Rule, type Severity } from '@menshen/scan';

/** Where the generated page stands. */
export const scanReferenceFile: string = join(import.meta.dirname, '..', 'docs', 'reference', 'scan-rules.md');

const familyNames: Record<Family, readonly [string, string]> = {
  secret: ['密钥与口令', 'Credentials'],
  taint: ['小程序数据流', 'Data flows in the mini program'],
  network: ['网络', 'Network'],
  storage: ['本地存储', 'Storage on the phone'],
  log: ['日志与错误', 'Logs and errors'],
  privacy: ['隐私', 'Privacy'],
  cloud: ['云开发', 'Cloud functions'],
  backend: ['后端', 'Backends'],
  injection: ['注入', 'Injection'],
  file: ['文件', 'Files'],
  crypto: ['密码', 'Cryptography'],
  config: ['配置', 'Configuration'],
  dependency: ['依赖', 'Dependencies'],
  content: ['内容安全', 'Content safety'],
};
const severityNames: Record<Severity, string> = {
  critical: '严重 critical',
  high: '高 high',
  medium: '中 medium',
  low: '低 low',
  info: '提示 info',
};

/** `docs/reference/scan-rules.md`: every rule with its reason, its remedy and an example for each framework. */
export function scanReference(): string {
  const rules = [...catalogue.values()];
  const lines = [
    '# 扫描规则 / Scan rules',
    '',
    '本页由 `packages/scan` 的规则目录生成（`node scripts/scan-reference.ts`），请勿手改。条款号凭记忆整理，发布前请对照原文：指引为《小程序安全指引》章节（P 开发原则，G 接口鉴权与代码管理，M 信息，B 漏洞），MLPS 为 GB/T 22239-2019 第三级。',
    '',
    'Generated from the catalogue of `packages/scan` by `node scripts/scan-reference.ts`; do not edit. Clause numbers were put together from memory: hold them against the texts before you publish them. Guide: chapters of the WeChat security guide for mini programs; MLPS: GB/T 22239-2019, level 3.',
    '',
    `${rules.length} 条规则 / rules. 🔧 = \`--fix\`.`,
    '',
  ];
  for (const family of families) {
    const own = rules.filter((rule) => rule.family === family);
    if (own.length === 0) continue;
    const [zh, en] = familyNames[family];
    lines.push(`## ${zh} / ${en}`, '');
    for (const rule of own) lines.push(...section(rule));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(rule: Rule): string[] {
  const lines = [
    `### ${rule.id}`,
    '',
    `**${rule.title.zh} / ${rule.title.en}**${fixableRules.includes(rule.id) ? ' 🔧' : ''}`,
    '',
    `${severityNames[rule.severity]} ${rule.score.toFixed(1)} · ${rule.cwe.map((id) => `[CWE-${id}](https://cwe.mitre.org/data/definitions/${id}.html)`).join(' ')} · 指引 ${rule.guide.join(' ')} · ${rule.asvs.join(' ')} · MLPS ${rule.mlps.join(' ')}`,
    '',
    rule.description.zh,
    rule.description.en,
    '',
    `- 修复：${rule.fix.zh}`,
    `- Fix: ${rule.fix.en}`,
    '',
  ];
  const examples = Object.entries(rule.examples);
  if (examples.length > 0) {
    lines.push('| | ✗ | ✓ |', '| --- | --- | --- |');
    for (const [framework, { bad, good }] of examples) lines.push(`| ${framework} | ${code(bad)} | ${code(good)} |`);
    lines.push('');
  }
  return lines;
}

/** Code in a cell: a bar would end the cell, a line break the table. */
const code = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const fence = line.includes('`') ? '``' : '`';
      const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
      return `${fence}${space}${line.replaceAll('|', '\\|')}${space}${fence}`;
    })
    .join('<br>');

if (import.meta.main) writeFileSync(scanReferenceFile, scanReference());
