import type { RatesConfig } from '@menshen/contract';

const spanMs = 10_000;
/** Puzzles a second that a quiet gateway gives out; each doubling makes the next ones a bit harder. */
const quietPerSecond = 20;

/**
 * How hard the next puzzle is: harder the more are given out, the fuller the gateway is, and for a caller with signs of a bot, up to the configured bound.
 */
export function createDifficulty(
  settings: () => Pick<RatesConfig['challenge'], 'bits' | 'maxBits'>,
  load: () => number,
  clock: () => number,
) {
  let since = clock();
  let given = 0;
  let before = 0;
  return (botScore: number): number => {
    const now = clock();
    if (now - since >= spanMs || now < since) {
      before = now - since < 2 * spanMs ? given : 0;
      given = 0;
      since = now;
    }
    given += 1;
    const perSecond = Math.max(given, before) / (spanMs / 1_000);
    const { bits, maxBits } = settings();
    const crowd = Math.max(0, Math.floor(Math.log2(perSecond / quietPerSecond) + 1));
    const full = load() > 0.8 ? 2 : load() > 0.5 ? 1 : 0;
    const bot = botScore >= 80 ? 2 : botScore >= 50 ? 1 : 0;
    return Math.min(maxBits, bits + crowd + full + bot);
  };
}
