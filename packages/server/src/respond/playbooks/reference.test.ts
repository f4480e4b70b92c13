import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureWords } from '@menshen/contract';
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { actionNames, openC2Verbs, specOf } from './actions/catalogue.ts';
import { functionArity } from './expression/model.ts';
import { parsePlaybook } from './format/parse.ts';
import { alertFields, findingFields, personFields, runFields } from './format/scope.ts';
import { readLibrary } from './library.ts';

const docs = join(import.meta.dirname, '../../../../../docs');
const reference = readFileSync(join(docs, 'reference/playbooks.md'), 'utf8');
const guide = readFileSync(join(docs, 'guides/playbooks.md'), 'utf8');

/** The line of an action in the reference. */
const lineOf = (name: (typeof actionNames)[number]): string => {
  const { parameters, outputs, oneOf, summary, measure } = specOf(name);
  const shown = Object.entries(parameters)
    .filter(([parameter]) => measure === null || (parameter !== 'for' && parameter !== 'incident'))
    .map(([parameter, { type, required }]) => `\`${parameter}\`${required === true ? '*' : ''} ${type}`);
  const one = oneOf === undefined ? '' : '（恰好一个 / exactly one）';
  return `| \`${name}\` | ${shown.join(', ')}${one} | ${outputs.map((output) => `\`${output}\``).join(' ')} | ${summary.zh} / ${summary.en} |`;
};

it('the reference has every action, function and name', () => {
  const missing = actionNames.map(lineOf).filter((line) => !reference.includes(line));
  expect(missing).toEqual([]);
  for (const name of [
    ...Object.keys(functionArity).map((one) => `${one}(`),
    ...alertFields,
    ...findingFields,
    ...personFields,
    ...runFields,
  ])
    expect(reference).toContain(`\`${name}`);
});

it('names measures as containment does, in verbs of OpenC2', () => {
  for (const name of actionNames) {
    const { verb, target, measure } = specOf(name);
    expect(name).toBe(`${verb} ${target}`.replace('app version', 'app version'));
    expect(openC2Verbs).toContain(verb);
    if (measure !== null) expect(name).toBe(`${measureWords[measure].verb} ${measureWords[measure].object}`);
  }
  const kinds = actionNames.flatMap((name) => specOf(name).measure ?? []);
  expect([...kinds].sort()).toEqual(Object.keys(measureWords).sort());
});

it('the guide names what ships, and shows a configuration and a playbook that work', () => {
  for (const id of readLibrary(null).entries.keys()) expect(guide).toContain(`\`${id}\``);
  const [config = '', playbook = ''] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml);
  const read = parseConfig(config, '/etc/menshen.yaml', { env: {}, readFile: () => '' });
  expect(read.ok && read.config.playbooks).toBe('./playbooks');
  expect(parsePlaybook(playbook).problems).toBeUndefined();
});
