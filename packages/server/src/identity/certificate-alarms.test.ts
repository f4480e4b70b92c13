import { describe, expect, it } from 'vitest';
import { createMemoryCoordination } from '../coordination/memory.ts';
import { createCertificateAlarms } from './certificate-alarms.ts';

const platform = [{ algorithm: 'RSAwithSHA256', sn: 'old', publicKey: 'PEM' }] as const;
const renewed = [...platform, { algorithm: 'RSAwithSHA256', sn: 'new', publicKey: 'PEM' } as const];

function bench() {
  let now = 1_000_000;
  let broken = false;
  const recorded: string[] = [];
  const failures: string[] = [];
  const coordination = createMemoryCoordination({ clock: () => now });
  const parts = {
    audit: {
      record: async (event: string) => {
        if (broken) throw new Error('disk full');
        recorded.push(event);
        return 0;
      },
    },
    coordination,
    metrics: { add: (name: string) => void failures.push(name) },
    clock: () => now,
  };
  const node = () => createCertificateAlarms(parts);
  return {
    node,
    recorded,
    failures,
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    pass: (ms: number) => {
      now += ms;
    },
    breaks: (yes: boolean) => {
      broken = yes;
    },
  };
}

describe('an outgoing platform certificate', () => {
  it('is told of once a day, however many answers and nodes see it', async () => {
    const { node, recorded, settle, pass } = bench();
    const [one, other] = [node(), node()];
    for (let answers = 0; answers < 50; answers += 1) {
      one.outdated('wx1', platform);
      other.outdated('wx1', platform);
    }
    await settle();
    expect(recorded).toHaveLength(1);
    expect(JSON.parse(recorded[0] ?? '')).toMatchObject({
      unmapped: { menshen: { action: 'alarm.wechat_certificate_outdated', detail: { appid: 'wx1' } } },
    });
    pass(25 * 3_600_000);
    one.outdated('wx1', platform);
    one.outdated('wx2', platform);
    await settle();
    expect(recorded).toHaveLength(3);
  });

  it('is shown from the first answer until the configuration has another', () => {
    const { node, pass } = bench();
    const alarms = node();
    expect(alarms.since('wx1', platform)).toBeNull();
    alarms.outdated('wx1', platform);
    pass(48 * 3_600_000);
    alarms.outdated('wx1', platform);
    expect(alarms.since('wx1', platform)).toBe(1_000_000);
    expect(alarms.since('wx1', renewed)).toBeNull();
    expect(alarms.since('wx2', platform)).toBeNull();
  });

  it('fails no call when the log does, and the failure is counted', async () => {
    const { node, recorded, failures, settle, breaks } = bench();
    breaks(true);
    node().outdated('wx1', platform);
    await settle();
    expect([recorded.length, failures]).toEqual([0, ['menshen_audit_failures_total']]);
  });
});
