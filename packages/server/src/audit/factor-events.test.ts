import { mfaApi } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './events.ts';
import { factorChangeEvent, secondFactorEvent } from './factor-events.ts';
import { ocsfProblems } from './testing-ocsf.ts';

const from = { time: 1_767_225_600_000, uid: 'zhang', app: 'portal', session: 's', address: '192.0.2.1', requestId: 'request-1' };

describe.each(mfaApi.factorKind.options)('events of %s', (kind) => {
  const events = [
    ...(['freshness', 'approval', 'enrolment'] as const).flatMap((purpose) =>
      [null, 'factor_failed'].map((code) =>
        secondFactorEvent({
          ...from,
          ...{ kind, purpose, code, channel: 'wechat', userAgent: 'x'.repeat(1_000), device: 'stranger', operation: null },
        }),
      ),
    ),
    ...(['added', 'replaced', 'removed', 'locked', 'unlocked', 'refused'] as const).map((activity) =>
      factorChangeEvent({ ...from, kind, activity, by: 'zhang', detail: 'company_code' }),
    ),
  ];
  it('are sound OCSF in canonical JSON', () => {
    for (const event of events) {
      const value: unknown = JSON.parse(event);
      expect(ocsfProblems(value)).toEqual([]);
      expect(canonicalJson(value)).toBe(event);
    }
  });
});
