import { hash } from 'node:crypto';
import { createIdempotency } from '../guard/idempotency.ts';
import type { KeptAnswer, KeyUse } from '../guard/model.ts';
import type { Transactions } from '../guard/transactions.ts';
import type { Keys } from '../keys/master.ts';

/** Which notification of WeChat Pay: its id is one for the merchant, and told apart by the route that takes it. */
export interface PaymentEvent {
  readonly app: string;
  readonly route: string;
  readonly id: string;
}

/**
 * Remembers which notifications a backend has taken, over all nodes and restarts, for a day from their first delivery: WeChat Pay gives up
 * repeating a little later, and no earlier than the first acknowledgement that reaches it. Rejects with StoreError.
 */
export interface PaymentLedger {
  /** `new`: held until `heldUntil`, for this request to forward. `taken`: nothing is to be forwarded. `in_flight`: another request has it. */
  begin(event: PaymentEvent, now: number, heldUntil: number): Promise<'new' | 'taken' | 'in_flight'>;
  /** The backend has taken it. */
  taken(event: PaymentEvent): Promise<void>;
  /** The backend has not taken it: its next delivery is forwarded. */
  release(event: PaymentEvent): Promise<void>;
}

/** What stands for "taken": what the backend said is of no interest to WeChat Pay. */
const acknowledged: KeptAnswer = { status: 200, type: 'application/json', body: Buffer.from('{"code":"SUCCESS"}') };

export function createPaymentLedger(parts: {
  readonly transactions: Transactions;
  readonly keys: Pick<Keys, 'sealText' | 'openText'>;
}): PaymentLedger {
  const { transactions } = parts;
  const idempotency = createIdempotency(parts.keys);
  const useOf = ({ route, id }: PaymentEvent): KeyUse => {
    const key = hash('sha256', id);
    // Each event is somebody of its own, so that no number of payments fills what one may have open. A repeat may be sealed anew, so that its body says
    // nothing: the id alone tells.
    return { route, person: `wechatpay:${key}`, key, body: 'payment' };
  };
  return {
    begin: (event, now, heldUntil) =>
      transactions.run(async (db) => {
        const use = useOf(event);
        const outcome = await idempotency.look(db, event.app, use, now);
        if (outcome.kind === 'replay') return 'taken';
        if (outcome.kind === 'refused') return 'in_flight';
        await idempotency.take(db, event.app, use, now, heldUntil);
        return 'new';
      }),
    taken: (event) => transactions.run((db) => idempotency.answer(db, event.app, useOf(event), acknowledged)),
    release: (event) => transactions.run((db) => idempotency.release(db, event.app, useOf(event))),
  };
}

/** A verified notification of WeChat Pay on its way to the backend. */
export interface PaymentHold {
  readonly event: PaymentEvent;
  /** Whether its body is now what it says, instead of what was signed. */
  readonly decrypted: boolean;
}
