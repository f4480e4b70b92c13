import type { ErrorCode } from '@menshen/contract';
import { type PayRefusal, readPayNotification } from '@menshen/wechat';
import type { RequestContext } from '../context.ts';
import { receivedBody } from '../received-body.ts';
import { failed, type Refusal, refuse, refuseAlways } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

export interface Payment {
  /** Lets through what WeChat Pay has signed. What the backend has taken before is acknowledged without asking it again. */
  onRequest(context: RequestContext): Promise<Refusal | undefined>;
  /** When the request has ended: keeps that the backend took it, or lets the next delivery be forwarded. */
  settle(context: RequestContext): Promise<void>;
}

const codes: Readonly<Record<PayRefusal, ErrorCode>> = {
  pay_headers_missing: 'payment_unsigned',
  pay_expired: 'payment_expired',
  pay_serial_unknown: 'payment_serial_unknown',
  pay_signature_invalid: 'payment_signature_invalid',
  pay_notification_malformed: 'payment_malformed',
};

/** Beyond the route's time limit: what a crash cut off may be forwarded anew after this. */
const marginMs = 10_000;
const acknowledgement = Buffer.from('{"code":"SUCCESS"}');

/** The guard over notifications of WeChat Pay v3; enforced in every mode, because nothing else stands between a forger and the backend. */
export function createPayment({ payments, clock }: Pick<GatewayServices, 'payments' | 'clock'>): Payment {
  return {
    async onRequest(context) {
      const { app, route, request } = context;
      if (app === null || route === null) return refuse('route_undeclared');
      const { payment: rule } = route;
      if (rule === null) return undefined;
      // The signature is of the bytes on the wire; WeChat Pay compresses nothing.
      if (request.headers['content-encoding'] !== undefined)
        return refuseAlways('body_encoding_unsupported', 'header content-encoding');
      const body = await receivedBody(context);
      if (!Buffer.isBuffer(body)) return body;
      const header = (name: string): string | undefined => {
        const value = request.headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      const read = readPayNotification({ header, body }, { ...rule.options, clock });
      if (typeof read === 'string') return refuseAlways(codes[read], 'payment');
      const event = { app: app.id, route: route.match, id: read.id };
      const now = clock();
      let state: Awaited<ReturnType<typeof payments.begin>>;
      try {
        state = await payments.begin(event, now, now + route.timeoutMs + marginMs);
      } catch {
        return failed('store_unavailable', 'payment', 5);
      }
      if (state === 'in_flight') return { ...refuseAlways('payment_in_flight', 'payment'), retryAfter: 1 };
      if (state === 'taken') {
        context.answer = {
          status: 200,
          headers: { 'content-type': 'application/json' },
          chunks: [acknowledgement],
          length: acknowledgement.length,
          pump: null,
        };
        context.replayed = true;
        return undefined;
      }
      context.payment = { event, decrypted: rule.decrypt };
      if (rule.decrypt) {
        const { id, eventType, originalType, resource } = read;
        context.received = Buffer.from(JSON.stringify({ id, eventType, originalType, resource }));
      }
      return undefined;
    },
    async settle({ payment, answer }) {
      if (payment === null) return;
      if (answer !== null && answer.status >= 200 && answer.status < 300) await payments.taken(payment.event);
      else await payments.release(payment.event);
    },
  };
}
