import { type AuditWatch, createAuditWatch, watchMs } from '../audit/watch/service.ts';
import type { Closers } from './closers.ts';
import type { Foundation } from './foundation.ts';

/** Watches the recording itself, every ten seconds. */
export function startAuditWatch({ audit, logs, metrics, clock }: Foundation, closers: Closers): AuditWatch {
  const watch = createAuditWatch({ audit, logs, clock, failed: () => metrics.add('menshen_audit_failures_total') });
  metrics.gauge(
    'menshen_audit_problems',
    'What is wrong with the recording of events: 0 when nothing.',
    () => watch.problems().length,
  );
  const timer = setInterval(() => void watch.look(), watchMs);
  timer.unref();
  closers.add(() => clearInterval(timer));
  return watch;
}
