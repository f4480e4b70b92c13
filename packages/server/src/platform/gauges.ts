import { detectionEvent } from '../audit/events.ts';
import type { Gateway } from '../gateway/server.ts';
import type { SessionSnapshot } from '../identity/snapshot.ts';
import type { SwitchService } from '../switches/service.ts';
import type { Foundation } from './foundation.ts';

/** The figures of a node that are read when asked for. */
export function addGauges(
  { metrics, audit }: Foundation,
  sessions: SessionSnapshot,
  gateway: Gateway,
  switches: SwitchService,
): void {
  metrics.gauge('menshen_sessions', 'Live sessions on this node.', () => sessions.size);
  metrics.gauge('menshen_requests_in_flight', 'Requests under way.', () => gateway.inFlight());
  metrics.gauge('menshen_audit_writable', 'Whether the audit log can be written.', () => Number(audit.state() === 'ok'));
  metrics.gauge('menshen_gateway_enforcing', 'Whether the gateway enforces its decisions.', () =>
    Number(switches.mode() === 'enforce'),
  );
}

/** Requests that a crash cut off become an alarm of their own. */
export function alarmUnknownOutcomes({ audit, clock }: Foundation): void {
  audit.onOutcomeUnknown((count) => {
    void audit
      .record(
        detectionEvent({
          time: clock(),
          rule: 'outcome_unknown',
          severity: 'high',
          title: 'requests whose outcome is unknown after a crash',
          detail: { count },
        }),
      )
      .catch(() => undefined);
  });
}
