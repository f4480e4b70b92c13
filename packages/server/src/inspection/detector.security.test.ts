import type { DetectionRequest, SettledFields } from '@menshen/inspect';
import { afterEach, describe, expect, it } from 'vitest';
import { enoughPoints } from './decide.ts';
import { createThreatDetector, type DetectionTask, type ThreatDetector, type ThreatDetectorOptions } from './detector.ts';
import { withoutSettled } from './without-settled.ts';

const injection = "x' OR '1'='1' UNION SELECT username, password FROM users -- ";
const request = (value: unknown): DetectionRequest => ({
  decodedPath: '/x',
  query: {},
  headers: [],
  body: { kind: 'json', mediaType: 'application/json', value, files: [] },
});
const task = (value: unknown, rest: Partial<DetectionTask> = {}): DetectionTask => ({
  request: request(value),
  characters: JSON.stringify(value).length,
  floor: 1,
  steps: null,
  enough: 8,
  settled: undefined,
  ...rest,
});
const large = { pad: Array.from({ length: 9 }, () => 'a b '.repeat(25_000)), note: injection };

describe('a large body', () => {
  let detector: ThreatDetector;
  const make = (options: ThreatDetectorOptions = {}): ThreatDetector => {
    detector = createThreatDetector(options);
    return detector;
  };
  afterEach(() => detector.close());

  it('is read on a thread of its own, with the result that this thread would have had', async () => {
    make();
    const away = detector.find(task(large));
    expect(away).toBeInstanceOf(Promise);
    const here = await createThreatDetector({ largeCharacters: 10_000_000 }).find(task(large));
    expect(await away).toEqual(here);
    expect(here.threats[0]).toMatchObject({ class: 'sqli', place: 'json', name: 'note' });
  });

  it('leaves this thread to others', async () => {
    make();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    await Promise.all(Array.from({ length: 4 }, () => detector.find(task(large))));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it('that waits too long, or behind too many, was not read and so is not harmless', async () => {
    make({ timeoutMs: 0 });
    expect(await detector.find(task(large))).toEqual({ threats: [], exhausted: true });
    make({ maxWaiting: 1 });
    const first = detector.find(task(large));
    expect(await detector.find(task(large))).toMatchObject({ exhausted: true });
    expect(await first).toMatchObject({ exhausted: false });
  });

  it('under way when the process ends was not read', async () => {
    make();
    const away = detector.find(task(large));
    await detector.close();
    expect(await away).toMatchObject({ exhausted: true });
    expect(await detector.find(task(large))).toMatchObject({ exhausted: true });
  });

  it('finds a new thread after one was lost', async () => {
    make({ timeoutMs: 0 });
    await detector.find(task(large));
    expect(await detector.find(task(large))).toMatchObject({ exhausted: true });
  });

  it('is held to its budget there too', async () => {
    make();
    expect(await detector.find(task(large, { steps: 10_000 }))).toMatchObject({ exhausted: true });
  });

  it('is read without what its declared types settle', async () => {
    make();
    const settled: SettledFields = (source, path) => source === 'body' && path.join('.') === 'items.*.id';
    const value = { ...large, note: 'fine', items: [{ id: injection, text: 'fine' }] };
    expect((await detector.find(task(value, { settled }))).threats).toEqual([]);
    expect((await detector.find(task(value))).threats).toHaveLength(1);
  });
});

it('leaves out of a request only the texts that are settled', () => {
  const value = { id: 'a', list: [{ id: 'b', n: 1 }], deep: { id: 'c' }, __proto__: null };
  const settled: SettledFields = (_source, path) => path.at(-1) === 'id';
  expect(withoutSettled(request(value), settled).body?.value).toEqual({ id: '', list: [{ id: '', n: 1 }], deep: { id: '' } });
  expect(value.id).toBe('a');
});

it('gathers every text that is to be decided on, and calls what has too many not read', async () => {
  const detector = createThreatDetector();
  const many = (count: number) => ({ list: Array.from({ length: count }, () => injection) });
  const found = await detector.find(task(many(400)));
  expect(found).toMatchObject({ exhausted: false });
  expect(found.threats).toHaveLength(400);
  expect((await detector.find(task(many(2_100), { characters: 0, enough: Number.POSITIVE_INFINITY }))).exhausted).toBe(true);
  await detector.close();
});

describe('a long text that is refused already', () => {
  const field = { content: `${'<img src=x onerror=alert(1)><script>alert(1)</script>'.repeat(400)} ; cat /etc/passwd` };
  const classes = async (rules: Parameters<typeof enoughPoints>[0]) => {
    const { threats } = await createThreatDetector().find(task(field, { enough: enoughPoints(rules) }));
    return threats.map((threat) => threat.class);
  };
  const rules = { threshold: 4, exceptions: [], weights: new Map<string, number>() };
  const exception = {
    id: 'x',
    target: { class: 'xss' as const },
    where: { place: 'json' as const, name: 'content' },
    expiresAt: 1,
  };

  it('is not read on, but where an exception or a weight may take away what it is refused for', async () => {
    expect(await classes(rules)).not.toContain('rce');
    expect(await classes({ ...rules, exceptions: [exception] })).toContain('rce');
    expect(await classes({ ...rules, weights: new Map([['html.event_handler', 0]]) })).toContain('rce');
  });
});
