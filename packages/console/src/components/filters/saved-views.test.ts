import { describe, expect, it } from 'vitest';
import { addView, readViews, savedViewsKey, writeViews } from './saved-views.ts';

function storage(text: string | null) {
  const kept = new Map(text === null ? [] : [[savedViewsKey, text]]);
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

describe('saved views', () => {
  it('come back as they were kept', () => {
    const place = storage(null);
    const views = addView([], { name: '拒绝', path: '/traffic?outcome=refused' });
    writeViews(place, views);
    expect(readViews(place)).toEqual(views);
  });

  it.each(['{', '{"a":1}', '[{"name":"x","path":"https://evil.example"}]', '[{"name":""}]'])(
    'are none when %j is kept',
    (text) => {
      expect(readViews(storage(text))).toEqual([]);
    },
  );

  it('replace the one of the same name on the same page only', () => {
    const first = addView([], { name: 'a', path: '/traffic?q=1' });
    const second = addView(first, { name: 'a', path: '/audit?q=1' });
    expect(addView(second, { name: 'a', path: '/traffic?q=2' }).map((view) => view.path)).toEqual(['/audit?q=1', '/traffic?q=2']);
  });

  it('keep the newest fifty', () => {
    let views = addView([], { name: '0', path: '/traffic' });
    for (let at = 1; at < 60; at += 1) views = addView(views, { name: String(at), path: '/traffic' });
    expect([views.length, views[0]?.name]).toEqual([50, '10']);
  });
});
