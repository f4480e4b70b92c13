import { clientEndpoints } from '@menshen/wire';
import { leaverRecord } from '../stories/leaver.ts';
import type { Visitor } from './crowd.ts';
import { textField } from './http.ts';
import { handIn, receipt } from './papers.ts';
import type { Stage } from './stage.ts';

export type Scene = (stage: Stage) => Promise<void>;

const shops = ['SH001', 'SH002', 'HZ001', 'GZ001', 'SZ001'];
const bios = ['喜欢爬山和摄影。', '最近在学书法。', '周末常去骑行。', '爱喝龙井。', '养了一只橘猫。'];
const reasons = ['家中有事', '身体不适', '年假出行', '办理证件'];
/** With the actor's pace, more than a second. */
const triesAfterLeaving = 6;
const days = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-07', '2026-12-08'];

/** Plays only if the visitor gets in. */
async function as(stage: Stage, visitor: Visitor, play: (visitor: Visitor) => Promise<unknown>): Promise<void> {
  if (await stage.enter(visitor)) await play(visitor);
}

/** What honest people do in a day, by name. */
export const honestScenes = {
  'own-record': (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), (visitor) => stage.call(visitor, 'GET', '/portal/api/me')),

  'change-record': (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), async (visitor) => {
      await stage.call(visitor, 'GET', '/portal/api/me');
      const change = stage.random.chance(0.5)
        ? { bio: stage.random.pick(bios) }
        : { address: `上海市浦东新区云杉路${1 + stage.random.int(300)}号` };
      await stage.call(visitor, 'PUT', `/portal/api/employees/${visitor.person}`, change);
    }),

  announcements: (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), async (visitor) => {
      await stage.call(visitor, 'GET', '/portal/api/announcements');
      await stage.call(visitor, 'GET', '/portal/api/announcements/A1');
    }),

  payslips: (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), (visitor) =>
      stage.call(visitor, 'GET', `/portal/api/employees/${visitor.person}/payslips`),
    ),

  // Honest all the same: the gateway asks for a second factor, which the person has not set up yet.
  'bank-card': (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), (visitor) =>
      stage.call(visitor, 'PUT', `/portal/api/employees/${visitor.person}/bank-card`, { bankCard: '6299990000000000006' }),
    ),

  leave: (stage) =>
    as(stage, stage.random.pick(stage.crowd.employees), async (visitor) => {
      const day = stage.random.pick(days);
      const kind = stage.random.pick(['annual', 'sick', 'personal']);
      await stage.call(visitor, 'POST', '/portal/api/leave', { kind, from: day, to: day, reason: stage.random.pick(reasons) });
      await stage.call(visitor, 'GET', `/portal/api/employees/${visitor.person}/leave`);
      if (kind === 'sick') await handIn(stage, visitor, receipt(stage.random.int(256)));
    }),

  'leader-reads': (stage) => {
    const leader = stage.random.pick(stage.crowd.leaders);
    return as(stage, leader.visitor, async (visitor) => {
      await stage.call(visitor, 'GET', `/portal/api/employees?dept=${leader.department}`);
      await stage.call(visitor, 'GET', `/portal/api/employees/${stage.random.pick(leader.members)}`);
    });
  },

  // Sees the departments below, at any depth, and nothing beside them.
  'manager-subtree': (stage) => {
    const { visitor, department, members, beside } = stage.crowd.manager;
    return as(stage, visitor, async (manager) => {
      await stage.call(manager, 'GET', `/portal/api/employees?dept=${department}`);
      await stage.call(manager, 'GET', `/portal/api/employees/${stage.random.pick(members)}`);
      await stage.call(manager, 'GET', `/portal/api/employees?dept=${beside.department}`);
      await stage.call(manager, 'GET', `/portal/api/employees/${beside.person}`);
    });
  },

  // Is let go in WeCom in the middle of a session, and is out within a second; afterwards hired again.
  leaver: (stage) =>
    as(stage, stage.crowd.leaver, async (leaver) => {
      await stage.call(leaver, 'GET', '/portal/api/me');
      if (!(await stage.phone.changeContact({ change: 'delete_user', userid: leaver.person, wait: true }))) return;
      let refused = false;
      for (let nth = 0; nth < triesAfterLeaving && !refused; nth += 1) {
        refused = (await stage.call(leaver, 'GET', '/portal/api/me')).status !== 200;
      }
      leaver.token = null;
      await stage.phone.changeContact({ change: 'create_user', user: leaverRecord(), wait: true });
    }),

  'leader-decides': (stage) => {
    const leader = stage.random.pick(stage.crowd.leaders);
    const member = stage.random.pick(leader.members);
    return as(stage, leader.visitor, async (visitor) => {
      const reply = await stage.call(visitor, 'GET', `/portal/api/employees/${member}/leave`);
      const pending = pendingLeave(reply.body);
      if (pending === null) return;
      await stage.call(visitor, 'POST', `/portal/api/employees/${member}/leave/${pending}/decision`, {
        approve: stage.random.chance(0.8),
      });
    });
  },

  'hr-reads': (stage) =>
    as(stage, stage.random.pick(stage.crowd.humanResources), (visitor) =>
      stage.call(visitor, 'GET', `/portal/api/employees/${stage.random.pick(stage.crowd.userids)}`),
    ),

  'finance-reads': (stage) =>
    as(stage, stage.random.pick(stage.crowd.finance), (visitor) =>
      stage.call(visitor, 'GET', `/portal/api/employees/${stage.random.pick(stage.crowd.userids)}/payslips`),
    ),

  'claim-coupon': (stage) => {
    const visitor = stage.random.pick(stage.crowd.customers);
    return (async () => {
      await stage.send(visitor, { method: 'GET', path: '/coupon/api/campaigns/tea-2026' });
      await as(stage, visitor, async () => {
        const shop = stage.random.pick(shops);
        const amountCents = 500 + stage.random.int(16) * 100;
        await stage.call(visitor, 'POST', '/coupon/api/claims', {
          campaignId: 'tea-2026',
          amountCents,
          shop,
          qr: `DT:${shop}:tea-2026`,
        });
        await stage.call(visitor, 'GET', '/coupon/api/claims');
      });
    })();
  },

  logout: async (stage) => {
    const signedIn = stage.crowd.employees.filter((visitor) => visitor.token !== null);
    if (signedIn.length === 0) return;
    const visitor = stage.random.pick(signedIn);
    await stage.call(visitor, 'POST', clientEndpoints.logout);
    visitor.token = null;
  },
} as const satisfies Record<string, Scene>;

export type HonestScene = keyof typeof honestScenes;

/** The id of the first leave in a list that still waits for a decision. */
function pendingLeave(body: unknown): string | null {
  const items: unknown = typeof body === 'object' && body !== null && 'items' in body ? body.items : null;
  if (!Array.isArray(items)) return null;
  const pending: unknown = items.find((item: unknown) => textField(item, 'state') === 'pending');
  return textField(pending, 'id');
}
