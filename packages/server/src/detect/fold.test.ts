import { describe, expect, it } from 'vitest';
import { fold, type OpenAlerts } from './fold.ts';

const start = Date.UTC(2026, 10, 2, 9);
const who = { user: 'zhang', ip: '10.1.2.3', device: null, session: 's1' };

/** Adds a finding about the newest `window` of the events that were so far. */
function incident(window: number) {
  const open: OpenAlerts = new Map();
  const ids: string[] = [];
  let gathered = 0;
  return {
    add(ts: number) {
      ids.push(String(ids.length));
      const events = (): string[] => {
        gathered += 1;
        return ids.slice(-window);
      };
      return fold(open, { rule: 'rate_spike', entity: 'user zhang', score: 2, events, facts: {}, ...who }, ts).alert;
    },
    gathered: () => gathered,
  };
}

describe('an alert that has all the events it may have', () => {
  it('keeps its first and its newest events, and looks at few of a flood', () => {
    const { add, gathered } = incident(50);
    let alert = add(start);
    for (let at = 1; at < 50_000; at += 1) alert = add(start + at / 5);
    expect(alert.repeats).toBe(49_999);
    expect(alert.events).toHaveLength(256);
    expect(alert.events.slice(0, 128)).toEqual(Array.from({ length: 128 }, (_, at) => String(at)));
    expect(Number(alert.events.at(-1))).toBeGreaterThan(49_700);
    expect(gathered()).toBeLessThan(1_000);
  });

  it('shows how a flood ended and how the next wave began, however small that is', () => {
    const { add } = incident(50);
    for (let at = 0; at < 10_003; at += 1) add(start + at / 5);
    const alert = add(start + 3_600_000);
    expect(alert.events.slice(-3)).toEqual(['10001', '10002', '10003']);
  });
});
