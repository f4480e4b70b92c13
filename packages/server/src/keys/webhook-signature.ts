import { createHmac } from 'node:crypto';

/** Signature of what we send to others: `t=SECONDS,v1=HEX`, HMAC-SHA-256 with the shared secret over `SECONDS.BODY`. `now` in epoch ms. */
export function webhookSignature(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const mac = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
