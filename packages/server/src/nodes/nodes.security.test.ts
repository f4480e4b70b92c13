import { describe, expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import { describeEachStore } from '../store/testing.ts';
import { joinNodes, liveMs, UnsharedNodeError } from './service.ts';
import { createNodeStore } from './store.ts';
import type { CoordinationKind } from './tables.ts';

describeEachStore((open) =>
  describe('nodes that share a store', () => {
    const world = async () => {
      const store = createNodeStore(await open());
      const alarms: string[] = [];
      let now = 1_767_225_600_000;
      const audit = { record: async (event: unknown) => void alarms.push(JSON.stringify(event)) } as unknown as Audit;
      return {
        alarms,
        pass: (milliseconds: number) => {
          now += milliseconds;
        },
        join: (name: string, coordination: CoordinationKind) => joinNodes({ store, audit, name, coordination, clock: () => now }),
      };
    };

    it('must share coordination: the second that does not is refused', async () => {
      const { join, alarms } = await world();
      await join('a', 'memory');
      await expect(join('b', 'memory')).rejects.toThrow(UnsharedNodeError);
      expect(alarms).toEqual([]);
    });

    it('raise one alarm where the first does not share and the second does', async () => {
      const { join, alarms } = await world();
      const a = await join('a', 'memory');
      const b = await join('b', 'redis');
      expect([a.state(), b.state()]).toEqual(['ok', 'split']);
      await a.beat();
      await b.beat();
      expect([a.state(), b.state()]).toEqual(['split', 'split']);
      expect(alarms).toHaveLength(2);
      expect(alarms[0]).toContain('coordination_unshared');
      await a.leave();
      await b.beat();
      expect(b.state()).toBe('ok');
    });

    it('are as many as they like with coordination, and one may start again at once', async () => {
      const { join, alarms } = await world();
      const nodes = [await join('a', 'redis'), await join('b', 'redis'), await join('a', 'redis')];
      expect(nodes.map((node) => node.state())).toEqual(['ok', 'ok', 'ok']);
      expect(alarms).toEqual([]);
    });

    it('alone need none: not after a restart, nor after another has left or was not heard for long', async () => {
      const { join, pass } = await world();
      await join('a', 'memory');
      await join('a', 'memory');
      pass(liveMs + 1);
      const b = await join('b', 'memory');
      await b.leave();
      await expect(join('c', 'memory')).resolves.toBeDefined();
    });
  }),
);
