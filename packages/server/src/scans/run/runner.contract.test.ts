import { scansSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { dayMs, facts, found, openBench, report, start } from '../testing.ts';
import type { RunOutcome, RunRequest } from './run-scan.ts';
import { createScanRunner } from './runner.ts';
import { createSourceStore, type SourceStore } from './source-store.ts';

const source = (project: string, more: object = {}) => ({ app: 'portal', project, folder: `checkouts/${project}`, ...more });
const said = (...findings: unknown[]): RunOutcome => ({ report: { tool: 'menshen', version: '1', findings } });

/** A node that is slow between reading what is due and taking it. */
const slowly = (store: SourceStore, hasRead: () => void, hold: Promise<void>): SourceStore => ({
  ...store,
  async all() {
    const states = await store.all();
    hasRead();
    await hold;
    return states;
  },
});

describeEachStore((open) => {
  describe('scans of source folders', () => {
    async function bench(sources: readonly object[], outcome: (request: RunRequest) => Promise<RunOutcome> = async () => said()) {
      const made = await openBench(open);
      const config = scansSchema.parse({ root: '.', sources });
      const runs: string[] = [];
      const node = (pace = (store: SourceStore) => store) =>
        createScanRunner({
          ...{ config: () => config, root: () => '/srv', store: pace(createSourceStore(made.store)), scans: made.service },
          run: async (request) => {
            runs.push(request.folder);
            return await outcome(request);
          },
          audit: { act: async (_by, _act, perform) => await perform() },
          ...{ metrics: { add: () => undefined }, changed: () => undefined, version: '1', clock: () => made.clock.now },
        });
      const look = async (...nodes: ReturnType<typeof node>[]): Promise<void> => {
        await Promise.all(nodes.map((one) => one.tick()));
        await Promise.all(nodes.map((one) => one.settled()));
      };
      return { ...made, runs, node, look };
    }

    it('run once a day, on one of many nodes, and are compared with the last', async () => {
      let findings = [found('a')];
      const { node, look, runs, clock, service, notices } = await bench([source('backend')], async () => said(...findings));
      const nodes = [node(), node(), node()];
      await look(...nodes);
      await look(...nodes);
      expect(runs).toEqual(['checkouts/backend']);
      clock.now += dayMs / 2;
      await look(...nodes);
      findings = [found('b', { severity: 'critical' })];
      clock.now += dayMs;
      await look(...nodes);
      // Two slots have passed: what was missed is made up for once.
      clock.now += 5 * dayMs;
      await look(...nodes);
      expect(runs).toHaveLength(3);
      const { scans } = await service.scans({}, 10, null);
      expect(scans.map(({ trigger, fresh, fixed, same }) => ({ trigger, fresh, fixed, same }))).toEqual([
        { trigger: 'schedule', fresh: 0, fixed: 0, same: 1 },
        { trigger: 'schedule', fresh: 1, fixed: 1, same: 0 },
        { trigger: 'schedule', fresh: 1, fixed: 0, same: 0 },
      ]);
      expect(notices.map(({ severity }) => severity)).toEqual(['high', 'critical']);
    });

    it('are not run again by a node that read what was due before another did it', async () => {
      const { node, look, runs } = await bench([source('backend')]);
      const [read, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const slow = node((store) => slowly(store, read.resolve, held.promise));
      await slow.tick();
      await read.promise;
      await look(node());
      held.resolve();
      await slow.settled();
      expect(runs).toEqual(['checkouts/backend']);
    });

    it('run when somebody asks, and at each release of the app', async () => {
      const none = { schedule: 'none' };
      const { node, look, runs, service } = await bench([
        source('backend', none),
        source('other', { ...none, onRelease: false }),
      ]);
      const one = node();
      await look(one);
      expect(runs).toEqual([]);
      await one.request('portal', 'other', 'sec');
      await one.settled();
      await one.released('portal', '2.4.0');
      await one.released('coupon', '9.9.9');
      await look(one);
      expect(runs).toEqual(['checkouts/other', 'checkouts/backend']);
      expect(
        (await service.scans({}, 10, null)).scans.map(({ trigger, version, by }) => `${trigger} ${version} ${by}`).sort(),
      ).toEqual(['manual null sec', 'release 2.4.0 menshen']);
      await expect(one.request('portal', 'nothing', 'sec')).rejects.toThrow(expect.objectContaining({ code: 'not_found' }));
    });

    it('fail aloud: nothing is taken for fixed, and the next run is another try', async () => {
      let outcome: RunOutcome = { failure: 'memory' };
      const { node, look, service, clock, findings } = await bench([source('backend')], async () => outcome);
      await service.take(report([found('a')]), facts);
      const one = node();
      await look(one);
      expect(await one.list()).toMatchObject([{ failure: 'memory', running: false, lastFinished: start }]);
      outcome = { report: { tool: 'menshen', findings: 'none' } };
      clock.now += dayMs;
      await look(one);
      expect(await one.list()).toMatchObject([{ failure: 'output' }]);
      expect(await findings.count({ show: 'active' }, clock.now)).toBe(1);
      outcome = said(found('a'));
      clock.now += dayMs;
      await look(one);
      expect(await one.list()).toMatchObject([{ failure: null, next: expect.any(Number) }]);
    });

    it('are taken over from a node that died, and not before its time', async () => {
      let end: (outcome: RunOutcome) => void = () => undefined;
      const { node, look, runs, clock } = await bench([source('backend')], () => new Promise((resolve) => (end = resolve)));
      const dead = node();
      await dead.tick();
      // The second node sees that the first has it.
      const other = node();
      await expect.poll(() => runs.length).toBe(1);
      await look(other);
      expect(await other.list()).toMatchObject([{ running: true }]);
      await expect(other.request('portal', 'backend', 'sec')).rejects.toThrow(expect.objectContaining({ code: 'conflict' }));
      clock.now += dayMs;
      const again = other.tick();
      await expect.poll(() => runs.length).toBe(2);
      end(said());
      await again;
      await other.settled();
    });
  });
});
