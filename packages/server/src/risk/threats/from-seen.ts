import { appId } from '../assets/from-seen.ts';
import type { Signal } from '../model.ts';
import type { Seen } from '../seen.ts';

/** Words and page of a kind of sign. */
const kinds: Readonly<Record<string, readonly [zh: string, en: string, path: (rest: string) => string]>> = {
  attack: ['拦截或记录的攻击请求', 'requests with attacks', (rest) => `/inspection?class=${rest}`],
  alert: ['检测告警', 'alerts', () => '/alerts'],
  refused: ['被拒绝的请求', 'refused requests', (rest) => `/traffic?outcome=refused&code=${rest}&range=30d`],
  login: ['失败的登录', 'failed logins', () => '/traffic?outcome=refused&range=30d'],
  guard: ['越界的活动请求', 'requests outside a campaign’s bounds', () => '/campaigns'],
  release: ['线上代码被改动', 'changes of deployed code', () => '/releases'],
};

/** Signs that were seen within 30 days; the id says what and which: `attack:sqli`, `alert:mass_export`, `refused:rate_limited`. */
export function signalsOf({ counts, deployments }: Pick<Seen, 'counts' | 'deployments'>): readonly Signal[] {
  const drifted = deployments.filter(({ ok }) => !ok);
  const all = [...counts, ...drifted.map(({ app, heard }) => ({ id: 'release:drift', app, count: 1, last: heard }))];
  return all.map(({ id, app, count, last }) => {
    const [kind = '', rest = ''] = id.split(':');
    const [zh, en, path] = kinds[kind] ?? [kind, kind, () => '/audit'];
    return {
      ...{ id, count, asset: app === null ? null : appId(app) },
      evidence: {
        text: { zh: `近 30 天 ${count} 次${zh}（${rest}）`, en: `${en} in 30 days: ${count} (${rest})` },
        at: last,
        path: path(rest),
      },
    };
  });
}
