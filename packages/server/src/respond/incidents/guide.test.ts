import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callIncident, incidentApi } from '@menshen/contract';
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { dutyRules } from '../duties/rules.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/guides/incidents.md'), 'utf8');

it('the guide to incidents shows a configuration and a call that work, and the deadlines of the rules', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const read = parseConfig(yaml, '/etc/menshen.yaml', { env: {}, readFile: () => '' });
  expect(read.ok ? [] : read.problems).toEqual([]);
  const [, body = '{}'] = /-d '(\{.*\})'/.exec(guide) ?? [];
  expect(callIncident.body?.safeParse(JSON.parse(body)).success).toBe(true);
  for (const sign of incidentApi.incidentSigns) expect(guide).toContain(`\`${sign}\``);
  const hours = (id: string): number => (dutyRules.find((rule) => rule.id === id)?.deadlineMinutes ?? 0) / 60;
  expect(guide).toContain(
    `CII ${hours('report_cii')} h · state organs ${hours('report_organ')} h · others ${hours('report_other')} h`,
  );
  expect(guide).toContain(`${hours('report_summary') / 24} days after the handling`);
  expect(guide).toContain(`${hours('data_flaw')} h · at once`);
});
