import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { NotifyService } from './service.ts';

/** Notices for whoever runs the platform: who was told, who has seen it. */
export function notifyHandlers(notify: NotifyService): readonly Bound[] {
  return [
    bind(contract.listNotices, async ({ query }) => {
      const [notices, channels] = await Promise.all([
        notify.list({ open: query.open === 'true', before: query.before ?? null }, query.limit),
        notify.channels(),
      ]);
      return { notices, channels };
    }),
    bind(contract.acknowledgeNotice, async ({ params, by }) => {
      if (!(await notify.acknowledge(params.id, by))) throw new contract.MenshenError('not_found');
      return { ok: true as const };
    }),
    bind(contract.testNotifyChannel, async ({ params, by }) => ({ problem: await notify.test(params.id, by) })),
  ];
}
