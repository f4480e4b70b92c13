import type { PuzzleChallenge } from '@menshen/wire';
import type { Coordination } from '../../coordination/model.ts';
import type { PuzzlePlace, Puzzles } from './puzzle.ts';

/** How a request with a solution, or without one, stands. */
export type Solved = 'solved' | 'unsolved' | 'unavailable';

export interface Challenges {
  issue(place: PuzzlePlace, botScore: number): PuzzleChallenge;
  /** Uses a solution up. `unavailable` when it cannot be known whether it was used before; it is not accepted then. */
  accept(solution: string | undefined, place: PuzzlePlace): 'unsolved' | Promise<Solved>;
  readonly counts: { issued: number; solved: number; refused: number };
}

export interface ChallengeParts {
  readonly puzzles: Puzzles;
  readonly difficulty: (botScore: number) => number;
  readonly seconds: () => number;
  readonly useNonce: Coordination['useNonce'];
  readonly clock: () => number;
}

/** Gives puzzles out and takes solutions, each once for all nodes. */
export function createChallenges(parts: ChallengeParts): Challenges {
  const { puzzles, clock } = parts;
  const counts = { issued: 0, solved: 0, refused: 0 };
  const spend = async (nonce: string, ttlMs: number): Promise<Solved> => {
    try {
      const first = await parts.useNonce(`puzzle:${nonce}`, ttlMs);
      if (first) counts.solved += 1;
      else counts.refused += 1;
      return first ? 'solved' : 'unsolved';
    } catch {
      return 'unavailable';
    }
  };
  return {
    counts,
    issue(place, botScore) {
      counts.issued += 1;
      return puzzles.issue(place, parts.difficulty(botScore), clock(), parts.seconds());
    },
    accept(solution, place) {
      if (solution === undefined) return 'unsolved';
      const now = clock();
      const check = puzzles.check(solution, place, now);
      if (check.ok) return spend(check.nonce, Math.max(1, Math.ceil(check.expiresAt - now)));
      counts.refused += 1;
      return 'unsolved';
    },
  };
}
