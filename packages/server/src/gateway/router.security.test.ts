import { expect, it } from 'vitest';
import { type Routed, Router } from './router.ts';

const route = (method: string, segments: string[]): Routed => ({ match: `${method} /${segments.join('/')}`, method, segments });

it('looks at 64 segments at most', () => {
  const router = new Router<Routed>();
  router.add(route('GET', ['*']));
  expect(router.find('GET', '/a'.repeat(64)).kind).toBe('route');
  expect(router.find('GET', '/a'.repeat(65)).kind).toBe('none');
  expect(router.find('GET', '/'.repeat(100_000)).kind).toBe('none');
});

it('visits each node of its tree once: literals and parameters that all match do not multiply', () => {
  const router = new Router<Routed>();
  let reads = 0;
  for (let at = 0; at < 30; at += 1) {
    const segments = Array.from({ length: 30 }, (_, level) => (level === at ? ':p' : 'a'));
    router.add(route('GET', [...segments, `end${at}`]));
  }
  const counting = new Proxy(Map.prototype.get, {
    apply: (target, self, args) => {
      reads += 1;
      return Reflect.apply(target, self, args);
    },
  });
  const original = Map.prototype.get;
  Map.prototype.get = counting;
  try {
    expect(router.find('GET', `${'/a'.repeat(30)}/nowhere`).kind).toBe('none');
  } finally {
    Map.prototype.get = original;
  }
  expect(reads).toBeGreaterThan(30);
  expect(reads).toBeLessThan(30 * 31 * 3);
});
