import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import { describeEachStore } from '../store/testing.ts';
import { nodeAttention } from './attention.ts';
import { createFolderDigests, type FolderPrint, type FollowedFolder } from './folder-digests.ts';
import { configurationPrint, differingSections } from './print.ts';
import { beatIntervalMs, joinNodes, liveMs, type NodesParts, settledMs, UnsharedNodeError } from './service.ts';
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
        join: (name: string, coordination: CoordinationKind, more: Partial<NodesParts> = {}) =>
          joinNodes({
            ...{ store, audit, name, coordination, clock: () => now },
            place: async () => (coordination === 'redis' ? 'one' : null),
            configuration: () => null,
            ...more,
          }),
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

    it('on two servers of Redis alarm, and not where one server was emptied just now', async () => {
      const { join, alarms } = await world();
      let ofA = 'one';
      const a = await join('a', 'redis', { place: async () => ofA });
      const b = await join('b', 'redis', { place: async () => 'two' });
      await b.beat();
      await a.beat();
      await a.beat();
      expect([a.state(), b.state(), alarms.length]).toEqual(['split', 'split', 2]);
      ofA = 'two';
      await a.beat();
      await b.beat();
      expect([a.state(), b.state()]).toEqual(['ok', 'ok']);
      ofA = 'three';
      await a.beat();
      ofA = 'two';
      await a.beat();
      expect([a.state(), alarms.length]).toEqual(['ok', 2]);
    });

    it('with other configurations are told of by section, once that is no reload under way', async () => {
      const { join, alarms, pass } = await world();
      const print = (input: ConfigInput, version = '1', policies = 'p', folders: FolderPrint = {}) => {
        const files = { policies, openapi: new Map(), addressPlaces: '' };
        return configurationPrint(configSchema.parse(input), files, folders, version, new Uint8Array(32));
      };
      const shared: ConfigInput = { gateway: { mode: 'enforce' } };
      let ofB = print({ ...shared, data: '/b', gateway: { listen: '127.0.0.1:9001', mode: 'enforce' }, audit: { origin: 'b' } });
      const a = await join('a', 'redis', { configuration: () => print(shared) });
      const b = await join('b', 'redis', { configuration: () => ofB });
      const both = async (): Promise<unknown[]> => {
        for (const node of [b, a, b]) await node.beat();
        return [a.differing(), b.differing()];
      };
      // What is each node's own is no difference, and neither is a reload.
      expect(await both()).toEqual([[], []]);
      ofB = print({ gateway: { mode: 'monitor' }, retention: { audit: 400 } }, '1', 'q');
      await both();
      for (let waited = 0; waited + beatIntervalMs < settledMs; waited += beatIntervalMs) {
        pass(beatIntervalMs);
        expect(await both()).toEqual([[], []]);
      }
      pass(beatIntervalMs);
      const sections = ['gateway', 'policies', 'retention'];
      expect(await both()).toEqual([[{ name: 'b', sections }], [{ name: 'a', sections }]]);
      pass(beatIntervalMs);
      await both();
      expect(alarms.filter((alarm) => alarm.includes('configuration_differs'))).toHaveLength(2);
      expect(nodeAttention(a, 0)).toEqual([expect.objectContaining({ id: 'nodes-configuration' })]);
      // Programs of two versions have other defaults.
      ofB = print({ gateway: { mode: 'monitor' } }, '2');
      expect((await both())[0]).toEqual([{ name: 'b', sections: ['version'] }]);
      ofB = print(shared);
      expect(await both()).toEqual([[], []]);
      expect(nodeAttention(a, 0)).toEqual([]);
    });

    it('with other rules of detection or playbooks are told of, wherever each keeps them', async () => {
      const root = mkdtempSync(join(tmpdir(), 'menshen-folders-'));
      try {
        const node = (name: string, section: FollowedFolder) => {
          const folder = join(root, name);
          mkdirSync(join(folder, 'below'), { recursive: true });
          for (const file of ['one.yaml', 'two.yml', 'notes.txt', 'below/three.yaml']) writeFileSync(join(folder, file), file);
          const digests = createFolderDigests((asked) => (asked === section ? folder : null));
          const read = async () => {
            await Promise.all([digests.changed('detections'), digests.changed('playbooks')]);
            const files = { policies: null, openapi: new Map(), addressPlaces: '' };
            return configurationPrint(configSchema.parse({ [section]: folder }), files, digests.now(), '1', new Uint8Array(32));
          };
          return { folder, read };
        };
        for (const section of ['detections', 'playbooks'] as const) {
          const [a, b] = [node(`${section}-a`, section), node(`${section}-b`, section)];
          const differing = async () => differingSections(await a.read(), await b.read());
          const put = (file: string, text: string) => writeFileSync(join(b.folder, file), text);
          expect(await differing()).toEqual([]);
          put('notes.txt', 'what nobody reads');
          expect(await differing()).toEqual([]);
          put('two.yml', 'changed');
          expect(await differing()).toEqual([section]);
          put('two.yml', 'two.yml');
          expect(await differing()).toEqual([]);
          renameSync(join(b.folder, 'one.yaml'), join(b.folder, 'another.yaml'));
          expect(await differing()).toEqual([section]);
          renameSync(join(b.folder, 'another.yaml'), join(b.folder, 'one.yaml'));
          // Only rules are read from folders below.
          put('below/three.yaml', 'changed');
          expect(await differing()).toEqual(section === 'detections' ? [section] : []);
          rmSync(b.folder, { recursive: true });
          expect(await differing()).toEqual([section]);
        }
      } finally {
        rmSync(root, { recursive: true });
      }
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
