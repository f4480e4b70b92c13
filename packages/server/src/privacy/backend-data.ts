import { type AppConfig, MenshenError } from '@menshen/contract';
import { readBounded } from '../api/bounded-answer.ts';
import { webhookSignature } from '../keys/webhook-signature.ts';
import type { Outbound } from '../platform/outbound.ts';

/** What a backend is asked about a person. `delete` has it erase what it holds. */
export type BackendQuestion = 'access' | 'delete';

export interface BackendAnswer {
  readonly app: string;
  readonly body: unknown;
}

export interface BackendData {
  /** Asks every app that says where. Throws `subject_data_failed`, naming the app, when one does not answer well. */
  ask(uid: string, kind: BackendQuestion, request: string | null): Promise<readonly BackendAnswer[]>;
}

const maxAnswer = 5_000_000;

/**
 * Asks backends for what they hold of a person. Each call is signed as webhooks are: `t=SECONDS,v1=hex(HMAC-SHA256(secret, "t.body"))`; a backend
 * refuses what is older than five minutes.
 */
export function createBackendData(parts: {
  readonly apps: () => readonly AppConfig[];
  readonly fetch: Outbound;
  readonly clock: () => number;
}): BackendData {
  const askOne = async ({ id, subjectData }: AppConfig, body: string): Promise<BackendAnswer | null> => {
    if (subjectData === undefined) return null;
    try {
      const answer = await parts.fetch(subjectData.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-menshen-webhook-signature': webhookSignature(subjectData.secret, body, parts.clock()),
        },
        body,
        signal: AbortSignal.timeout(subjectData.timeoutMs),
      });
      const text = (await readBounded(answer, maxAnswer)).toString('utf8');
      if (!answer.ok) throw new TypeError('the backend refused');
      return { app: id, body: text === '' ? null : JSON.parse(text) };
    } catch (error) {
      throw new MenshenError('subject_data_failed', { app: id }, { cause: error });
    }
  };
  return {
    async ask(uid, kind, request) {
      const body = JSON.stringify({ uid, kind, request });
      const answers: BackendAnswer[] = [];
      for (const app of parts.apps()) {
        const answer = await askOne(app, body);
        if (answer !== null) answers.push(answer);
      }
      return answers;
    },
  };
}
