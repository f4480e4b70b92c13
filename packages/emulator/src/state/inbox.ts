import type { Clock } from '../clock.ts';
import { type RandomBytes, randomToken } from '../random.ts';
import { createRing } from './bounded.ts';

export type MessageKind = 'wecom' | 'robot' | 'subscribe' | 'sms';

/** A message as the phone of a person shows it. */
export interface InboxMessage {
  /** The msgid by which WeCom's recall names it. */
  readonly id: string;
  readonly at: number;
  readonly kind: MessageKind;
  /** What sent it: `agent:` + agentid, `robot:` + name, `app:` + appid, `sms:` + provider. */
  readonly source: string;
  /** Name of the app or robot that sent it. */
  readonly from: string;
  /** userids (wecom, robot), ids of WeChat people (subscribe), or both of who has the number (sms). */
  readonly to: readonly string[];
  readonly type: string;
  readonly title: string;
  readonly text: string;
  /** The content as it was sent. */
  readonly payload: unknown;
}

export interface Inbox {
  add(message: Omit<InboxMessage, 'id' | 'at'>): InboxMessage;
  list(): readonly InboxMessage[];
  /** Takes a message back. False when it is unknown, older than 24 hours or recalled before. */
  recall(id: string, source: string): boolean;
}

const recallWindowMs = 24 * 3_600_000;

/** The last 2000 messages sent to people. */
export function createInbox(clock: Clock, random: RandomBytes): Inbox {
  const ring = createRing<InboxMessage>(2000);
  const recalled = new WeakSet<InboxMessage>();
  return {
    add(message) {
      const stored = { ...message, id: randomToken(random, 32), at: clock() };
      ring.push(stored);
      return stored;
    },
    list: () => ring.list().filter((message) => !recalled.has(message)),
    recall(id, source) {
      const found = ring.list().find((message) => message.id === id && message.source === source);
      if (!found || recalled.has(found) || clock() - found.at > recallWindowMs) return false;
      recalled.add(found);
      return true;
    },
  };
}
