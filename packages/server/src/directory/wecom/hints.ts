import type { ContactHint } from './callback.ts';

/** More people than this at once are read with the whole company. */
const mostSingle = 20;

export interface ContactHintsParts {
  /** Several callbacks in a row are one change of the company; milliseconds. */
  readonly settleMs: number;
  readonly readAll: () => Promise<unknown>;
  readonly readOne: (userid: string) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

export interface ContactHints {
  take(hint: ContactHint): void;
  stop(): void;
}

/** Gathers hints for a moment, then reads what they name: a few people one by one, so that a leaver is out within seconds, else everything. */
export function createContactHints(parts: ContactHintsParts): ContactHints {
  let timer: NodeJS.Timeout | null = null;
  let all = false;
  let userids = new Set<string>();

  const read = async (): Promise<void> => {
    timer = null;
    const [everything, people] = [all, userids];
    all = false;
    userids = new Set();
    if (everything || people.size > mostSingle) return void (await parts.readAll());
    try {
      for (const userid of people) await parts.readOne(userid);
    } catch {
      // Whoever was left out is in the whole reading.
      await parts.readAll();
    }
  };

  return {
    take(hint) {
      if (hint.kind === 'company') all = true;
      else if (userids.size <= mostSingle) for (const userid of hint.userids) userids.add(userid);
      timer ??= setTimeout(() => void read().catch(parts.onError), parts.settleMs);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
