import { expect, it } from 'vitest';
import { type InspectedRow, replay } from './replay.ts';
import { type PlannedChange, ruleBook } from './rule-book.ts';

const asked = 1_800_000_000_000;
const inspection = { mode: 'enforce' as const, threshold: 4, steps: null, exceptions: [] };
const routes = [[{ id: 'portal' }, { match: 'POST /notes', inspection }]] as const;
const managed: Parameters<typeof ruleBook>[1] = {
  exceptions: [],
  settings: { version: 0, routes: new Map(), weights: new Map() },
} as never;
const row: InspectedRow = {
  ...{
    requestId: 'r_1',
    time: asked - 1_000,
    app: 'portal',
    route: 'POST /notes',
    verdict: 'blocked',
    class: 'sqli',
    dropped: 0,
  },
  threats: JSON.stringify([
    {
      ...{ class: 'sqli', evidence: "' or", layers: 0, name: 'text', place: 'json', score: 5 },
      features: [{ points: 5, rule: 'sql.tautology' }],
    },
  ]),
};
const change: PlannedChange = {
  ...{ routes: [], rules: [] },
  exceptions: {
    add: [{ app: 'portal', route: 'POST /notes', rule: 'sql.tautology', where: { place: 'json', name: 'text' } }],
    remove: [],
  },
};

// A thread that had to start first judged later than the change was made, and called every planned exception ended.
it.each([0, 1, 5_000])('an exception that is only planned counts in a replay that is judged %i ms later', (later) => {
  const after = ruleBook(routes, managed, change);
  // As it arrives in the thread that replays.
  const sent = structuredClone(after);
  expect(replay([row], ruleBook(routes, managed, null), sent, asked + later)).toMatchObject({
    ...{ blockedBefore: 1, blockedAfter: 0, blockedToPassed: 1 },
  });
});
