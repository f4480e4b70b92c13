import { hash } from 'node:crypto';
import type { Session } from '../model.ts';
import type { ChallengeStore } from './challenge-store.ts';
import { approvalMs } from './model.ts';

const shape = /^map1\.[A-Za-z0-9_-]{43}$/;

export interface Approvals {
  /** Approves one operation of a session. The token is shown once; the store keeps its hash. */
  issue(session: Session, operationDigest: string): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Whether this call used up the approval of exactly this operation by this session: true at most once, on any number of nodes. */
  consume(token: string, sid: string, operationDigest: string): Promise<boolean>;
}

/** Approvals of single operations, for `X-Menshen-Approval`. They change nothing of the session. */
export function createApprovals(
  challenges: ChallengeStore,
  clock: () => number,
  random: (size: number) => Uint8Array,
): Approvals {
  return {
    async issue(session, operationDigest) {
      const token = `map1.${Buffer.from(random(32)).toString('base64url')}`;
      const expiresAt = clock() + approvalMs;
      await challenges.addApproval(
        hash('sha256', token, 'base64url'),
        session.sid,
        session.person.uid,
        operationDigest,
        expiresAt,
      );
      return { token, expiresAt };
    },
    async consume(token, sid, operationDigest) {
      if (!shape.test(token)) return false;
      return challenges.consumeApproval(hash('sha256', token, 'base64url'), sid, operationDigest, clock());
    },
  };
}
