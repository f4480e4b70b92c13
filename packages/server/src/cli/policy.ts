import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppConfig } from '@menshen/contract';
import { type CedarRecord, cedarRecordFromJson, entityKey } from '@menshen/policy';
import * as z from 'zod';
import { loadConfig } from '../config/load.ts';
import { loadPolicyFolder } from '../config/policies.ts';
import { type Command, textOption, UsageError } from './command.ts';
import { explanationLines } from './explanation-lines.ts';
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

const configHelp = {
  zh: '配置文件：策略目录取自其中的 policies；目录中没有 schema.cedarschema 时，模式由其中的路由生成',
  en: 'configuration that names the policy folder; its routes give the schema where the folder has no schema.cedarschema',
};

/** No policy rests on a secret, and a pipeline that checks them has none: for a variable that is not set stands a text of the length that keys have. */
const stoodIn = new Proxy<Readonly<Record<string, string | undefined>>>(process.env, {
  get: (env, name) => (typeof name === 'string' ? (env[name] ?? 'A'.repeat(43)) : undefined),
});

/** The apps of a configuration file and the policy folder that it names; nothing without a file. */
function configured(file: string | undefined): { readonly apps: readonly AppConfig[]; readonly folder: string | undefined } {
  if (file === undefined) return { apps: [], folder: undefined };
  const given = loadConfig(file);
  const loaded = given.ok ? given : loadConfig(file, { env: stoodIn, readFile: (path) => readFileSync(path, 'utf8') });
  if (loaded.ok) {
    const { apps, policies } = loaded.config;
    return { apps, folder: policies === undefined ? undefined : resolve(loaded.folder, policies) };
  }
  // What is wrong with the file itself, not with the stand-ins.
  const problems = given.ok ? [] : given.problems;
  throw new UsageError({ zh: problemLines(file, problems, 'zh'), en: problemLines(file, problems, 'en') });
}

export const policyCheck: Command = {
  name: 'policy check',
  usage: '[DIR]',
  summary: { zh: '按模式检查策略', en: 'Validate policies against the schema' },
  options: { config: { type: 'string', short: 'c' }, json: { type: 'boolean' } },
  optionHelp: { config: configHelp, json: { zh: '以 JSON 输出', en: 'print JSON' } },
  examples: ['menshen policy check -c menshen.yaml', 'menshen policy check ./policies'],
  async run({ values, positionals, terminal }) {
    const config = configured(textOption(values, 'config'));
    const folder = positionals[0] ?? config.folder;
    if (folder === undefined)
      throw new UsageError({
        zh: '请给出策略目录，或用 -c 给出写有 policies 的配置文件。',
        en: 'Name the policy folder, or with -c a configuration that has policies.',
      });
    const loaded = loadPolicyFolder(folder, config.apps);
    const problems = loaded.ok ? [] : loaded.problems;
    const warnings = loaded.ok ? loaded.warnings : [];
    if (values['json'] === true) terminal.out(JSON.stringify({ ok: loaded.ok, problems, warnings }));
    else if (loaded.ok) {
      terminal.out(terminal.language === 'zh' ? '策略有效。' : 'The policies are valid.');
      if (warnings.length > 0) terminal.err(problemLines(folder, warnings, terminal.language));
    } else terminal.err(problemLines(folder, problems, terminal.language));
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
    config: { type: 'string', short: 'c' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    principal: { zh: '主体，如 Menshen::User::"zhangsan"', en: 'principal, such as Menshen::User::"zhangsan"' },
    action: { zh: '动作，如 Menshen::Action::"portal.me.read"', en: 'action, such as Menshen::Action::"portal.me.read"' },
    resource: { zh: '资源', en: 'resource' },
    context: { zh: '上下文（JSON 对象）', en: 'context, a JSON object' },
    entities: { zh: '实体文件：[{uid, attrs, ancestors}]', en: 'file of entities: [{uid, attrs, ancestors}]' },
    config: configHelp,
    json: { zh: '以 JSON 输出', en: 'print JSON' },
  },
  examples: [
    `menshen policy explain --principal 'Menshen::User::"zhangsan"' --action 'Menshen::Action::"portal.me.read"' --resource 'Menshen::App::"portal"' ./policies`,
  ],
  async run({ values, positionals, terminal }) {
    const config = configured(textOption(values, 'config'));
    const folder = positionals[0] ?? config.folder ?? 'policies';
    const loaded = loadPolicyFolder(folder, config.apps);
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
          attrs: cedarRecordFromJson(entity.attrs),
          ancestors: new Set(entity.ancestors.map((above) => entityKey(above.type, above.id))),
        },
      ]),
    );
    const explanation = loaded.policies.explain(request, { get: (type, id) => known.get(entityKey(type, id)) });
    const { decision } = explanation;
    if (values['json'] === true) terminal.out(JSON.stringify({ ...decision, policies: explanation.policies }));
    else for (const line of explanationLines(explanation, terminal.language)) terminal.out(line);
    return decision.allow ? 0 : 1;
  },
};

function contextOf(text: string | undefined): CedarRecord {
  if (text === undefined) return {};
  try {
    return cedarRecordFromJson(JSON.parse(text));
  } catch {
    throw new UsageError({ zh: '--context 应为 JSON 对象。', en: '--context must be a JSON object.' });
  }
}
