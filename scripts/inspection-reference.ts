import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttackClass, attackClasses, blockAt, detectors, type FeatureFacts, fileFeatures } from '@menshen/inspect';

/** Where the generated page stands. */
export const inspectionReferenceFile: string = join(import.meta.dirname, '..', 'docs', 'reference', 'inspection.md');

const names: Readonly<Record<AttackClass, readonly [string, string]>> = {
  sqli: ['SQL 注入', 'SQL injection'],
  xss: ['跨站脚本', 'Cross-site scripting'],
  rce: ['系统命令注入', 'System command injection'],
  lfi: ['路径穿越与本地文件包含', 'Path traversal and local file inclusion'],
  rfi: ['远程文件包含', 'Remote file inclusion'],
  ssrf: ['服务端请求伪造', 'Server-side request forgery'],
  nosqli: ['NoSQL 注入', 'NoSQL injection'],
  ssti: ['模板与表达式注入', 'Template and expression injection'],
  xxe: ['XML 外部实体', 'XML external entities'],
  ldap: ['LDAP 注入', 'LDAP injection'],
  xpath: ['XPath 注入', 'XPath injection'],
  crlf: ['换行注入', 'CRLF injection'],
  ssi: ['服务端包含', 'Server-side includes'],
  prototype_pollution: ['原型污染', 'Prototype pollution'],
  deserialisation: ['反序列化', 'Deserialisation'],
  php: ['PHP 代码', 'PHP code'],
  java: ['Java 代码', 'Java code'],
  nodejs: ['Node.js 代码', 'Node.js code'],
  scanner: ['扫描器痕迹', 'Signs of scanners'],
  upload: ['危险文件', 'Dangerous files'],
};

/** `docs/reference/inspection.md`: every class of attack and every feature that speaks for it, with its points, heaviest first. */
export function inspectionReference(): string {
  const features = detectors.flatMap((detector) => Object.entries(detector.features));
  const sections = attackClasses.flatMap((kind) => {
    if (kind === 'upload') return fileSection();
    const rows = features.filter(([, facts]) => facts.class === kind).sort(byWeight);
    const [zh, en] = names[kind];
    return [
      `## \`${kind}\` ${zh} / ${en}`,
      '',
      '| Feature | Points | 中文 | English |',
      '| --- | --- | --- | --- |',
      ...rows.map(
        ([name, { weight, zh: chinese, en: english }]) => `| \`${name}\` | ${weight} | ${cell(chinese)} | ${cell(english)} |`,
      ),
      '',
    ];
  });
  return `${[
    '# 请求检查 / Request inspection',
    '',
    '本页由各检测器的特征说明生成，请勿手改：`node scripts/inspection-reference.ts`。',
    '',
    `每个值（查询参数、请求体的每个字段与字段名、路径、请求头、Cookie、文件名）连同其解码后的写法一起检查。某一类攻击的特征分值之和达到 ${blockAt} 即拦截；评分 0 到 100 由此换算，50 为拦截线。例外按“特征”一列的名称登记。除下列各类外，类别 \`protocol\` 表示请求的写法有歧义（特征为其错误码），或检查预算用尽（\`inspection_budget\`）。`,
    '',
    'Generated from the facts beside each detector by `node scripts/inspection-reference.ts`; do not edit.',
    '',
    `Each value (query parameters, fields of the body and their names, the path, headers, cookies, file names) is read as it stands and decoded. A class whose features in one value add up to ${blockAt} points blocks the request; the score of 0 to 100 follows from that, with 50 as the line. Exceptions name a feature. Besides the classes below there is \`protocol\`: a request that can be read in more than one way (its feature is the error code), or one whose inspection budget was spent (\`inspection_budget\`).`,
    '',
    '离线检查：`menshen inspect --jsonl FILE`（`-` 为标准输入）。每行一个请求 `{id, method, path, headers, body}`（非文本的请求体用 `body_b64`），按原顺序每行输出 `{id, action, score, findings}`；`--json` 加上分值与说明。请求体中的文件一并读取；`--file FILE` 像上传的文件一样检查单个文件。退出码：0 全部通过，1 有拦截，2 有不是请求的行（在标准错误中逐行说明）或用法不对。',
    '',
    'Offline: `menshen inspect --jsonl FILE` (`-` for standard input) reads a request a line, `{id, method, path, headers, body}` (`body_b64` where the body is no text), and answers a line each in the same order, `{id, action, score, findings}`; `--json` adds points and sentences. Files in a body are read too; `--file FILE` reads a file as one that was uploaded. Exit code: 0 all pass, 1 something is blocked, 2 a line is no request (named on standard error) or the command is used wrongly.',
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()}\n`;
}

/** What the reading of files reports: by kind, with what is done where a route says nothing. */
function fileSection(): readonly string[] {
  const [zh, en] = names.upload;
  return [
    `## \`upload\` ${zh} / ${en}`,
    '',
    '上传文件的内容。接口的 `uploads.content` 按种类（“Kind”一列）设定 `refuse`、`note` 或 `allow`；没有设定时按“Default”一列。拒绝时错误码为 `upload_content_refused`。例外按特征名称登记，位置为 `file` 与文件字段名。',
    '',
    'The content of uploaded files. `uploads.content` of a route sets `refuse`, `note` or `allow` by kind; where it is silent, the default stands. A refusal has the code `upload_content_refused`. Exceptions name a feature, the place `file` and the name of the field.',
    '',
    '| Feature | Kind | Default | 中文 | English |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(fileFeatures).map(
      ([name, { kind, action, zh: chinese, en: english }]) =>
        `| \`${name}\` | \`${kind}\` | ${action} | ${cell(chinese)} | ${cell(english)} |`,
    ),
    '',
  ];
}

function byWeight([a, left]: [string, FeatureFacts], [b, right]: [string, FeatureFacts]): number {
  return right.weight - left.weight || (a < b ? -1 : 1);
}

/** A bar would end the cell of a Markdown table, and an angle bracket would begin HTML. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

if (import.meta.main) writeFileSync(inspectionReferenceFile, inspectionReference());
