import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const id = (letter: string): string => `n_${letter.repeat(22)}`;
const delivery = (channel: string, change: Partial<contract.NoticeView['deliveries'][number]>) => ({
  ...{ channel, reason: 'route' as const, state: 'sent' as const, attempts: 1, due: now, sent: now - minute, problem: null },
  ...change,
});

const coupon: contract.NoticeView = {
  ...{ id: id('a'), kind: 'alert', severity: 'critical', app: 'coupon' },
  title: { zh: '活动“双十一”的优惠券金额被篡改', en: 'Amounts of the campaign "Double Eleven" were tampered with' },
  happened: {
    zh: '业务后端发出了 12 张金额为 888.00 元的优惠券，声明的上限是 20.00 元。',
    en: 'The backend issued 12 coupons of ¥888.00; the declared limit is ¥20.00.',
  },
  done: { zh: '网关已停止该活动，这些券不能兑换。', en: 'The gateway stopped the campaign; none of them can be redeemed.' },
  asked: { zh: '核对后端代码是否被改动，再恢复活动。', en: 'Look whether the code of the backend was changed, then resume.' },
  ...{ path: '/campaigns/coupon/double-eleven', created: now - 4 * minute, count: 12, last: now - minute },
  ...{ acknowledged: null, acknowledgedBy: null },
  deliveries: [
    delivery('soc-robot', {}),
    delivery('soc-mail', { state: 'waiting', attempts: 2, sent: null, problem: 'unreachable', due: now + minute }),
    delivery('duty-phone', { reason: 'escalation', state: 'waiting', attempts: 0, sent: null, due: now + 11 * minute }),
  ],
};

const seen: contract.NoticeView = {
  ...{ id: id('b'), kind: 'health', severity: 'high', app: null },
  title: { zh: '密钥已使用 401 天', en: 'A key is 401 days old' },
  ...{
    happened: { zh: '应用 coupon 的数据密钥该轮换了。', en: 'The data key of coupon is due for rotation.' },
    done: null,
    asked: null,
  },
  ...{ path: '/keys', created: now - 300 * minute, count: 1, last: now - 300 * minute },
  ...{ acknowledged: now - 280 * minute, acknowledgedBy: 'security' },
  deliveries: [delivery('soc-robot', { sent: now - 300 * minute }), delivery('duty-phone', { state: 'cancelled', sent: null })],
};

/** Notices: one that nobody has seen yet, and one that somebody has. */
export function noticeHandlers(world: () => World): readonly FakeHandler[] {
  const acknowledged = new Set<string>();
  return [
    bind(contract.listNotices, ({ query }) => {
      if (world().company.people.length === 0) return { notices: [], channels: [] };
      const all = [coupon, seen].map((one) =>
        acknowledged.has(one.id) ? { ...one, acknowledged: now, acknowledgedBy: 'security' } : one,
      );
      return {
        notices: query.open === 'true' ? all.filter((one) => one.acknowledged === null) : all,
        channels: [
          { id: 'soc-robot', kind: 'wecomRobot' as const, sent: 14, failed: 0, lastSent: now - minute },
          { id: 'soc-mail', kind: 'mail' as const, sent: 11, failed: 2, lastSent: now - 90 * minute },
          { id: 'duty-phone', kind: 'sms' as const, sent: 0, failed: 0, lastSent: null },
        ],
      };
    }),
    bind(contract.acknowledgeNotice, ({ params }) => {
      acknowledged.add(params.id);
      return { ok: true as const };
    }),
    bind(contract.testNotifyChannel, ({ params }) => ({ problem: params.id === 'soc-mail' ? ('unreachable' as const) : null })),
  ];
}
