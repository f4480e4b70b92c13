import { CampaignError } from './campaign-error.ts';
import { type ControlPlaneOptions, createControlPlane } from './control-plane.ts';

/** The token needs the scope `guard` and the grant `guard:APP/CAMPAIGN`. */
export interface CampaignLedgerOptions extends ControlPlaneOptions {
  readonly app: string;
  readonly campaign: string;
}

export interface ClaimOrder {
  /** Who claims: `sub` of the verified identity. */
  readonly uid: string;
  readonly device?: string;
  /** In cents; the most that is possible when absent. */
  readonly amountCents?: number;
  readonly place?: string;
  /** What was scanned; needed where the campaign has codes. */
  readonly code?: string;
  /** Repeating a claim under its key gives the same reservation. */
  readonly key?: string;
  /** How long the reservation holds, 5 to 900; the campaign's own when absent. */
  readonly holdSeconds?: number;
}

export interface Reservation {
  readonly reservation: string;
  readonly amountCents: number;
  /** The place of the code. */
  readonly place: string | null;
  /** Epoch milliseconds; not granted until then, it is released. */
  readonly expires: number;
}

export interface NewCoupon {
  /** The backend's own id of the coupon: at most 64 letters, digits and _ . : - */
  readonly coupon: string;
  readonly amountCents: number;
}

export interface Redemption {
  readonly uid: string;
  readonly coupon: string;
  readonly amountCents?: number;
}

/** A campaign's ledger for backends and cloud functions, whose calls never pass the gateway. Every failure throws: nothing that fails is a "yes". */
export interface CampaignLedger {
  /** @throws CampaignError */
  reserve(order: ClaimOrder): Promise<Reservation>;
  /** Writes the coupon into the ledger; only then may it be shown. @throws CampaignError */
  commit(reservation: string, coupon: NewCoupon): Promise<void>;
  /** @throws CampaignError */
  release(reservation: string): Promise<void>;
  /**
   * Reserves, lets `give` make the coupon, and commits. When `give` throws, the reservation is given back and the error thrown on.
   * @throws CampaignError
   */
  claim<T extends NewCoupon>(order: ClaimOrder, give: (reservation: Reservation) => Promise<T>): Promise<T>;
  /** Redeems a coupon, once: call it before anything is paid out. Gives the amount that was granted, in cents. @throws CampaignError */
  redeem(redemption: Redemption): Promise<number>;
}

export function createCampaignLedger({ app, campaign, ...options }: CampaignLedgerOptions): CampaignLedger {
  const call = createControlPlane(options);

  const post = async (step: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
    const { status, value } = await call(`/api/v1/guard/${step}`, { app, campaign, ...body }).catch((error: unknown) => {
      throw new CampaignError('unreachable', { cause: error });
    });
    if (status === 200 && value !== null) return value;
    throw new CampaignError(typeof value?.['code'] === 'string' && status >= 400 ? value['code'] : 'refused');
  };

  const ledger: CampaignLedger = {
    async reserve(order) {
      const { reservation, amountCents, place, expires } = await post('reserve', order);
      if (
        typeof reservation !== 'string' ||
        typeof amountCents !== 'number' ||
        typeof expires !== 'number' ||
        (place !== null && typeof place !== 'string')
      )
        throw new CampaignError('refused');
      return { reservation, amountCents, place, expires };
    },
    async commit(reservation, { coupon, amountCents }) {
      if ((await post('commit', { reservation, coupon, amountCents }))['ok'] !== true) throw new CampaignError('refused');
    },
    async release(reservation) {
      await post('release', { reservation });
    },
    async claim<T extends NewCoupon>(order: ClaimOrder, give: (reservation: Reservation) => Promise<T>): Promise<T> {
      const reserved = await ledger.reserve(order);
      let made: T;
      try {
        made = await give(reserved);
      } catch (error) {
        // What cannot be given back now is released by itself when its time is over.
        await ledger.release(reserved.reservation).catch(() => undefined);
        throw error;
      }
      await ledger.commit(reserved.reservation, made);
      return made;
    },
    async redeem(redemption) {
      const { amountCents } = await post('redeem', redemption);
      if (typeof amountCents !== 'number') throw new CampaignError('refused');
      return amountCents;
    },
  };
  return ledger;
}
