import type { Attention } from '@menshen/contract';
import { hasPassed } from '../coordination/elapsed.ts';
import type { NotifyService } from './service.ts';

const minuteMs = 60_000;
/** A matter that stands is told again after a day. */
const againMinutes = 1_440;

/** An alert is told when it is found, as what it is: the same words a minute later are noise. */
const toldByItself = /^alert-/;

/**
 * Tells people of what Today shows as `high` or `critical`, once when it appears. To be called by the maintenance; looks once a minute, because
 * collecting it asks the store.
 */
export function createAttentionNotices(
  notify: Pick<NotifyService, 'send'>,
  collect: () => Promise<readonly Attention[]>,
  clock: () => number,
): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  let known: ReadonlySet<string> = new Set();
  return async () => {
    if (!hasPassed(last, minuteMs, clock())) return;
    last = clock();
    const found = (await collect()).filter(
      ({ id, severity }) => (severity === 'high' || severity === 'critical') && !toldByItself.test(id),
    );
    for (const { id, severity, title, detail, action } of found) {
      if (known.has(`${severity} ${id}`)) continue;
      await notify.send({
        ...{ kind: 'health', severity, app: null, matter: `attention ${id}`, foldMinutes: againMinutes },
        ...{ title, happened: detail, done: null, asked: action.label, path: action.to },
      });
    }
    known = new Set(found.map(({ id, severity }) => `${severity} ${id}`));
  };
}
