import { describe, expect, it } from 'vitest';
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

describe('a path in another spelling', () => {
  const router = new Router<Routed>();
  const declared = [
    'api/*',
    'api/salary',
    'api/salary/:id',
    'api/staff/:id',
    'api/staff/me',
    'files/:name',
    'files/Index.html',
    'feeds/:id',
  ];
  for (const path of declared) router.add(route('GET', path.split('/')));
  router.add(route('POST', ['api', 'other']));
  const found = (path: string) => {
    const match = router.find('GET', path);
    return match.kind === 'route' ? match.route.match : match.kind === 'none' ? (match.where ?? 'none') : match.kind;
  };

  it.each([
    // Express, Rails and ASP.NET read these as the route that is guarded more narrowly.
    '/api/SALARY',
    '/api/salary/',
    '/api/Salary/7',
    '/api/salary/7/',
    '/api/salary.json',
    '/api/SALARY.xml',
    '/api/salary%20',
    '/api/salary.',
    '/api/sal%61ry/',
    '/api/staff/ME',
    '/api/staff/me.json',
    '/files/index.html',
    '/api/%73alary/',
  ])('%s is not decided upon by the wider route', (path) => expect(found(path)).toBe('spelling'));

  it.each([
    ['/api/salary', 'GET /api/salary'],
    ['/api/salary/7', 'GET /api/salary/:id'],
    ['/api/salary/7.json', 'GET /api/salary/:id'],
    ['/api/staff/me', 'GET /api/staff/me'],
    ['/api/staff/Zhang', 'GET /api/staff/:id'],
    ['/api/Other', 'GET /api/*'],
    ['/api/orders/', 'GET /api/*'],
    ['/api/orders/A.json', 'GET /api/*'],
    ['/files/Index.html', 'GET /files/Index.html'],
    ['/files/other.html', 'GET /files/:name'],
    ['/feeds/ALL', 'GET /feeds/:id'],
    ['/api/%zz', 'GET /api/*'],
    ['/API/salary', 'none'],
  ])('%s is what it is', (path, match) => expect(found(path)).toBe(match));
});
