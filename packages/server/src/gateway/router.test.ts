import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Routed, Router } from './router.ts';

const route = (match: string): Routed => {
  const [method = '', path = ''] = match.split(' ');
  return { match, method, segments: path === '/' ? [] : path.slice(1).split('/') };
};
const router = (...matches: string[]): Router<Routed> => {
  const made = new Router<Routed>();
  for (const match of matches) made.add(route(match));
  return made;
};
const found = (from: Router<Routed>, method: string, path: string): unknown => {
  const match = from.find(method, path);
  if (match.kind === 'route') return [match.route.match, ...match.values];
  return match.kind === 'method' ? match.allowed : null;
};

describe('which route serves', () => {
  const routes = router(
    'GET /',
    'GET /a/b',
    'GET /a/:x',
    'GET /a/*',
    'GET /:x/b',
    'GET /:x/:y/c',
    'POST /a/:x',
    'GET /t/',
    'GET /f/*',
  );
  it.each([
    ['/', ['GET /']],
    ['/a/b', ['GET /a/b']],
    ['/a/z', ['GET /a/:x', 'z']],
    ['/a/b/d', ['GET /a/*']],
    ['/z/b', ['GET /:x/b', 'z']],
    ['/z/y/c', ['GET /:x/:y/c', 'z', 'y']],
    ['/t/', ['GET /t/']],
    ['/f/', ['GET /f/*']],
    ['/f/1/2/3', ['GET /f/*']],
    ['/f', null],
    ['/t', null],
    ['/z', null],
    ['/z/', null],
    // Many backends would read it as `/a/b`.
    ['/A/b', null],
    ['/B/b', ['GET /:x/b', 'B']],
    ['/__proto__', null],
    ['/constructor/b', ['GET /:x/b', 'constructor']],
  ])('%s', (path, expected) => {
    expect(found(routes, 'GET', path)).toEqual(expected);
  });
  it('goes back from a literal that leads nowhere, without values of the way', () => {
    const made = router('GET /a/:x/c', 'GET /:y/b/d');
    expect(found(made, 'GET', '/a/b/d')).toEqual(['GET /:y/b/d', 'a']);
    expect(found(made, 'GET', '/a/b/c')).toEqual(['GET /a/:x/c', 'b']);
  });
  it('a parameter takes no empty segment', () => {
    expect(found(router('GET /a/:x'), 'GET', '/a/')).toBeNull();
  });
  it('does not depend on the order of declaration', () => {
    const matches = ['GET /a/b', 'GET /a/:x', 'GET /a/*', 'GET /:x/b'];
    fc.assert(
      fc.property(fc.shuffledSubarray(matches, { minLength: 4 }), (shuffled) => {
        const made = router(...shuffled);
        expect(['/a/b', '/a/c', '/a/c/d', '/c/b'].map((path) => found(made, 'GET', path))).toEqual([
          ['GET /a/b'],
          ['GET /a/:x', 'c'],
          ['GET /a/*'],
          ['GET /:x/b', 'c'],
        ]);
      }),
    );
  });
});

describe('methods', () => {
  it('HEAD is served by GET, but by its own route where there is one', () => {
    const routes = router('GET /a', 'GET /b', 'HEAD /b');
    expect(found(routes, 'HEAD', '/a')).toEqual(['GET /a']);
    expect(found(routes, 'HEAD', '/b')).toEqual(['HEAD /b']);
    expect(found(router('HEAD /a'), 'GET', '/a')).toEqual(['HEAD']);
    expect(found(router('POST /a'), 'HEAD', '/a')).toEqual(['POST']);
  });
  it('names the methods of all patterns that match, in order and once', () => {
    const routes = router('PUT /a', 'GET /a', 'DELETE /:x', 'GET /:x', 'PATCH /*', 'POST /b');
    expect(found(routes, 'POST', '/a')).toEqual(['DELETE', 'GET', 'PATCH', 'PUT']);
    expect(routes.find('POST', '/a').kind).toBe('method');
  });
  it('a method that only a wider pattern has is served by that', () => {
    expect(found(router('GET /a', 'POST /:x'), 'POST', '/a')).toEqual(['POST /:x', 'a']);
  });
  it('are compared as they are', () => {
    expect(found(router('GET /a'), 'get', '/a')).toEqual(['GET']);
    expect(found(router('GET /a'), '__proto__', '/a')).toEqual(['GET']);
  });
});

describe('two routes at one place', () => {
  it.each([
    ['GET /a', 'GET /a'],
    ['GET /:a', 'GET /:b'],
    ['GET /a/:b/*', 'GET /a/:c/*'],
    ['GET /', 'GET /'],
  ])('%s and %s are refused', (one, two) => {
    expect(() => router(one, two)).toThrow(RangeError);
  });
  it('are taken when anything but a parameter name differs', () => {
    expect(() => router('GET /a', 'POST /a', 'GET /:a', 'GET /*', 'GET /a/', 'HEAD /a')).not.toThrow();
  });
});
