import { describe, expect, it } from 'vitest';
import { detectors } from '../detect/detectors.ts';
import { createDetection } from '../detect/engine.ts';
import { createInspector } from '../inspector.ts';
import { createHeaderMemo } from './header-memo.ts';

const plain = ['Host', 'a.example', 'User-Agent', 'Mozilla/5.0 MicroMessenger/8.0.50', 'X-Page', 'pages/index'];
const attack = ['Host', 'a.example', 'X-Page', "k' union select pin from staff -- "];
const cookie = ['Host', 'a.example', 'Cookie', 'theme=<img src=q onerror=steal(1)>'];
const request = (headers: readonly string[]) => ({ decodedPath: '/a', query: {}, headers });

describe('what is known of headers that come again', () => {
  it.each([
    ['plain headers', plain],
    ['an attack in a header', attack],
    ['an attack in a cookie', cookie],
  ])('changes no verdict and no step: %s', (_what, headers) => {
    const detection = createDetection({ detectors });
    const memo = createHeaderMemo();
    detection.inspect(request(headers));
    const without = detection.inspect(request(headers));
    const steps = detection.steps();
    for (let time = 0; time < 3; time += 1) {
      expect(detection.inspect({ ...request(headers), memo })).toEqual(without);
      expect(detection.steps()).toBe(steps);
    }
    expect(memo.clean === null).toBe(headers !== plain);
  });

  it('holds for one engine: another one has other detectors', () => {
    const memo = createHeaderMemo();
    const blind = createDetection({ detectors: [] });
    expect(blind.inspect({ ...request(attack), memo }).action).toBe('pass');
    expect(createDetection({ detectors }).inspect({ ...request(attack), memo }).action).toBe('block');
  });

  it('leaves what follows in the request to be read', () => {
    const detection = createDetection({ detectors });
    const memo = createHeaderMemo();
    for (let time = 0; time < 2; time += 1) expect(detection.inspect({ ...request(plain), memo }).action).toBe('pass');
    expect(detection.inspect({ ...request(plain), memo, query: { q: attack[3] ?? '' } }).action).toBe('block');
  });

  it('is asked anew for a method that may have no body, and for other limits', () => {
    const memo = createHeaderMemo();
    const headers = ['Host', 'a.example', 'Content-Length', '3', 'Content-Type', 'application/json'];
    const head = (method: string, inspector = createInspector()) =>
      inspector.inspectHead({ method, rawPath: '/a', rawQuery: '', headers, memo });
    const inspector = createInspector();
    expect(head('POST', inspector)).toMatchObject({ contentType: 'application/json' });
    expect(head('POST', inspector)).toMatchObject({ contentType: 'application/json' });
    expect(head('GET', inspector)).toMatchObject({ code: 'header_malformed' });
    expect(head('POST', createInspector({ limits: { maxHeaders: 2 } }))).toMatchObject({ code: 'headers_too_large' });
  });
});
