import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createRuleTitles } from '../detect/live/rule-titles.ts';
import { summaryOf, wordsOf } from './words.ts';

const source = resolve(import.meta.dirname, '..');
const rules = resolve(source, '../detections');
const { titleOf } = createRuleTitles(rules);
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** What the sources of the server record: an activity on an entity, and alarms. */
function recorded(): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /test|dying|shipped-cases/.test(file)) continue;
    const text = readFileSync(join(source, file), 'utf8');
    for (const [, activity, entity] of text.matchAll(/activity: '([a-z]+)'(?: as const)?,\s+entity: '([^']+)'/g))
      found.add(`${entity}.${activity}`);
    if (!text.includes('detectionEvent(')) continue;
    for (const [, rule] of text.matchAll(/rule: '([a-z_]+)'/g)) found.add(`alarm.${rule}`);
  }
  return [...found].sort();
}

it('has words in both languages for whatever is recorded', () => {
  const acts = recorded();
  expect(acts.length).toBeGreaterThan(100);
  expect(acts.filter((act) => !isChinese(wordsOf(act, titleOf)[0]) || wordsOf(act, titleOf)[1].includes('_'))).toEqual([]);
  // Where nothing is known the action itself is shown.
  expect(wordsOf('moon.create', titleOf)).toEqual(['moon.create', 'moon.create']);
  expect(wordsOf('alarm.moon', titleOf)).toEqual(['告警：moon', 'alarm: moon']);
});

it('names alerts by their rules', () => {
  expect(wordsOf('alarm.menshen_scanner_user_agent', titleOf)).toEqual([
    '告警：扫描工具的 User-Agent',
    'alarm: A scanner names itself',
  ]);
  expect(wordsOf('alarm.rate_spike', titleOf)[0]).toBe('告警：请求频率骤增');
  expect(createRuleTitles(join(rules, 'missing')).titleOf('menshen_scanner_user_agent')).toBeNull();
});

it('says in a sentence who did what', () => {
  const row = {
    ...{ index: 7, time: 1, classUid: 3004, activityId: 1, severityId: 2, statusId: 1, outcome: 'passed' as const, app: null },
    ...{ route: null, method: null, path: null, status: null, code: null, address: null, requestId: null, latencyMicros: 0 },
    ...{ objectType: null, object: null },
  };
  const said = (action: string, uid: string, statusId = 1) => summaryOf({ ...row, action, uid, statusId }, titleOf);
  expect(said('api_token.delete', 'chen')).toEqual({ zh: 'chen 删除了接口令牌', en: 'chen removed an API token' });
  expect(said('incident.create', 'menshen')).toEqual({ zh: '门神 新建了事件', en: 'Menshen made an incident' });
  expect(said('playbook run.create', 'playbook:insider').zh).toBe('剧本 insider 启动了剧本的一次运行');
  expect(said('policies.update', 'chen', 2)).toEqual({ zh: 'chen 更新了策略（失败）', en: 'chen changed policies (failed)' });
});
