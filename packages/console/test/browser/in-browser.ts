import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { busyWorld, type World } from '../fake/world.ts';
import { chromiumForTests } from './chromium.ts';
import { type Keys, keysOf } from './keys.ts';
import { type Look, type Stage, setStage, type Visit } from './stage.ts';

/** What stands before a test: made anew for each, so read it in the test. */
export interface InBrowser {
  readonly stage: Stage;
  readonly visit: Visit;
  readonly keys: Keys;
}

const chromium = chromiumForTests();

/**
 * A suite in a real browser, over an invented world that each test has for itself. Whatever went wrong in the page fails the test. Skipped, visibly, where
 * this machine has no Chromium.
 */
export function describeInBrowser(
  title: string,
  { world = busyWorld, look = {} }: { readonly world?: () => World; readonly look?: Partial<Look> },
  suite: (at: InBrowser) => void,
): void {
  describe.skipIf(chromium.skip)(title, () => {
    let stage: Stage;
    let visit: Visit;
    let keys: Keys;
    beforeAll(async () => {
      stage = await setStage(chromium.path());
    });
    afterAll(async () => {
      await stage?.close();
    });
    beforeEach(async () => {
      stage.server.world = world();
      stage.server.writes.length = 0;
      visit = await stage.visit(look);
      keys = keysOf(visit);
    });
    afterEach(async () => {
      expect(visit.takeProblems()).toEqual([]);
      await visit.close();
    });
    suite({
      get stage() {
        return stage;
      },
      get visit() {
        return visit;
      },
      get keys() {
        return keys;
      },
    });
  });
}
