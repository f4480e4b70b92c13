import { describe, expect, it } from 'vitest';
import { jsonAt, parseJson } from './json.ts';

describe('parseJson', () => {
  it('reads comments, trailing commas and a byte order mark, and keeps offsets', () => {
    const text = '\uFEFF{ // a\n "a": [1, -2.5e3, true, null,], /* b */ "b\\u0063": "d\\"e", }';
    const document = parseJson(text, 20);
    expect(JSON.stringify(document?.value)).toBe('{"a":[1,-2500,true,null],"bc":"d\\"e"}');
    const value = jsonAt(document?.root, 'a', 1);
    expect(value === undefined ? '' : text.slice(value.start, value.end)).toBe('-2.5e3');
    expect(jsonAt(document?.root, 'a', 'x')).toBeUndefined();
  });

  it('takes the last of equal keys and gives no object a prototype', () => {
    const document = parseJson('{"a":1,"a":2,"__proto__":{"x":1}}', 20);
    const value = document?.value as Record<string, unknown>;
    expect(value.a).toBe(2);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(jsonAt(document?.root, 'a')).toMatchObject({ value: 2 });
  });

  it('refuses what is broken or too deep', () => {
    for (const text of ['', '{', '{"a" 1}', '[1 2]', '"\n"', '{"a":}', 'tru', '[]x', `${'['.repeat(60)}`])
      expect(parseJson(text, 50)).toBeUndefined();
  });
});
