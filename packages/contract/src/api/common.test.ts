import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bulletinSchedule } from '../bulletin-model.ts';
import { lastTime, range, time } from './common.ts';
import { addIncidentAction } from './incident-papers.ts';

const tooLate = [lastTime + 1, 8_640_000_000_000_001, Number.MAX_SAFE_INTEGER];

describe('times', () => {
  it('end with the year 9999, which every form, report and calendar can write', () => {
    expect(new Date(lastTime).toISOString()).toMatch(/^9999-12-31/);
    expect(new Date(lastTime + 8 * 3_600_000).getUTCFullYear()).toBe(9999);
    expect(time.safeParse(lastTime).success).toBe(true);
  });

  it.each(tooLate)('are no later in what anybody sends: %d', (at) => {
    const action = { kind: 'other', text: 'Write it down', owner: 'Li Wei' };
    const takes = (schema: z.ZodType | undefined, value: unknown): boolean => schema?.safeParse(value).success === true;
    expect(takes(addIncidentAction.body, { ...action, due: lastTime })).toBe(true);
    expect(takes(addIncidentAction.body, { ...action, due: at })).toBe(false);
    expect(takes(bulletinSchedule, { kind: 'once', at })).toBe(false);
    expect(takes(z.object(range), { from: '0', to: String(at) })).toBe(false);
  });
});
