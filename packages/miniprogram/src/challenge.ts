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

/** A phone number is asked for: what to show, and until when it can be answered. */
export interface PhoneAsked {
  /** The `open-type` of the button to show. */
  readonly button: 'getRealtimePhoneNumber' | 'getPhoneNumber';
  /** Epoch milliseconds of the server. */
  readonly expiresAt: number;
}

interface Phone extends PhoneAsked {
  readonly text: string;
}

export interface ChallengeOptions {
  /** The platform; default the global `wx`. */
  readonly wx?: WxPlatform;
  /** Puzzles with more zero bits than this are not tried: 1 to 26. Default 22, some 30 s on an old phone. */
  readonly maxBits?: number;
  /** Hashes between two pauses, in which the page is drawn and touched: 100 to 1,000,000. Default 4,000. */
  readonly slice?: number;
  /**
   * Shows WeChat's button and gives `event.detail.code` of the press, which no program can get by itself; null when the person did not. Without it such
   * refusals are the app's to handle.
   */
  readonly onPhone?: (asked: PhoneAsked) => Promise<string | null>;
}

interface HasRequest {
  request(options: { url: string; method?: string; header?: Readonly<Record<string, string>> }): Promise<unknown>;
}

export interface Challenges {
  /** Give this as `wx` to `createMenshen`. It hears of challenges and sends their answers along. */
  readonly wx: WxPlatform;
  /**
   * `menshen.request` that solves a puzzle, or has the person press WeChat's button, when that is asked for, and then asks once more. A puzzle that the
   * gateway does not take, because the phone has another address by now or took too long, is followed by a new one, three in all.
   */
  request<M extends HasRequest>(menshen: M, options: Parameters<M['request']>[0]): Promise<Awaited<ReturnType<M['request']>>>;
}

/** WeChat's button is shown, or its code is on the way. */
interface Press {
  /** Whether the request went through that it was for. */
  readonly passed: Promise<boolean>;
  /** The first call counts. */
  readonly end: (passed: boolean) => void;
}

function createPress(): Press {
  let end: (passed: boolean) => void = () => undefined;
  const passed = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  return { passed, end };
}

/** One request of the app: what it was asked, and what it answers with the next try. */
interface Ask {
  challenge: Puzzle | Phone | null;
  solution: string | null;
}

const maxPuzzles = 3;
const headerName = challengeHeader.toLowerCase();
const phoneForm = /^mp1\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}$/;
const puzzleForm = /^mc1\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}$/;

/** Prepares an app for `challenge_required`. Nothing is sent, computed or shown until the gateway asks. */
export function createChallenges(options: ChallengeOptions = {}): Challenges {
  const platform = options.wx === undefined ? globalPlatform() : options.wx;
  const maxBits = bounded(options.maxBits, 22, 1, 26);
  const slice = bounded(options.slice, 4_000, 100, 1_000_000);
  const { onPhone } = options;
  // By the name under which a request goes through the SDK, in the header of the answer: requests of one address that are under way at once are told apart by it.
  const asks: Record<string, Ask> = Object.create(null);
  let names = 0;
  let showing: Press | null = null;

  const wrapped = Object.create(platform as object) as WxPlatform;
  wrapped.request = (call) => {
    const name = call.header === undefined ? undefined : call.header[headerName];
    const ask = name === undefined ? undefined : asks[name];
    if (ask === undefined) return platform.request(call);
    const { [headerName]: _name, ...header } = call.header as Record<string, string>;
    const { solution } = ask;
    if (solution !== null) header[challengeHeader] = solution;
    // Each is taken once.
    ask.solution = null;
    const { success } = call;
    return platform.request({
      ...call,
      header,
      success: (answer) => {
        ask.challenge = challengeOf(answer.data);
        if (success !== undefined) success(answer);
      },
    });
  };

  return {
    wx: wrapped,
    async request(menshen, call) {
      names += 1;
      const name = String(names);
      const ask: Ask = { challenge: null, solution: null };
      asks[name] = ask;
      const named = { ...call, header: { ...call.header, [headerName]: name } };
      let puzzles = 0;
      let mine: Press | null = null;
      try {
        for (;;) {
          try {
            const answer = await menshen.request(named);
            if (mine !== null) mine.end(true);
            return answer as never;
          } catch (error) {
            const { challenge } = ask;
            if ((error as { code?: unknown }).code !== 'challenge_required' || challenge === null) throw error;
            if (!('text' in challenge)) {
              puzzles += 1;
              if (puzzles > maxPuzzles || challenge.bits > maxBits) throw error;
              ask.solution = await solvePuzzle(challenge, slice);
              continue;
            }
            // One press serves all requests that come meanwhile; where the person declined none is asked again.
            if (mine === null && showing !== null) {
              if (!(await showing.passed)) throw error;
              continue;
            }
            if (mine !== null || onPhone === undefined) throw error;
            mine = showing = createPress();
            const { text, button, expiresAt } = challenge;
            const code = await onPhone({ button, expiresAt });
            if (code === null || code === '') throw error;
            ask.solution = `${text}.${encodeURIComponent(code)}`;
          }
        }
      } finally {
        delete asks[name];
        if (mine !== null) {
          showing = null;
          mine.end(false);
        }
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

/** The challenge in a refusal; it has passed through the app's JSON, or has not. */
function challengeOf(data: unknown): Puzzle | Phone | null {
  const json = typeof data === 'string' && data.length <= 4_096 ? data : null;
  let body: unknown = data;
  if (json !== null) {
    if (json.indexOf('challenge_required') === -1) return null;
    try {
      body = JSON.parse(json);
    } catch {
      return null;
    }
  }
  const { code, challenge } = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown; challenge?: unknown };
  if (code !== 'challenge_required' || typeof challenge !== 'object' || challenge === null) return null;
  const { puzzle, bits, text, button, expiresAt } = challenge as Record<string, unknown>;
  if (typeof text === 'string' && phoneForm.test(text) && typeof expiresAt === 'number')
    return { text, button: button === 'getPhoneNumber' ? button : 'getRealtimePhoneNumber', expiresAt };
  if (typeof puzzle !== 'string' || !puzzleForm.test(puzzle) || typeof bits !== 'number' || !(bits >= 1 && bits <= 32))
    return null;
  return { puzzle, bits };
}
