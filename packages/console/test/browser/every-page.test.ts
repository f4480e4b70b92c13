import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumForTests } from './chromium.ts';
import { emptyPlaces, type Place, places } from './places.ts';
import { type Look, type Stage, setStage, type Visit } from './stage.ts';

const chromium = chromiumForTests();

/**
 * How a look comes to its places: by address, with everything loaded anew, or from place to place within the loaded page, which takes a third of the time.
 * Each place that people also look at on a phone is opened by its address once, and the first of each world.
 */
type Way = 'opens' | 'follows';
/** Which rules of accessibility a look is for; see {@link Visit.violations}. */
type Rules = 'all' | 'colours';
type LookOnItsWay = readonly [way: Way, look: Partial<Look>, rules?: Rules];

/**
 * Each language and each theme once, together: what breaks in one of them breaks in one of these. Names, roles and sizes are the same in both, and the
 * second look finds what they lack.
 */
const wide: readonly LookOnItsWay[] = [
  ['follows', { language: 'zh', theme: 'light' }, 'colours'],
  ['follows', { language: 'en', theme: 'dark' }],
];
/** A page that is also looked at on a phone, there in English on light ground, needs no more than the other language and theme on a wide screen. */
const beside: readonly LookOnItsWay[] = [['opens', { language: 'zh', theme: 'dark' }]];
/** Pages without anything to show have the same frame: they are looked at in the language with the longer words. */
const empty: readonly LookOnItsWay[] = [['follows', { language: 'en', theme: 'dark' }]];
/** English words are the longer ones, and Chinese breaks anywhere. */
const narrow: readonly LookOnItsWay[] = [['follows', { language: 'en', theme: 'light', width: 390, height: 844 }]];

/** What is shown to somebody who has not signed in, and the page that `follow` leads through, are opened by their address in each look. */
const isOutside = ({ path }: Place): boolean => /^\/(login|setup|invitation|nothing)\b/.test(path);

/** Places of one world one after the other: links lead from each to the next. */
const byWorld = (shown: readonly Place[]): readonly Place[] => [...Map.groupBy(shown, ({ world }) => world).values()].flat();

describe.skipIf(chromium.skip)('every page in Chromium', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(chromium.path());
  });
  afterAll(async () => {
    await stage?.close();
  });

  /** The page shows its words, breaks no rule of accessibility, stays inside the screen, and nothing failed on the way. */
  const check = async (visit: Visit, place: Place, follows: boolean, rules: Rules): Promise<void> => {
    const { page, look } = visit;
    visit.takeProblems();
    await (follows ? visit.follow(place.path) : visit.open(place.path));
    await page.getByText(place[look.language]).first().waitFor();
    await visit.screenshot(`${place.name} ${look.language} ${look.theme} ${look.width}`);
    expect(await page.locator('html').getAttribute('lang')).toBe(look.language === 'en' ? 'en-GB' : 'zh-CN');
    expect(await page.locator('html').getAttribute('data-theme')).toBe(look.theme);
    expect(await visit.violations(rules)).toEqual([]);
    expect(await page.evaluate(overflowing)).toEqual([]);
    expect(visit.takeProblems()).toEqual([]);
  };

  /** All looks at a time: the machine has more than one core, and the page spends much of its time waiting. */
  describe.each([
    ['wide', wide, places.filter((place) => !place.narrow)],
    ['wide beside a phone', beside, places.filter((place) => place.narrow)],
    ['empty', empty, emptyPlaces],
    ['narrow', narrow, places.filter((place) => place.narrow)],
  ] as const)('%s', (_name, looks, shown) => {
    let visits: readonly (readonly [Visit, Way, Rules])[];
    /** The world that the loaded pages know, null when the next place has to be opened. */
    let known: Place['world'] | null = null;
    beforeAll(async () => {
      visits = await Promise.all(looks.map(async ([way, look, rules = 'all']) => [await stage.visit(look), way, rules] as const));
    });
    afterAll(async () => {
      for (const [visit] of visits ?? []) await visit.close();
    });

    it.each(byWorld(shown).map((place) => [place.name, place] as const))('%s', async (_place, place) => {
      const linked = known === place.world && !isOutside(place);
      known = null;
      stage.server.world = place.world();
      await Promise.all(visits.map(([visit, way, rules]) => check(visit, place, linked && way === 'follows', rules)));
      known = isOutside(place) ? null : place.world;
    });
  });
});

/** What sticks out of the screen, or is wider than the card around it: rows may wrap or be cut with an ellipsis, never overflow. */
function overflowing(): string[] {
  const say = (element: Element): string =>
    `${element.getAttribute('aria-label') ?? element.tagName} ${element.scrollWidth} > ${element.clientWidth}`;
  const root = document.documentElement;
  const sections = [...document.querySelectorAll('section')];
  return [root, ...sections].filter((element) => element.scrollWidth > element.clientWidth + 1).map(say);
}
