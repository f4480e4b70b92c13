import { setTimeout as pause } from 'node:timers/promises';
import { BoundedList } from './bounded-list.ts';
import { createRecords, type EmployeeRecord } from './records.ts';
import { created, failed, type Handlers, ok } from './router.ts';

interface Leave {
  readonly id: string;
  readonly uid: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  state: 'pending' | 'approved' | 'rejected';
}

interface Announcement {
  readonly id: string;
  readonly title: string;
  /** Rich text, exactly as it was sent. */
  readonly html: string;
  readonly author: string;
  readonly publishedAt: string;
}

const maxSlowMs = 120_000;
const editable = ['phone', 'address', 'bankCard', 'bio'] as const;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The employee portal. It asks nobody whether the caller may do what they ask for: it returns any record to anyone, stores rich text as it
 * comes, and has kept two debugging endpoints that nobody remembers. Menshen stands in front of it for this reason.
 */
export function portalHandlers(clock: () => number): Handlers {
  const records = createRecords();
  const leaves = new BoundedList<Leave>(5_000);
  const announcements = new BoundedList<Announcement>(500);
  let serial = 0;
  const nextId = (prefix: string): string => {
    serial += 1;
    return `${prefix}${serial}`;
  };

  const publish = (title: string, html: string, author: string): Announcement =>
    announcements.push({ id: nextId('A'), title, html, author, publishedAt: new Date(clock()).toISOString() });
  publish('关于年度体检的通知', '<p>年度体检将于<b>下周一</b>开始，请各部门安排好时间。</p>', 'zhao.huimin');
  publish('门店优惠活动上线', '<p>秋季茶礼活动已上线，门店同事请熟悉<i>活动规则</i>。</p>', 'gu.nianci');
  // Stored long before Menshen, by whoever had a publisher's account then.
  publish(
    '去年的中秋放假安排',
    '<p>中秋放假三天。</p><svg onload="alert(document.cookie)"></svg><a href="javascript:alert(1)">查看详情</a>',
    'gu.nianci',
  );

  const withRecord = (uid: string, use: (record: EmployeeRecord) => ReturnType<typeof ok>) => {
    const record = records.get(uid);
    return record === undefined ? failed(404, 'not_found') : use(record);
  };

  return {
    'GET /portal/api/me': ({ uid }) => withRecord(uid, ok),

    'GET /portal/api/employees': ({ query }) => {
      const people = records.inDepartment(Number(query.get('dept')));
      return ok({
        total: people.length,
        items: people.map(({ uid, name, position, departmentPath, phone }) => ({ uid, name, position, departmentPath, phone })),
      });
    },

    'GET /portal/api/employees/:uid': ({ params }) => withRecord(params.uid ?? '', ok),

    'PUT /portal/api/employees/:uid': ({ params, body }) =>
      withRecord(params.uid ?? '', (record) => {
        for (const field of editable) if (typeof body[field] === 'string') record[field] = body[field];
        return ok(record);
      }),

    'PUT /portal/api/employees/:uid/bank-card': ({ params, body }) =>
      withRecord(params.uid ?? '', (record) => {
        record.bankCard = text(body.bankCard);
        return ok({ uid: record.uid, bankCard: record.bankCard });
      }),

    'GET /portal/api/employees/:uid/payslips': ({ params }) => ok({ items: records.payslips(params.uid ?? '') }),

    'GET /portal/api/employees/:uid/leave': ({ params }) => ok({ items: leaves.filter((leave) => leave.uid === params.uid) }),

    'POST /portal/api/employees/:uid/leave/:id/decision': ({ params, body }) => {
      const leave = leaves.find((one) => one.uid === params.uid && one.id === params.id);
      if (leave === undefined) return failed(404, 'not_found');
      leave.state = body.approve === true ? 'approved' : 'rejected';
      return ok(leave);
    },

    'POST /portal/api/leave': ({ uid, body }) =>
      created(
        leaves.push({
          id: nextId('L'),
          uid,
          kind: text(body.kind),
          from: text(body.from),
          to: text(body.to),
          reason: text(body.reason),
          state: 'pending',
        }),
      ),

    // Whatever comes under the name of a picture.
    'POST /portal/api/attachments': ({ bytes }) => created({ id: nextId('F'), bytes }),

    'GET /portal/api/announcements': () => ok({ items: announcements.newest(20).map(({ html: _, ...rest }) => rest) }),

    'GET /portal/api/announcements/:id': ({ params }) => {
      const announcement = announcements.find((one) => one.id === params.id);
      return announcement === undefined ? failed(404, 'not_found') : ok(announcement);
    },

    'POST /portal/api/announcements': ({ uid, body }) => created(publish(text(body.title), text(body.html), uid)),

    // Left over from development. The gateway's configuration does not declare them, so nobody reaches them through it.
    'GET /portal/api/slow': async ({ query }) => {
      const ms = Math.min(Math.max(Number(query.get('ms')) || 0, 0), maxSlowMs);
      // Unreferenced: a request that is still waiting does not hold the process when the backend closes.
      await pause(ms, undefined, { ref: false });
      return ok({ waitedMs: ms });
    },
    'GET /portal/api/debug/employees': () => ok({ items: records.all() }),
  };
}
