import { gatewayEvent } from '@menshen/server';

const variants = 4_096;

/** Events of a gateway as it writes them, already built: about 700 bytes each, no two alike. */
export function builtEvents(): readonly string[] {
  return Array.from({ length: variants }, (_, at) =>
    gatewayEvent({
      time: 1_780_000_000_000 + at * 7,
      requestId: `r${String(at * 7_919).padStart(15, '0')}`,
      app: 'portal',
      route: 'GET /api/orders/:id',
      action: 'order.read',
      method: at % 5 === 0 ? 'POST' : 'GET',
      path: `/api/orders/${10_000 + at}`,
      address: `10.20.${at % 200}.${at % 250}`,
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49 MiniProgramEnv/ios',
      mode: 'enforce',
      status: 200,
      outcome: 'passed',
      code: null,
      uid: `person-${at % 500}`,
      kind: 'employee',
      session: `s${String(at % 900).padStart(20, '0')}`,
      device: `d${String(at % 900).padStart(20, '0')}`,
      channel: 'wecom',
      assurance: 1,
      stages: [
        { stage: 'admit', verdict: 'pass', code: null, where: null, micros: 4 },
        { stage: 'route', verdict: 'pass', code: null, where: null, micros: 2 },
        { stage: 'authenticate', verdict: 'pass', code: null, where: null, micros: 31 },
        { stage: 'inspect', verdict: 'pass', code: null, where: null, micros: 18 },
        { stage: 'authorize', verdict: 'pass', code: null, where: null, micros: 9 },
        { stage: 'forward', verdict: 'pass', code: null, where: null, micros: 2_100 },
      ],
      policies: ['orders.read'],
      latencyMicros: 2_400 + (at % 300),
      backendMicros: 2_000,
      bytesIn: 0,
      bytesOut: 1_480,
    }),
  );
}

/** Events that share one commit, for every candidate. */
export const commitEvents = 512;
