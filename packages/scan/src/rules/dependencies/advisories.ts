import { type Advisory, type AdvisoryIndex, indexAdvisories } from './osv.ts';

const kinds = {
  pollution: { zh: '原型污染', en: 'prototype pollution' },
  redos: { zh: '正则表达式拒绝服务', en: 'denial of service by a regular expression' },
  dos: { zh: '拒绝服务', en: 'denial of service' },
  injection: { zh: '命令或代码注入', en: 'command or code injection' },
  escape: { zh: '沙箱逃逸，可执行任意代码', en: 'escape from the sandbox, running any code' },
  sql: { zh: 'SQL 注入', en: 'SQL injection' },
  ssrf: { zh: '服务端请求伪造', en: 'server-side request forgery' },
  leak: { zh: '敏感信息泄漏', en: 'leak of sensitive data' },
  jwt: { zh: '令牌校验可被绕过', en: 'verification of tokens can be bypassed' },
  crypto: { zh: '密码算法实现或默认参数过弱', en: 'weak implementation or default of cryptography' },
  signature: { zh: '签名校验可被绕过', en: 'verification of signatures can be bypassed' },
  xss: { zh: '跨站脚本', en: 'cross-site scripting' },
  redirect: { zh: '开放重定向', en: 'open redirect' },
  traversal: { zh: '路径遍历', en: 'path traversal' },
  csrf: { zh: '凭据泄漏到其他主机', en: 'a credential leaks to other hosts' },
  rce: { zh: '远程代码执行', en: 'remote code execution' },
  filter: { zh: '输入过滤或类型检查可被绕过', en: 'a check of input or type can be bypassed' },
  random: { zh: '可预测的随机数', en: 'predictable random values' },
} as const;

type Range = readonly [introduced: string, fixed: string | null];
type Entry = readonly [id: string, name: string, severity: Advisory['severity'], kind: keyof typeof kinds, ...ranges: Range[]];

/**
 * Advisories that the product carries, so that a scan without any network knows what mini program back ends really use. Written down from the public
 * CVE records, each under https://nvd.nist.gov/vuln/detail/ID; a full OSV export replaces them (`--advisories`). `null`: no fixed version.
 */
const entries: readonly Entry[] = [
  ['CVE-2018-16487', 'lodash', 'medium', 'pollution', ['0', '4.17.11']],
  ['CVE-2019-10744', 'lodash', 'critical', 'pollution', ['0', '4.17.12']],
  ['CVE-2020-8203', 'lodash', 'high', 'pollution', ['3.7.0', '4.17.19']],
  ['CVE-2020-28500', 'lodash', 'medium', 'redos', ['4.0.0', '4.17.21']],
  ['CVE-2021-23337', 'lodash', 'high', 'injection', ['0', '4.17.21']],
  ['CVE-2019-10742', 'axios', 'high', 'dos', ['0', '0.18.1']],
  ['CVE-2020-28168', 'axios', 'medium', 'ssrf', ['0', '0.21.1']],
  ['CVE-2021-3749', 'axios', 'high', 'redos', ['0', '0.21.2']],
  ['CVE-2023-45857', 'axios', 'medium', 'csrf', ['0.8.1', '0.28.0'], ['1.0.0', '1.6.0']],
  ['CVE-2025-27152', 'axios', 'high', 'ssrf', ['0', '0.30.0'], ['1.0.0', '1.8.2']],
  ['CVE-2015-9235', 'jsonwebtoken', 'critical', 'jwt', ['0', '4.2.2']],
  ['CVE-2022-23539', 'jsonwebtoken', 'high', 'crypto', ['0', '9.0.0']],
  ['CVE-2022-23540', 'jsonwebtoken', 'medium', 'jwt', ['0', '9.0.0']],
  ['CVE-2022-23541', 'jsonwebtoken', 'medium', 'jwt', ['0', '9.0.0']],
  ['CVE-2023-28155', 'request', 'medium', 'ssrf', ['0', null]],
  ['CVE-2022-24999', 'express', 'high', 'dos', ['0', '4.17.3']],
  ['CVE-2024-29041', 'express', 'medium', 'redirect', ['0', '4.19.2']],
  ['CVE-2024-43796', 'express', 'low', 'xss', ['0', '4.20.0']],
  ['CVE-2017-1000048', 'qs', 'high', 'pollution', ['0', '6.0.4'], ['6.1.0', '6.1.2'], ['6.2.0', '6.2.3'], ['6.3.0', '6.3.2']],
  [
    'CVE-2022-24999',
    'qs',
    'high',
    'dos',
    ['0', '6.2.4'],
    ['6.3.0', '6.3.3'],
    ['6.4.0', '6.4.1'],
    ['6.5.0', '6.5.3'],
    ['6.6.0', '6.6.1'],
    ['6.7.0', '6.7.3'],
    ['6.8.0', '6.8.3'],
    ['6.9.0', '6.9.7'],
    ['6.10.0', '6.10.3'],
  ],
  ['CVE-2024-45590', 'body-parser', 'high', 'dos', ['0', '1.20.3']],
  [
    'CVE-2024-45296',
    'path-to-regexp',
    'high',
    'redos',
    ['0', '0.1.10'],
    ['0.2.0', '1.9.0'],
    ['2.0.0', '3.3.0'],
    ['4.0.0', '6.3.0'],
    ['7.0.0', '8.0.0'],
  ],
  ['CVE-2024-43799', 'send', 'low', 'xss', ['0', '0.19.0']],
  ['CVE-2024-43800', 'serve-static', 'low', 'xss', ['0', '1.16.0']],
  ['CVE-2024-47764', 'cookie', 'low', 'filter', ['0', '0.7.0']],
  ['CVE-2025-25200', 'koa', 'high', 'redos', ['0', '0.21.2'], ['1.0.0', '1.7.1'], ['2.0.0', '2.15.4']],
  ['CVE-2023-25813', 'sequelize', 'critical', 'sql', ['0', '6.19.1']],
  ['CVE-2023-22578', 'sequelize', 'critical', 'filter', ['0', '6.29.0']],
  ['CVE-2019-10752', 'sequelize', 'critical', 'sql', ['4.0.0', '4.44.3'], ['5.0.0', '5.15.1']],
  ['CVE-2024-21508', 'mysql2', 'critical', 'rce', ['0', '3.9.4']],
  ['CVE-2024-21511', 'mysql2', 'critical', 'rce', ['0', '3.9.7']],
  ['CVE-2023-0842', 'xml2js', 'medium', 'pollution', ['0', '0.5.0']],
  ['CVE-2023-26920', 'fast-xml-parser', 'medium', 'pollution', ['0', '4.1.2']],
  ['CVE-2023-34104', 'fast-xml-parser', 'high', 'redos', ['4.1.3', '4.2.4']],
  ['CVE-2024-41818', 'fast-xml-parser', 'high', 'redos', ['4.2.4', '4.4.1']],
  ['CVE-2022-25878', 'protobufjs', 'high', 'pollution', ['6.10.0', '6.10.3'], ['6.11.0', '6.11.3']],
  ['CVE-2023-36665', 'protobufjs', 'critical', 'pollution', ['6.10.0', '6.11.4'], ['7.0.0', '7.2.5']],
  ['CVE-2017-18214', 'moment', 'high', 'redos', ['0', '2.19.3']],
  ['CVE-2022-24785', 'moment', 'high', 'traversal', ['1.0.1', '2.29.2']],
  ['CVE-2022-31129', 'moment', 'high', 'redos', ['2.18.0', '2.29.4']],
  ['CVE-2020-7598', 'minimist', 'medium', 'pollution', ['0', '0.2.1'], ['1.0.0', '1.2.3']],
  ['CVE-2021-44906', 'minimist', 'critical', 'pollution', ['0', '0.2.4'], ['1.0.0', '1.2.6']],
  ['CVE-2021-32640', 'ws', 'medium', 'redos', ['5.0.0', '5.2.3'], ['6.0.0', '6.2.2'], ['7.0.0', '7.4.6']],
  ['CVE-2024-37890', 'ws', 'high', 'dos', ['2.1.0', '5.2.4'], ['6.0.0', '6.2.3'], ['7.0.0', '7.5.10'], ['8.0.0', '8.17.1']],
  ['CVE-2017-15010', 'tough-cookie', 'high', 'redos', ['0', '2.3.3']],
  ['CVE-2023-26136', 'tough-cookie', 'medium', 'pollution', ['0', '4.1.3']],
  ['CVE-2023-32314', 'vm2', 'critical', 'escape', ['0', '3.9.18']],
  ['CVE-2023-37903', 'vm2', 'critical', 'escape', ['0', null]],
  ['CVE-2020-7720', 'node-forge', 'high', 'pollution', ['0', '0.10.0']],
  ['CVE-2022-24771', 'node-forge', 'high', 'signature', ['0', '1.3.0']],
  ['CVE-2022-24772', 'node-forge', 'high', 'signature', ['0', '1.3.0']],
  ['CVE-2023-46233', 'crypto-js', 'critical', 'crypto', ['0', '4.2.0']],
  ['CVE-2020-36732', 'crypto-js', 'medium', 'random', ['0', '3.2.1']],
  ['CVE-2022-29078', 'ejs', 'critical', 'injection', ['0', '3.1.7']],
  ['CVE-2021-23369', 'handlebars', 'critical', 'rce', ['0', '4.7.7']],
  ['CVE-2019-19919', 'handlebars', 'critical', 'pollution', ['0', '3.0.8'], ['4.0.0', '4.3.0']],
  ['CVE-2023-3696', 'mongoose', 'critical', 'pollution', ['0', '5.13.20'], ['6.0.0', '6.11.3'], ['7.0.0', '7.3.4']],
  ['CVE-2022-46175', 'json5', 'high', 'pollution', ['0', '1.0.2'], ['2.0.0', '2.2.2']],
  ['CVE-2022-25883', 'semver', 'medium', 'redos', ['0', '5.7.2'], ['6.0.0', '6.3.1'], ['7.0.0', '7.5.2']],
  ['CVE-2024-4068', 'braces', 'high', 'dos', ['0', '3.0.3']],
  ['CVE-2022-3517', 'minimatch', 'high', 'redos', ['0', '3.0.5']],
  ['CVE-2022-0155', 'follow-redirects', 'medium', 'leak', ['0', '1.14.7']],
  ['CVE-2023-26159', 'follow-redirects', 'medium', 'filter', ['0', '1.15.4']],
  ['CVE-2024-28849', 'follow-redirects', 'medium', 'leak', ['0', '1.15.6']],
  ['CVE-2025-7783', 'form-data', 'critical', 'random', ['0', '2.5.4'], ['3.0.0', '3.0.4'], ['4.0.0', '4.0.4']],
  ['CVE-2022-0235', 'node-fetch', 'high', 'leak', ['0', '2.6.7'], ['3.0.0', '3.1.1']],
  ['CVE-2021-23358', 'underscore', 'high', 'injection', ['1.3.2', '1.12.1']],
  ['CVE-2020-11022', 'jquery', 'medium', 'xss', ['1.2.0', '3.5.0']],
  ['CVE-2020-11023', 'jquery', 'medium', 'xss', ['1.0.3', '3.5.0']],
  ['CVE-2022-21680', 'marked', 'high', 'redos', ['0', '4.0.10']],
  ['CVE-2021-23370', 'swiper', 'critical', 'pollution', ['0', '6.5.1']],
  ['CVE-2020-7788', 'ini', 'high', 'pollution', ['0', '1.3.6']],
  ['CVE-2020-8116', 'dot-prop', 'high', 'pollution', ['0', '4.2.1'], ['5.0.0', '5.1.1']],
  ['CVE-2021-3918', 'json-schema', 'critical', 'pollution', ['0', '0.4.0']],
  ['CVE-2020-7660', 'serialize-javascript', 'high', 'injection', ['0', '3.1.0']],
  ['CVE-2021-23440', 'set-value', 'critical', 'pollution', ['0', '2.0.1'], ['3.0.0', '4.0.1']],
  ['CVE-2022-38900', 'decode-uri-component', 'high', 'dos', ['0', '0.2.1']],
];

const maven: readonly Entry[] = [
  ['CVE-2022-25845', 'com.alibaba:fastjson', 'critical', 'rce', ['0', '1.2.83']],
  ['CVE-2021-44228', 'org.apache.logging.log4j:log4j-core', 'critical', 'rce', ['2.0', '2.15.0']],
  ['CVE-2022-32532', 'org.apache.shiro:shiro-core', 'critical', 'filter', ['0', '1.9.1']],
  ['CVE-2022-22965', 'org.springframework:spring-beans', 'critical', 'rce', ['0', '5.2.20'], ['5.3.0', '5.3.18']],
  ['CVE-2019-17571', 'log4j:log4j', 'critical', 'rce', ['1.2', null]],
];

let index: AdvisoryIndex | undefined;

/** The index of what the product carries, made once. */
export function carriedAdvisories(): AdvisoryIndex {
  index ??= indexAdvisories([
    ...entries.map((entry) => toAdvisory(entry, 'npm')),
    ...maven.map((entry) => toAdvisory(entry, 'Maven')),
  ]);
  return index;
}

function toAdvisory([id, name, severity, kind, ...ranges]: Entry, ecosystem: string): Advisory {
  return {
    id,
    aliases: [id],
    summary: kinds[kind].en,
    summaryZh: kinds[kind].zh,
    severity,
    references: [`https://nvd.nist.gov/vuln/detail/${id}`],
    affected: [
      {
        ecosystem,
        name,
        ranges: ranges.map(([introduced, fixed]) => (fixed === null ? [{ introduced }] : [{ introduced }, { fixed }])),
        versions: [],
      },
    ],
  };
}
