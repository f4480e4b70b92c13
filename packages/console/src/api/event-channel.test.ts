import { describe, expect, it } from 'vitest';
import { createEventChannel, type EventSourceLike, type ServerEvent } from './event-channel.ts';

class FakeSource implements EventSourceLike {
  readyState = 0;
  readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();
  addEventListener(name: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(name, listener);
  }
  close(): void {
    this.readyState = 2;
  }
  say(name: string, data?: unknown): void {
    this.#listeners.get(name)?.({ data });
  }
}

function bench() {
  const sources: FakeSource[] = [];
  const waits: { milliseconds: number; act: () => void; off: boolean }[] = [];
  const channel = createEventChannel({
    open() {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    after(milliseconds, act) {
      const wait = { milliseconds, act, off: false };
      waits.push(wait);
      return () => {
        wait.off = true;
      };
    },
  });
  return { channel, sources, waits };
}

const row = {
  index: 7,
  requestId: 'req_00000007',
  time: 1,
  app: null,
  route: null,
  method: 'GET',
  path: '/x',
  status: 404,
  outcome: 'refused',
  code: 'app_unknown',
  uid: null,
  name: null,
  address: '192.0.2.1',
  latencyMicros: 10,
};

describe('event channel', () => {
  it('opens one stream for all listeners and closes it after the last', () => {
    const { channel, sources } = bench();
    const stopFirst = channel.listen(() => {});
    const stopSecond = channel.listen(() => {});
    expect(sources).toHaveLength(1);
    sources[0]?.say('open');
    expect(channel.state()).toBe('open');
    stopFirst();
    expect(sources[0]?.readyState).toBe(0);
    stopSecond();
    expect(sources[0]?.readyState).toBe(2);
    expect(channel.state()).toBe('closed');
  });

  it('passes on what it can read and nothing else', () => {
    const { channel, sources } = bench();
    const heard: ServerEvent[] = [];
    channel.listen((event) => heard.push(event));
    sources[0]?.say('traffic', JSON.stringify(row));
    sources[0]?.say('traffic', '{"index":"x"}');
    sources[0]?.say('traffic', 'not json');
    sources[0]?.say('attention');
    sources[0]?.say('audit', '{"size":12}');
    sources[0]?.say('audit', '{}');
    expect(heard).toEqual([{ kind: 'traffic', row }, { kind: 'attention' }, { kind: 'audit', size: 12 }]);
  });

  it('shows signs that nobody sees, or that turn the direction of writing, as boxes', () => {
    const { channel, sources } = bench();
    const paths: string[] = [];
    channel.listen((event) => event.kind === 'traffic' && paths.push(event.row.path));
    sources[0]?.say('traffic', JSON.stringify({ ...row, path: '/\u202efdp.exe\u200b' }));
    expect(paths).toEqual([expect.stringMatching(/^\/[\ue000-\uf8ff]fdp\.exe[\ue000-\uf8ff]$/)]);
  });

  it('leaves a broken connection to the browser and tries again itself, ever slower, after a refusal', () => {
    const { channel, sources, waits } = bench();
    channel.listen(() => {});
    sources[0]?.say('open');
    sources[0]?.say('error');
    expect([channel.state(), waits.length]).toEqual(['connecting', 0]);
    for (const expected of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const source = sources.at(-1);
      source?.close();
      source?.say('error');
      const wait = waits.at(-1);
      expect(wait?.milliseconds).toBe(expected);
      wait?.act();
    }
    sources.at(-1)?.say('open');
    sources.at(-1)?.close();
    sources.at(-1)?.say('error');
    expect(waits.at(-1)?.milliseconds).toBe(2_000);
  });

  it('does not come back after everybody has left', () => {
    const { channel, sources, waits } = bench();
    const stop = channel.listen(() => {});
    sources[0]?.close();
    sources[0]?.say('error');
    stop();
    expect(waits[0]?.off).toBe(true);
  });
});
