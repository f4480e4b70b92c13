import { expect, it } from 'vitest';
import { createDetection, type TextFindings } from './engine.ts';
import type { Detector } from './model.ts';

/** Finds the word `evil` once and, heavier, `worse`. */
const toy: Detector = {
  name: 'toy',
  literals: ['evil', 'worse'],
  features: {
    'toy.evil': { class: 'sqli', weight: 2, zh: '恶', en: 'evil' },
    'toy.worse': { class: 'sqli', weight: 3, zh: '更恶', en: 'worse' },
  },
  detect({ text }, signals) {
    for (const word of ['evil', 'worse']) {
      const at = text.indexOf(word);
      if (at >= 0) signals.report(`toy.${word}`, at, at + word.length);
    }
  },
};

const request = (value: unknown) => ({
  decodedPath: '/x',
  query: { q: 'evil' },
  headers: [],
  body: { kind: 'json' as const, mediaType: 'application/json', value, files: [] },
});

it('tells of every text in which something was found, where the verdict names the heaviest alone', () => {
  const detection = createDetection({ detectors: [toy] });
  const heard: Omit<TextFindings, 'findings'>[] = [];
  const rules: string[][] = [];
  const verdict = detection.inspect(request({ items: [{ remark: 'evil worse' }, { remark: '%65vil' }], evil: 1, note: 'fine' }), {
    hear({ findings, path, ...rest }) {
      heard.push({ ...rest, path: [...path] });
      rules.push(findings.map(({ rule }) => rule));
    },
  });
  expect(heard).toEqual([
    { place: 'query', path: ['query', 'q'], layers: 0 },
    { place: 'json', path: ['body', 'items', 0, 'remark'], layers: 0 },
    { place: 'json', path: ['body', 'items', 1, 'remark'], layers: 1 },
    { place: 'key', path: ['body', 'evil'], layers: 0 },
  ]);
  expect(rules).toEqual([['toy.evil'], ['toy.evil', 'toy.worse'], ['toy.evil'], ['toy.evil']]);
  expect(new Set(verdict.findings.map(({ where }) => where))).toEqual(new Set(['body.items[0].remark']));
});

it('takes a step budget for one request, and its own for the next', () => {
  const detection = createDetection({ detectors: [toy] });
  const long = request({
    note: 'a long remark of one hundred characters and more, so that a small budget does not reach its end, ever',
  });
  expect(detection.inspect(long, { maxSteps: 50 }).exhausted).toBe(true);
  expect(detection.inspect(long).exhausted).toBe(false);
});

it('counts the values that it knew: keys in which nothing was found, and headers with what was found in them', () => {
  const detection = createDetection({ detectors: [toy] });
  const headers = ['user-agent', 'a phone', 'x-note', 'evil'];
  const inspect = () => detection.inspect({ decodedPath: '/', query: { page: '1' }, headers });
  inspect();
  expect(detection.cacheHits()).toBe(0);
  expect(inspect().findings).toHaveLength(1);
  // The key of the query, and both headers.
  expect(detection.cacheHits()).toBe(3);
});

it('says the same of a header that it has read before, with its places and to who listens', () => {
  const detection = createDetection({ detectors: [toy] });
  const ask = () => {
    const heard: unknown[] = [];
    const verdict = detection.inspect(
      {
        decodedPath: '/x',
        query: {},
        headers: ['User-Agent', 'client (evil)', 'Referer', '%77orse evil', 'Cookie', 'a=evil; b=fine', 'Accept', 'fine'],
      },
      { hear: ({ findings, path, ...rest }) => heard.push({ ...rest, path: [...path], findings }) },
    );
    return { verdict, heard };
  };
  const first = ask();
  expect(first.heard).toHaveLength(3);
  expect(first.verdict.action).toBe('block');
  expect(ask()).toEqual(first);
  expect(ask()).toEqual(first);
  // The cookie is read again each time; the three others are known.
  expect(detection.cacheHits()).toBe(6);
});
