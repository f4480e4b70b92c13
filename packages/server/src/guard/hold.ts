import type { Campaign, TurnRoute } from './campaign.ts';
import type { KeyUse } from './model.ts';
import type { Undo } from './rules.ts';
import type { Actor } from './service.ts';

/** What a request holds of the ledger while it is under way. */
export interface GuardHold {
  /** A reservation, or a coupon that is being redeemed or refunded. */
  readonly turn:
    | { readonly act: 'claim'; readonly campaign: Campaign; readonly id: string; readonly asked: number | null }
    | {
        readonly act: 'redeem' | 'refund';
        readonly campaign: Campaign;
        readonly route: TurnRoute;
        readonly id: string;
        readonly cents: number;
      }
    | null;
  readonly key: KeyUse | null;
  readonly undos: readonly Undo[];
  readonly actor: Actor;
  /** Whether the backend may have seen the request; set by the forward stage. */
  left: boolean;
  /** Whether the ledger knows how it ended. */
  ended: boolean;
}
