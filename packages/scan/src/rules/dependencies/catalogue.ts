import type { Rule } from '../../rule.ts';

export const dependencyRules: readonly Rule[] = [
  {
    id: 'MP-DEP-001',
    family: 'dependency',
    severity: 'high',
    score: 7.5,
    cwe: [1395],
    guide: ['P2'],
    asvs: ['ASVS 14.2.1'],
    mlps: ['8.1.10.5'],
    title: { zh: '依赖含已知漏洞', en: 'Dependency with a known vulnerability' },
    description: {
      zh: '锁文件、package.json 或拷贝进项目的库落在公告（OSV 格式）的受影响版本内。',
      en: 'A lockfile, package.json or a library copied into the project lies within the affected versions of an advisory in OSV format.',
    },
    fix: {
      zh: '升级到公告给出的修复版本；没有修复版本时更换。',
      en: 'Upgrade to the fixed version that the advisory names; replace what has none.',
    },
    examples: { json: { bad: '"lodash": "4.17.4"', good: '"lodash": "4.17.21"' } },
  },
  {
    id: 'MP-DEP-002',
    family: 'dependency',
    severity: 'medium',
    score: 4.3,
    cwe: [829, 1357],
    guide: ['P2'],
    asvs: ['ASVS 14.2.3'],
    mlps: ['8.1.9.4'],
    title: {
      zh: '依赖未锁定、来自任意地址或带安装脚本',
      en: 'Dependency not locked, from any address, or with an install script',
    },
    description: {
      zh: '没有锁文件时，每次安装都可能得到不同的、未经审查的代码；git 与 http 依赖可以被随时替换。',
      en: 'Without a lockfile each installation may bring other code that nobody reviewed; git and http dependencies can be replaced at any time.',
    },
    fix: {
      zh: '提交锁文件并用 npm ci 安装；依赖写明版本；安装时加 --ignore-scripts。',
      en: 'Commit the lockfile and install with npm ci; name versions; use --ignore-scripts.',
    },
    examples: { json: { bad: '"tool": "git+http://host/tool.git"', good: '"tool": "1.4.2"' } },
  },
];
