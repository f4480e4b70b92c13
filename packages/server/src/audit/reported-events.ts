import { type ActivityEvent, eventAge, MenshenError } from '@menshen/contract';
import { activityReportEvent, type Reporter } from './activity-report.ts';
import type { Audit } from './service.ts';

/** Ids that are remembered, so that a report that is sent again is not a second event. */
const rememberedIds = 100_000;

export interface ReportedEvents {
  /** Records events that a backend reports; resolves to their log indexes when all are durable. Throws `validation_failed` for times that cannot be. */
  report(events: readonly ActivityEvent[], reporter: Omit<Reporter, 'received'>): Promise<number[]>;
}

/**
 * The other way into the audit log: backends report what their people did. An id that an app reports again is answered with the event that stands,
 * as long as this node remembers it (the last 100,000 ids); later, or on another node, the log holds the event twice, with the same `reported_id`.
 */
export function createReportedEvents({ audit, clock }: { readonly audit: Audit; readonly clock: () => number }): ReportedEvents {
  const known = new Map<string, Promise<number>>();

  return {
    async report(events, reporter) {
      const received = clock();
      const late = events.findIndex(({ ts }) => ts < received - eventAge.pastMs || ts > received + eventAge.futureMs);
      if (late >= 0) throw new MenshenError('validation_failed', { fields: [`events.${late}.ts`] });
      return await Promise.all(
        events.map((event) => {
          const key = `${reporter.app}/${event.id}`;
          const standing = known.get(key);
          if (standing !== undefined) return standing;
          const index = audit.record(activityReportEvent(event, { ...reporter, received }));
          known.set(key, index);
          // What did not become durable may come again.
          index.catch(() => known.delete(key));
          const [oldest] = known.keys();
          if (known.size > rememberedIds && oldest !== undefined) known.delete(oldest);
          return index;
        }),
      );
    },
  };
}
