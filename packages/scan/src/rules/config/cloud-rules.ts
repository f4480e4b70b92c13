import type { Detector, ScanContext } from '../../detector.ts';
import { type JsonNode, jsonAt } from '../../parse/json.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { severityAt } from '../secrets/severity.ts';

const ruleFile =
  /(?:rules?|security|permissions?|acl)[\w.-]*\.json$|(?:^|\/)(?:database|storage|db)[\w.-]*\.json$|(?:^|\/)cloudbaserc\.json$/i;
/** Table schemas of uniCloud, whose `permission` the client's requests are held against. */
const schemaFile = /(?:^|\/)database\/(?:[\w.-]+\/)*[\w.-]+\.schema\.json$/;
const operations = new Set(['read', 'write', 'create', 'update', 'delete', 'get', 'list']);
const writes = new Set(['write', 'create', 'update', 'delete']);
/** Tables that everybody's pages may show hold no more than this of somebody. */
const personalTable = /user|order|address|member|pay|coupon|chat|account|customer|phone/i;
const userData = /user|order|address|member|profile|pay|coupon|message|chat|account|customer|phone|comment|record/i;

/** Security rules of the cloud database and storage that hold for everybody. */
export const cloudRules: Detector = {
  id: 'config/cloud-rules',
  rules: ['MP-CLD-009'],
  run(context) {
    for (const file of context.project.files) {
      if (file.language !== 'json' || file.marks.has('vendored')) continue;
      const isSchema = schemaFile.test(file.path);
      if (!isSchema && !ruleFile.test(file.path)) continue;
      const root = context.json(file)?.root;
      if (root === undefined) continue;
      if (isSchema) readSchema(context, file, jsonAt(root, 'permission'));
      else search(context, file, root, file.path, 0);
    }
  },
};

/**
 * `permission` of a uniCloud schema: `true` holds for everybody, signed in or not. To add rows one only has to be signed in; to change or
 * delete them is the business of whom they belong to. Permissions of single columns open nothing that the table keeps shut.
 */
function readSchema(context: ScanContext, file: SourceFile, permission: JsonNode | undefined): void {
  if (permission?.kind !== 'object') return;
  for (const { key, keyStart, value } of permission.members) {
    if (value.kind !== 'scalar' || !operations.has(key)) continue;
    const open = value.value === true || value.value === 'true';
    const anyUser = typeof value.value === 'string' && /^\s*auth(?:\.uid)?\s*!==?\s*null\s*$/.test(value.value);
    if (writes.has(key) ? open || (anyUser && key !== 'create') : open && personalTable.test(file.path.split('/').at(-1) ?? ''))
      report(context, file, key, keyStart, value.end);
  }
}

/** Objects whose members are all operations are rules; others are looked into, with their name. */
function search(context: ScanContext, file: SourceFile, node: JsonNode, name: string, depth: number): void {
  if (depth > 8) return;
  if (node.kind === 'array') {
    for (const item of node.items) search(context, file, item, name, depth + 1);
    return;
  }
  if (node.kind !== 'object') return;
  const isRule = node.members.length > 0 && node.members.every(({ key }) => operations.has(key));
  for (const { key, keyStart, value } of node.members) {
    if (!isRule) {
      search(context, file, value, `${name}/${key}`, depth + 1);
      continue;
    }
    const open = value.kind === 'scalar' && (value.value === true || value.value === 'true');
    const anyUser =
      value.kind === 'scalar' && typeof value.value === 'string' && /^\s*auth(?:\.openid)?\s*!=\s*null\s*$/.test(value.value);
    if (!(writes.has(key) ? open || anyUser : open && userData.test(name))) continue;
    report(context, file, key, keyStart, value.end);
  }
}

function report(context: ScanContext, file: SourceFile, operation: string, start: number, end: number): void {
  context.report({
    rule: 'MP-CLD-009',
    file: file.path,
    start,
    end,
    message: writes.has(operation)
      ? { zh: '安全规则允许任何人写入或删除任意文档', en: 'The security rule lets anybody write or delete any document' }
      : { zh: '安全规则允许任何人读取用户数据', en: 'The security rule lets anybody read users’ data' },
    severity: severityAt(file, writes.has(operation) ? 'high' : 'medium'),
  });
}
