import { challengeHeader, createSha256, encodeUtf8, hasZeroBits } from '@menshen/wire';
import type { WxPlatform } from './phone/platform.ts';

// The platform has it, ES2018 does not.
declare function setTimeout(callback: () => void, ms: number): unknown;

/*
 * Optional, and not part of `menshen.js`: an app whose routes may answer `challenge_required` puts `challenge.js` beside it. Everybody else does not pay for it.
 */

/** A puzzle of the gateway: the field `challenge` of the refusal. */
interface Puzzle {
  readonly puzzle: string;
  readonly bits: number;
}

export interface ChallengeOptions {
  /** The platform; default the global `wx`. */
  readonly wx?: WxPlatform;
  /** Puzzles with more zero bits than this are not tried: 1 to 26. Default 22, some 30 s on an old phone. */
  readonly maxBits?: number;
  /** Hashes between two pauses, in which the page is drawn and touched: 100 to 1,000,000. Default 4,000. */
  readonly slice?: number;
}

interface HasRequest {
  request(options: { url: string; method?: string }): Promise<unknown>;
}

export interface Challenges {
  /** Give this as `wx` to `createMenshen`. It hears of puzzles and sends their solutions along. */
  readonly wx: WxPlatform;
  /** `menshen.request` that solves a puzzle when one is asked for, and then asks once more. */
  request<M extends HasRequest>(menshen: M, options: Parameters<M['request']>[0]): Promise<Awaited<ReturnType<M['request']>>>;
}

const kept = 32;
const puzzleForm = /^mc1\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}$/;

/** Prepares an app for `challenge_required`. Nothing is sent and nothing computed until the gateway asks. */
export function createChallenges(options: ChallengeOptions = {}): Challenges {
  const platform = options.wx === undefined ? globalPlatform() : options.wx;
  const maxBits = bounded(options.maxBits, 22, 1, 26);
  const slice = bounded(options.slice, 4_000, 100, 1_000_000);
  const asked: Record<string, Puzzle> = Object.create(null);
  const solved: Record<string, string> = Object.create(null);

  const wrapped = Object.create(platform as object) as WxPlatform;
  wrapped.request = (call) => {
    const key = keyOf(call.method, call.url);
    const solution = solved[key];
    delete solved[key];
    const { success } = call;
    return platform.request({
      ...call,
      ...(solution === undefined ? {} : { header: { ...call.header, [challengeHeader]: solution } }),
      success: (answer) => {
        const puzzle = puzzleOf(answer.data);
        if (puzzle !== null) {
          const names = Object.keys(asked);
          if (names.length >= kept) delete asked[names[0] as string];
          asked[key] = puzzle;
        }
        if (success !== undefined) success(answer);
      },
    });
  };

  return {
    wx: wrapped,
    async request(menshen, call) {
      try {
        return (await menshen.request(call)) as never;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'challenge_required') throw error;
        const key = Object.keys(asked).find((name) => isFor(name, call));
        const puzzle = key === undefined ? undefined : asked[key];
        if (key === undefined || puzzle === undefined || puzzle.bits > maxBits) throw error;
        delete asked[key];
        solved[key] = await solvePuzzle(puzzle, slice);
        return (await menshen.request(call)) as never;
      }
    },
  };
}

/** Looks for the counter, in slices, so that the page stays alive. */
export function solvePuzzle({ puzzle, bits }: Puzzle, slice = 4_000): Promise<string> {
  return new Promise((resolve) => {
    let counter = 0;
    const work = (): void => {
      for (const end = counter + slice; counter < end; counter += 1) {
        const solution = `${puzzle}.${counter}`;
        const hash = createSha256();
        hash.update(encodeUtf8(solution));
        if (hasZeroBits(hash.digest(), bits)) return resolve(solution);
      }
      setTimeout(work, 0);
    };
    work();
  });
}

function globalPlatform(): WxPlatform {
  const { wx } = globalThis as unknown as { wx?: WxPlatform };
  if (wx === undefined) throw new TypeError('menshen: no wx here; give it as an option');
  return wx;
}

function bounded(given: number | undefined, usual: number, least: number, most: number): number {
  return given === undefined ? usual : Math.min(most, Math.max(least, Math.floor(given)));
}

const keyOf = (method: string | undefined, url: string): string => `${(method || 'GET').toUpperCase()} ${url}`;

/** Whether what was sent is the call of the app, whose address may lack the host and the query. */
function isFor(sent: string, { method, url }: { readonly method?: string; readonly url: string }): boolean {
  const [path = ''] = url.split('?');
  const [begin = ''] = sent.split('?');
  return begin.indexOf(`${(method || 'GET').toUpperCase()} `) === 0 && begin.slice(-path.length) === path;
}

/** The puzzle in a refusal; it has passed through the app's JSON, or has not. */
function puzzleOf(data: unknown): Puzzle | null {
  const text = typeof data === 'string' && data.length <= 4_096 ? data : null;
  let body: unknown = data;
  if (text !== null) {
    if (text.indexOf('challenge_required') === -1) return null;
    try {
      body = JSON.parse(text);
    } catch {
      return null;
    }
  }
  const { code, challenge } = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown; challenge?: unknown };
  if (code !== 'challenge_required' || typeof challenge !== 'object' || challenge === null) return null;
  const { puzzle, bits } = challenge as { puzzle?: unknown; bits?: unknown };
  if (typeof puzzle !== 'string' || !puzzleForm.test(puzzle) || typeof bits !== 'number' || !(bits >= 1 && bits <= 32))
    return null;
  return { puzzle, bits };
}
