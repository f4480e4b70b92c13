import { type Measured, MenshenError } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { NewNotice } from '../../../notify/model.ts';
import type { Request } from '../../containment/model.ts';
import type { Outputs } from '../model.ts';
import { type ActionContext, StepError } from '../ports.ts';
import { createActions } from './actions.ts';
import { measuredOf } from './measures.ts';

const words = { zh: '甲', en: 'a' };
const context: ActionContext = {
  ...{ key: 'pr_1:lock', run: 'pr_1', playbook: 'p', playbookName: words, step: words, alert: 'a_1', severity: 'high' },
  ...{ app: null, person: 'zhang', by: { id: 'playbook:p', username: 'playbook:p', power: 'security' } },
};

/** Services that count, and know what they were asked with one key before. */
function world() {
  const applied: Request[] = [];
  const lifted: string[] = [];
  const notices: NewNotice[] = [];
  const entries: { readonly kind: 'playbook'; readonly path: string | null }[] = [];
  const files: { readonly name: string; readonly content: Buffer }[] = [];
  const backups: { readonly kind: 'backup' | 'drill'; readonly by: string }[] = [];
  const unused = (): never => {
    throw new Error('not for this test');
  };
  const actions = createActions({
    clock: () => 1_000,
    startOf: async () => 5_000_000,
    queries: () => ({ list: async () => ({ rows: [{ index: 7 } as never], next: null }) }),
    containment: {
      preview: unused,
      takesTwo: (measured: Measured) => measured.kind === 'stop_app',
      apply: async (request) => {
        applied.push(request);
        if (request.kind === 'stop_app') return { approvalId: 'p_1' };
        const takenOver = request.kind === 'stop_route';
        return { measure: { id: takenOver ? 'm_0' : 'm_1', done: 2, until: request.until } as never, takenOver };
      },
      pending: async () => ({ state: 'refused' as const }),
      waitingSecret: async (app) => (app === 'portal' ? `s_${'1'.repeat(16)}` : null),
      lift: async (id) => {
        lifted.push(id);
        throw new MenshenError('conflict');
      },
    },
    incidents: {
      service: {
        openIncident: async () => ({ id: 'i_2', number: 2, how: 'opened' as const }),
        appendToTimeline: async (_incident: string, { path }: { readonly path?: string }) => {
          entries.push({ kind: 'playbook', path: path ?? null });
          return { id: 'e', index: 1 };
        },
      } as never,
      intake: { fromAlert: async () => ({ id: 'i_1', number: 1, how: 'known' as const }) } as never,
      room: { detail: async () => ({ timeline: entries }) } as never,
      evidence: {
        add: async (_incident, { name, content }) => {
          if (files.some((file) => file.content.equals(content))) throw new MenshenError('evidence_known');
          files.push({ name, content });
          return {} as never;
        },
      },
    },
    notify: { send: async (notice) => `n_${notices.push(notice)}` },
    releases: {
      list: async () => ({
        releases: [],
        deployments: [
          { app: 'a', ok: false },
          { app: 'b', ok: true },
        ] as never,
      }),
    },
    scans: {
      service: { list: unused },
      runner: {
        list: async () => [{ app: 'a', project: 'x' }] as never,
        request: async () => {
          throw new MenshenError('conflict');
        },
      },
    },
    training: { list: async () => [], create: unused },
    recovery: () => ({
      request: async (kind, by) => {
        if (kind === 'drill') throw new MenshenError('not_found');
        backups.push({ kind, by });
      },
      runs: async () => backups,
      drills: async () => [{ at: -7_199_000, ok: true, rpoSeconds: 5, rtoSeconds: 60 }],
    }),
  });
  return { actions, applied, lifted, notices, entries, files, backups };
}

describe('measures', () => {
  it('reach everybody only when the playbook says so in so many words', () => {
    const target = (filled: Parameters<typeof measuredOf>[1]) => measuredOf('end_sessions', filled).target;
    expect(target({ person: 'zhang', app: 'portal', everyone: true })).toEqual({ scope: 'person', person: 'zhang' });
    expect(target({ device: 'phone', person: 'zhang' })).toEqual({ scope: 'device', device: 'phone', person: 'zhang' });
    expect(target({ app: 'portal' })).toEqual({ scope: 'app', app: 'portal' });
    expect(target({ everyone: true })).toEqual({ scope: 'everyone' });
    // What an expression left without a value must not widen the reach.
    for (const filled of [{}, { everyone: false }, { everyone: 'true' }]) expect(() => target(filled)).toThrow(StepError);
  });

  it('refuse what is no address, app or version, and take no list for one', () => {
    for (const address of ['', 'all', '0.0.0.0/0; x', '203.0.113.1 203.0.113.2'])
      expect(() => measuredOf('block_addresses', { address })).toThrow(StepError);
    expect(() => measuredOf('stop_app', { app: '../x' })).toThrow(StepError);
    expect(measuredOf('block_addresses', { address: '203.0.113.9' }).target).toEqual({ addresses: ['203.0.113.9'] });
  });

  it('are asked for with the key of the step, end by themselves, and wait where containment asks', async () => {
    const { actions, applied, lifted } = world();
    expect(await actions['deny address'].perform({ address: '203.0.113.9' }, context)).toEqual({
      outputs: { measure: 'm_1', affected: 2, until: 86_401_000 },
    });
    expect(applied[0]).toMatchObject({ idempotencyKey: 'pr_1:lock', until: 86_401_000, kind: 'block_addresses' });
    expect(actions['stop app'].asks?.({ app: 'portal' })).toBe(true);
    expect(await actions['stop app'].perform({ app: 'portal', for: '2h' }, context)).toEqual({ approval: 'p_1' });
    expect(applied[1]?.until).toBe(7_201_000);
    expect(await actions['stop app'].pending?.('p_1')).toBe('refused');
    // One that stands already is enough, and is not this run's to lift: here lifting says that it was tried.
    const taken = await actions['stop route'].perform({ app: 'portal', route: 'GET /x', for: '1h' }, context);
    expect(taken).toEqual({ outputs: { measure: 'm_0', affected: 0, until: 3_601_000, takenOver: true } });
    expect(applied.map(({ ifNoneStands }) => ifNoneStands)).toEqual([true, true, true]);
    lifted.length = 0;
    await actions['stop route'].lift?.((taken as { outputs: Outputs }).outputs, context);
    expect(lifted).toEqual([]);
    // What has ended by itself is lifted.
    await actions['stop app'].lift?.({ measure: 'm_1' }, context);
    await actions['cancel measure'].perform({ measure: 'm_1' }, context);
    expect(lifted).toEqual(['m_1', 'm_1']);
  });
});

describe('what is done again with a key', () => {
  it('tells the incident once, and joins that of the alert', async () => {
    const { actions, entries } = world();
    for (let time = 0; time < 2; time += 1)
      expect(await actions['create incident'].perform({ title: words }, context)).toEqual({ outputs: { incident: 'i_1' } });
    expect(entries).toHaveLength(1);
    await actions['update incident'].perform({ incident: 'i_1', note: words }, { ...context, key: 'pr_1:note' });
    expect(entries).toHaveLength(2);
  });

  it('puts the same evidence in once', async () => {
    const { actions, files } = world();
    for (let time = 0; time < 2; time += 1)
      expect(await actions['investigate evidence'].perform({ incident: 'i_1', person: 'zhang' }, context)).toMatchObject({
        outputs: { entries: 1 },
      });
    expect(files).toHaveLength(1);
    await expect(actions['investigate evidence'].perform({ incident: 'i_1' }, context)).rejects.toThrow(StepError);
  });

  it('tells people under a matter of its own, which notices fold', async () => {
    const { actions, notices } = world();
    for (let time = 0; time < 2; time += 1) await actions['create notice'].perform({ title: words, happened: words }, context);
    expect(new Set(notices.map(({ matter }) => matter))).toEqual(new Set(['playbook pr_1:lock']));
    expect(notices[0]?.foldMinutes).toBeGreaterThan(7 * 1_440);
  });

  it('asks for one backup, and says where none can be made', async () => {
    const { actions, backups } = world();
    for (let time = 0; time < 2; time += 1)
      expect(await actions['copy state'].perform({}, context)).toEqual({ outputs: { requested: true } });
    expect(backups).toEqual([{ kind: 'backup', by: 'playbook:p pr_1' }]);
    expect(await actions['start drill'].perform({}, context)).toEqual({ outputs: { requested: false } });
    expect(await actions['query drill'].perform({}, context)).toEqual({
      outputs: { ok: true, ageHours: 2, rpoSeconds: 5, rtoSeconds: 60 },
    });
  });

  it('asks for no second scan of what is being scanned', async () => {
    const { actions } = world();
    expect(await actions['scan app'].perform({ app: 'a' }, context)).toEqual({ outputs: { sources: 1 } });
    expect(await actions['query release'].perform({ app: 'a' }, context)).toEqual({ outputs: { deployments: 1, changed: 1 } });
  });
});
