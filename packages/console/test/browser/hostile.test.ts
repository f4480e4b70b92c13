import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileAnswers } from '../fake/hostile.ts';
import { busyWorld } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { places } from './places.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

/** The places of an ordinary day: other scenes show the same pages. */
const shown = places.filter(({ world, path }) => world === busyWorld && !/^\/(login|setup|invitation|nothing)\b/.test(path));

/** Every text that the contract leaves open is markup, a template and a word without end: names, paths, agents, notes and reports come from strangers. */
describe.skipIf(chromium.skip)('every page full of hostile texts', () => {
  let stage: Stage;
  let visits: readonly Visit[];
  let known = false;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
    stage.server.spoil = hostileAnswers();
    visits = await Promise.all([
      stage.visit({ language: 'en' }),
      stage.visit({ language: 'zh', theme: 'dark', width: 390, height: 844 }),
    ]);
    for (const { page } of visits) page.on('dialog', (dialog) => void dialog.dismiss().then(() => page.evaluate(markRun)));
  });
  afterAll(async () => {
    if (stage !== undefined) stage.server.spoil = null;
    await stage?.close();
  });

  it.each(shown.map((place) => [place.name, place] as const))('%s', async (_name, { path }) => {
    const linked = known;
    known = false;
    await Promise.all(
      visits.map(async (visit) => {
        visit.takeProblems();
        await (linked ? visit.follow(path) : visit.open(path));
        expect(await visit.page.evaluate(faults)).toEqual([]);
        expect(visit.takeProblems()).toEqual([]);
      }),
    );
    known = true;
  });
});

function markRun(): void {
  document.documentElement.dataset.run = '';
}

/** What hostile texts did to the page: nothing runs or becomes an element, nothing sticks out, and all that can be pressed stays within reach. */
function faults(): string[] {
  const root = document.documentElement;
  // A pixel or two are the edge of a bold letter.
  const wide = [root, ...document.querySelectorAll('main section')].filter((one) => one.scrollWidth > one.clientWidth + 2);
  const away = [...document.querySelectorAll('main :is(button, a)')].filter((one) => {
    const { left, width } = one.getBoundingClientRect();
    const scrolls = one.closest('[role="group"][tabindex="0"]');
    // A table of many columns scrolls, but not for thousands of pixels.
    return width > 0 && left > (scrolls === null ? root.clientWidth : root.clientWidth * 4);
  });
  const squeezed = [...document.querySelectorAll('main :is(td, th, dd, p)')].filter(
    (one) => one.clientWidth < 40 && one.clientHeight > 1_000 && one.clientWidth > 0,
  );
  const made = document.querySelectorAll('main img[src="x"], main svg[onload]');
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].filter(
    ({ protocol }) => !['http:', 'https:', 'blob:'].includes(protocol),
  );
  return [
    ...(root.dataset.run === undefined ? [] : ['a script ran']),
    ...wide.map((one) =>
      `${one.getAttribute('aria-label') ?? one.tagName} ${one.scrollWidth} > ${one.clientWidth}`.slice(0, 200),
    ),
    ...away.map((one) => `out of reach: ${one.outerHTML.slice(0, 200)}`),
    ...squeezed.map((one) => `squeezed: ${one.clientWidth} × ${one.clientHeight} ${one.outerHTML.slice(0, 200)}`),
    ...[...made].map((one) => `made: ${one.outerHTML.slice(0, 200)}`),
    ...links.map(({ href }) => `leads to ${href.slice(0, 80)}`),
  ];
}
