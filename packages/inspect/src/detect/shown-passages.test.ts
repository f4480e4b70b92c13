import { expect, test } from 'vitest';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import { createShownPassages } from './shown-passages.ts';
import { askAbout } from './testing/ask.ts';

const article = '<p>1</p><pre><code>2</code></pre><p>3</p> <code>4</code> <pre>5';

test.each([
  ['1', false],
  ['2', true],
  ['3', false],
  ['4', true],
  // Nothing closes it.
  ['5', false],
])('%s of an article is shown: %s', (digit, isShown) => {
  expect(createShownPassages(() => true).holds(article, article.indexOf(digit))).toBe(isShown);
});

test('shows nothing in a text that begins otherwise', () => {
  expect(createShownPassages(() => true).holds("x'<pre>b</pre>", 7)).toBe(false);
});

test('goes on where a part of a long text was left out', () => {
  const cut = '<p>0</p><pre>1 \u2026 2</pre>3 \u2026 4</code> 5';
  const { holds } = createShownPassages(() => true);
  expect(['1', '2', '3', '4', '5'].map((digit) => holds(cut, cut.indexOf(digit)))).toEqual([true, true, false, true, false]);
});

test('reads a text once, and counts it', () => {
  let steps = 0;
  const { holds } = createShownPassages((some) => {
    steps += some;
    return true;
  });
  for (let times = 0; times < 100; times += 1) holds(article, times % article.length);
  expect(steps).toBe(article.length * 2);
});

const detection = createDetection({ detectors });

test.each(['javax.management ', '<pre>javax.management ', 'javax.management</code>\u2026 ', '<code>os.popen(</code>'])(
  'many %j in an article take time in proportion',
  (unit) => {
    expect(growth((size) => () => askAbout(detection, `<p>${unit.repeat(size)}`), 200)).toBeLessThan(mostlyLinear);
  },
);
