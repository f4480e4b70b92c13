import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { detectionEvent, entityManagementEvent, requestRefusedEvent } from '../../audit/events.ts';
import { alertText, titleOf } from '../alert-text.ts';
import { isAlertOfDetection, watchRules } from './sigma.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const request = (userAgent: string): Record<string, unknown> =>
  JSON.parse(
    requestRefusedEvent({
      ...{ time: 1_794_153_600_000, requestId: 'AAAAAAAAAAAAAAAA', method: 'GET', path: '/.env', address: '203.0.113.9' },
      ...{ code: 'route_undeclared', userAgent },
    }),
  ) as Record<string, unknown>;

it('runs the rules that ship over events of the log', () => {
  const rules = watchRules(resolve(import.meta.dirname, '../../../detections'));
  expect(rules.refused).toBe(0);
  expect(rules.usable).toBeGreaterThan(5);
  expect(rules.take(request('nuclei/3.4.0'), 7)).toContainEqual(
    expect.objectContaining({ rule: 'menshen_scanner_user_agent', severity: 'medium', events: ['7'] }),
  );
  expect(rules.take(request('Mozilla/5.0 MicroMessenger/8.0.50'), 8).map(({ rule }) => rule)).not.toContain(
    'menshen_scanner_user_agent',
  );
});

it('names an alert in the language of its reader', () => {
  const [hit] = watchRules(resolve(import.meta.dirname, '../../../detections')).take(request('nuclei/3.4.0'), 7);
  const facts = {
    ...{ title: String(hit?.title), title_zh: String(hit?.titleZh) },
    ...{ description: String(hit?.description), description_zh: String(hit?.descriptionZh) },
  };
  const rule = String(hit?.rule);
  expect(titleOf(rule, facts).zh).toMatch(/^\p{Script=Han}/u);
  expect(alertText({ rule, facts }, 'zh')).toMatch(/^\p{Script=Han}.*。$/u);
  expect(alertText({ rule, facts }, 'en')).toMatch(/^[A-Z].*\.$/);
  expect(alertText({ rule, facts: { ...facts, value: 5 } }, 'en')).toMatch(/\. Counted by the rule 5\.$/);
  expect(alertText({ rule, facts: { title: 'Env' } }, 'zh')).toBe('Env。');
  expect(alertText({ rule: 'scanner', facts: { missing_paths: 10, tool: true } }, 'zh')).toBe(
    '不存在的路径数 10，使用扫描工具。',
  );
});

it('hears of alarms of the platform, and not of the alerts that rules have made', () => {
  const alarm = (rule: string, detail: Record<string, string>): Record<string, unknown> =>
    JSON.parse(detectionEvent({ time: 1_794_153_600_000, rule, severity: 'high', title: 'x', detail })) as Record<
      string,
      unknown
    >;
  const gap = alarm('outcome_unknown', { entries: '3' });
  const rules = watchRules(resolve(import.meta.dirname, '../../../detections'));
  expect(rules.take(gap, 1).map(({ rule }) => rule)).toEqual(['menshen_audit_gap']);
  expect(isAlertOfDetection(gap)).toBe(false);
  expect(isAlertOfDetection(alarm('menshen_audit_gap', { alert: 'a1' }))).toBe(true);
});

it('knows people whom rules name by uid, also where the log holds their pseudonyms, and says where it cannot', () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-rules-'));
  folders.push(folder);
  const rule = (name: string, search: string): string =>
    `title: ${name}\nname: ${name}\nlogsource: {product: menshen}\ndetection:\n  s: {${search}}\n  condition: s\n`;
  const rules = {
    whole: 'user: [Zhang, li]',
    other: 'user: wang',
    not_him: 'user|neq: zhang, user|exists: true',
    anybody: "user: '*'",
    partly: 'user|startswith: zha',
    pattern: "cs-username|re: '^zh'",
  };
  for (const [name, search] of Object.entries(rules)) writeFileSync(join(folder, `${name}.yml`), rule(name, search));
  const watch = watchRules(folder);
  expect(watch.standing.people.toSorted()).toEqual(['Zhang', 'li', 'wang', 'zhang']);
  expect(watch.standing.partly).toEqual(['partly', 'pattern']);
  const seen = (user: string): string[] =>
    watch
      .take({ ...request('x'), actor: { user: { uid: user } } }, 1)
      .map((hit) => hit.rule)
      .sort();
  expect(seen('~pseudonym')).toEqual(['anybody', 'not_him']);
  watch.name(new Map([['~pseudonym', 'zhang']]));
  // For whom a rule names the rest of the uid is known, too.
  expect(seen('~pseudonym')).toEqual(['anybody', 'partly', 'pattern', 'whole']);
  expect(seen('~other')).toEqual(['anybody', 'not_him']);
});

it('reads hours by the clock of the company', () => {
  const rules = watchRules(resolve(import.meta.dirname, '../../../detections'));
  const toldAt = (iso: string): boolean => {
    const change = { activity: 'update', entity: 'policies', by: 'chen', detail: {} } as const;
    const event = JSON.parse(entityManagementEvent({ ...change, time: Date.parse(iso) })) as Record<string, unknown>;
    return rules.take(event, 1).some(({ rule }) => rule === 'menshen_administration_at_night');
  };
  expect([toldAt('2026-11-26T17:30:00Z'), toldAt('2026-11-27T00:30:00Z')]).toEqual([true, false]);
  rules.keepTime('Europe/London');
  expect([toldAt('2026-11-26T17:30:00Z'), toldAt('2026-11-27T00:30:00Z')]).toEqual([false, true]);
  // Half past five in summer time.
  expect([toldAt('2026-07-01T04:30:00Z'), toldAt('2026-07-01T05:30:00Z')]).toEqual([true, false]);
});

it('leaves out a file that is no rule, and keeps the others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-rules-'));
  folders.push(folder);
  writeFileSync(join(folder, 'broken.yml'), 'title: [');
  writeFileSync(
    join(folder, 'good.yml'),
    'title: Env\nname: env_file\nlogsource: {category: webserver}\ndetection:\n  sel: {cs-uri-stem: /.env}\n  condition: sel\nlevel: critical\n',
  );
  const rules = watchRules(folder);
  expect(rules).toMatchObject({ usable: 1, refused: 1 });
  expect(rules.take(request('x'), 3)).toEqual([
    {
      rule: 'env_file',
      aboutCampaign: false,
      elsewhere: 0,
      title: 'Env',
      titleZh: null,
      description: null,
      descriptionZh: null,
      severity: 'critical',
      group: '',
      events: ['3'],
      value: null,
    },
  ]);
});
