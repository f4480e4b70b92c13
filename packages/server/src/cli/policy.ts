import { readFileSync } from 'node:fs';
import { type CedarValue, entityKey } from '@menshen/policy';
import * as z from 'zod';
import { loadPolicyFolder } from '../config/policies.ts';
import { type Command, textOption, UsageError } from './command.ts';
import { problemLines } from './problem-lines.ts';

const uidText = /^([A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*)::"([^"]{0,200})"$/;

function entityUid(text: string, option: string): { type: string; id: string } {
  const match = uidText.exec(text);
  if (match === null)
    throw new UsageError({
      zh: `--${option} 应形如 Menshen::User::"zhangsan"。`,
      en: `--${option} must look like Menshen::User::"zhangsan".`,
    });
  return { type: match[1] ?? '', id: match[2] ?? '' };
}

const entityFile = z.array(
  z.strictObject({
    uid: z.strictObject({ type: z.string(), id: z.string() }),
    attrs: z.record(z.string(), z.unknown()).default({}),
    ancestors: z.array(z.strictObject({ type: z.string(), id: z.string() })).default([]),
  }),
);

export const policyCheck: Command = {
  name: 'policy check',
  usage: 'DIR',
  summary: { zh: '按模式检查策略', en: 'Validate policies against the schema' },
  options: { json: { type: 'boolean' } },
  optionHelp: { json: { zh: '以 JSON 输出', en: 'print JSON' } },
  examples: ['menshen policy check ./policies'],
  async run({ values, positionals, terminal }) {
    const folder = positionals[0];
    if (folder === undefined) throw new UsageError({ zh: '请给出策略目录。', en: 'Name the policy folder.' });
    const loaded = loadPolicyFolder(folder);
    const problems = loaded.ok ? [] : loaded.problems;
    if (values['json'] === true) terminal.out(JSON.stringify({ ok: loaded.ok, problems }));
    else if (loaded.ok) terminal.out(terminal.language === 'zh' ? '策略有效。' : 'The policies are valid.');
    else terminal.err(problemLines(folder, problems, terminal.language));
    return loaded.ok ? 0 : 1;
  },
};

export const policyExplain: Command = {
  name: 'policy explain',
  usage: '--principal U --action A --resource R [--context JSON] [--entities FILE] [DIR]',
  summary: { zh: '判定一次访问，并指出起决定作用的策略', en: 'Decide one access and name the policies that decided' },
  options: {
    principal: { type: 'string' },
    action: { type: 'string' },
    resource: { type: 'string' },
    context: { type: 'string' },
    entities: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    principal: { zh: '主体，如 Menshen::User::"zhangsan"', en: 'principal, such as Menshen::User::"zhangsan"' },
    action: { zh: '动作，如 Menshen::Action::"portal.me.read"', en: 'action, such as Menshen::Action::"portal.me.read"' },
    resource: { zh: '资源', en: 'resource' },
    context: { zh: '上下文（JSON 对象）', en: 'context, a JSON object' },
    entities: { zh: '实体文件：[{uid, attrs, ancestors}]', en: 'file of entities: [{uid, attrs, ancestors}]' },
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: [
    `menshen policy explain --principal 'Menshen::User::"zhangsan"' --action 'Menshen::Action::"portal.me.read"' --resource 'Menshen::App::"portal"' ./policies`,
  ],
  async run({ values, positionals, terminal }) {
    const folder = positionals[0] ?? 'policies';
    const loaded = loadPolicyFolder(folder);
    if (!loaded.ok) {
      terminal.err(problemLines(folder, loaded.problems, terminal.language));
      return 2;
    }
    const required = (name: string): { type: string; id: string } => entityUid(textOption(values, name) ?? '', name);
    const request = {
      principal: required('principal'),
      action: required('action'),
      resource: required('resource'),
      context: contextOf(textOption(values, 'context')),
    };
    const file = textOption(values, 'entities');
    const known = new Map(
      (file === undefined ? [] : entityFile.parse(JSON.parse(readFileSync(file, 'utf8')))).map((entity) => [
        entityKey(entity.uid.type, entity.uid.id),
        {
          ...entity.uid,
          attrs: entity.attrs as Record<string, CedarValue>,
          ancestors: new Set(entity.ancestors.map((above) => entityKey(above.type, above.id))),
        },
      ]),
    );
    const decision = loaded.policies.decideStrict(request, { get: (type, id) => known.get(entityKey(type, id)) });
    if (values['json'] === true) terminal.out(JSON.stringify(decision));
    else {
      const zh = terminal.language === 'zh';
      terminal.out(decision.allow ? (zh ? '允许' : 'allowed') : zh ? '拒绝' : 'refused');
      terminal.out(
        `${zh ? '决定策略' : 'decided by'}: ${decision.determining.length === 0 ? (zh ? '没有策略允许（默认拒绝）' : 'no policy permits (deny by default)') : decision.determining.join(', ')}`,
      );
      for (const error of decision.errors) terminal.out(`${zh ? '求值错误' : 'evaluation error'}: ${error.policy}`);
    }
    return decision.allow ? 0 : 1;
  },
};

function contextOf(text: string | undefined): Record<string, CedarValue> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, CedarValue>;
  } catch {
    // Falls through to the usage error.
  }
  throw new UsageError({ zh: '--context 应为 JSON 对象。', en: '--context must be a JSON object.' });
}
