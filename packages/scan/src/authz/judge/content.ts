import type { ScanContext } from '../../detector.ts';
import { walk } from '../../parse/walk.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { constantText } from '../machine/invoke.ts';
import type { Access, Trace } from '../machine/trace.ts';
import { has, origin, type Value } from '../machine/value.ts';
import { tableKind } from '../names.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOf } from './locate.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

const checkName = /(msg|img|text|content)_?sec_?check|mediaCheckAsync|(check|audit|scan)(Text|Content|Msg|Sensitive)/i;

function checks(trace: Trace, label: string | undefined): boolean {
  if ([...trace.called].some((name) => checkName.test(name)) && label === undefined) return true;
  return trace.effects.some(
    (effect) =>
      (label === undefined || effect.branch === undefined || effect.branch.label === label) &&
      (checkName.test(effect.name) || /wxa\/(msg|img)_sec_check/.test(constantText(effect.args))),
  );
}

/** Content that users write for others, in a project that checks content only when the client asks for it. */
export function judgeContentChecks(traces: readonly Trace[], collect: Collect): void {
  if (!traces.some((trace) => checks(trace, undefined))) return;
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    for (const access of trace.accesses) {
      if (access.operation !== 'create' || tableKind(access.table) !== 'authored' || !writesText(access)) continue;
      if (checks(trace, access.branch?.label) || guardFacts(access).role) continue;
      const spot = spotOf(access, access.place);
      collect({
        rule: 'MP-CNT-001',
        key: `MP-CNT-001|${frameKey(spot.frame)}|${access.branch?.label ?? ''}`,
        place: spot.place,
        message: {
          zh: `${access.table} 的内容写入前没有做内容安全检测，检测只是客户端可以跳过的另一个操作`,
          en: `The content of ${access.table} is not checked before it is written: the check is another operation, which a client can leave out`,
        },
        steps: [entryStep(trace.entry), accessStep(access)],
        confidence: 'medium',
      });
    }
  }
}

const textName = /^(content|text|title|body|desc|description|comment|message|remark)$/i;

function writesText(access: Access): boolean {
  const data = access.data;
  if (!data) return false;
  const chosen = (value: Value | undefined): boolean => value !== undefined && has(value, origin.client);
  if (!data.shape) return chosen(data);
  return [...data.shape.props].some(([name, value]) => textName.test(name) && chosen(value)) || chosen(data.shape.rest);
}

/** `createDecipheriv` over WeChat's encrypted data in a file that never looks at the watermark. */
export function judgeWatermarks(context: ScanContext, files: readonly SourceFile[], collect: Collect): void {
  for (const file of files) {
    if (!/createDecipheriv/.test(file.text) || !/session_?key/i.test(file.text) || !/encryptedData|encrypted/i.test(file.text))
      continue;
    if (/watermark/i.test(file.text)) continue;
    for (const script of context.scripts(file)) {
      walk(script.program, (node) => {
        if (
          node.type !== 'CallExpression' ||
          node.callee.type !== 'MemberExpression' ||
          node.callee.property.type !== 'Identifier'
        )
          return;
        if (node.callee.property.name !== 'createDecipheriv') return;
        const place = { file: file.path, start: node.start, end: node.end };
        collect({
          rule: 'MP-CNT-002',
          key: `MP-CNT-002|${file.path}`,
          place,
          message: {
            zh: '用 session_key 解密后没有核对 watermark.appid',
            en: 'After decryption with the session key, watermark.appid is not compared',
          },
          steps: [stepAt(place, '在这里解密', 'Decrypted here')],
        });
      });
    }
  }
}
