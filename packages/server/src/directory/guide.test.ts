import { readFileSync } from 'node:fs';
import { loadPolicies } from '@menshen/policy';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { readCsvFiles } from './csv/read-files.ts';

const guide = readFileSync(new URL('../../../../docs/guides/people-and-departments.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

it('the configuration of the guide is one', () => {
  const [text = ''] = blocks('yaml');
  const result = parseConfig(text, '/etc/menshen/menshen.yaml', { env: { LDAP_SECRET: 'x' }, readFile: () => '' });
  expect(result).toMatchObject({
    ok: true,
    config: { directory: { ldap: [{ id: 'corp-ad', tls: 'ldaps' }], scim: { enabled: true } } },
  });
});

it('its files can be read', () => {
  const [people = '', departments = ''] = blocks('csv');
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const reading = readCsvFiles({ people: bytes(people), departments: bytes(departments), encoding: 'auto' }, new Map());
  expect(reading.problems).toEqual([]);
  expect(reading.image.people.map((person) => person.departments)).toEqual([['partners.east', 'partners'], ['partners.east']]);
});

it('its policy fits its schema', () => {
  const [schema = ''] = blocks('cedarschema');
  const [policy = ''] = blocks('cedar');
  const loaded = loadPolicies({
    schema: { name: 'schema.cedarschema', text: schema },
    files: [{ name: 'leave.cedar', text: policy }],
  });
  expect(loaded.ok ? [] : loaded.problems).toEqual([]);
});
