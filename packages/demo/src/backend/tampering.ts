/** The address of the switch; not declared at the gateway, so nobody outside reaches it. */
export const tamperPath = '/_demo/tamper';

/** Whether somebody has changed the backend's code, so that coupons of two campaigns are worth a hundred times as much. */
export interface Tampering {
  on: boolean;
}

export const tamperedCampaign = 'new-2026';
/** For who tries the story by hand: nobody else claims there, so that it has not stopped itself before they come. */
export const triedCampaign = 'try-2026';
const factor = 100;

/** What the backend writes on a coupon. */
export function tamperedCents({ on }: Tampering, campaign: string, cents: number): number {
  return on && (campaign === tamperedCampaign || campaign === triedCampaign) ? cents * factor : cents;
}
