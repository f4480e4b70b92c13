import { createHash } from 'node:crypto';
import { approvalHeader, clientEndpoints, deviceHeader } from '@menshen/wire';
import { json, refuse, type ScriptedGateway } from './scripted-gateway.ts';

/** The one code that is right. */
export const rightCode = '123456';
export const soterChallenge = 'menshen-soter-1';

export interface FactorEndpoints {
  /** Bodies of every call, by the last part of its path. */
  readonly calls: (readonly [name: string, body: Readonly<Record<string, unknown>>])[];
  /** What the GET was sent as the phone's name. */
  readonly devices: (string | null)[];
  /** Called with every old and new token. */
  onToken: (before: string, after: string) => void;
}

const device = (n: number): string => `mdv1.${String(n).padStart(43, '0')}`;

/**
 * Second factors at a scripted gateway: `/api/fresh` wants a session with a proof, `/api/approved` an approval of the very request. The gateway's rules stand in
 * `packages/server`; here is as much of them as the SDK can get wrong.
 */
export function playFactors(gateway: ScriptedGateway): FactorEndpoints {
  const fresh = new Set<string>();
  const approvals = new Map<string, string>();
  const begun = new Map<string, Readonly<Record<string, unknown>>>();
  let made = 0;
  const played: FactorEndpoints = { calls: [], devices: [], onToken: () => undefined };

  const raise = (before: string): object => {
    made += 1;
    const token = `${before.slice(0, -4)}F${String(made).padStart(3, '0')}`;
    gateway.liveTokens.add(token);
    fresh.add(token);
    played.onToken(before, token);
    return { token, assurance: 2, secondFactorAt: 1, expiresAt: 2_000_000_900_000, idleSeconds: 3600, device: device(made) };
  };
  const tokenOf = (headers: Headers): string => (headers.get('authorization') ?? '').replace('Bearer ', '');
  const post = (path: string, work: (body: Readonly<Record<string, unknown>>, token: string) => Response): void => {
    gateway.endpoints.set(path, ({ body, headers }) => {
      const read = JSON.parse(body) as Readonly<Record<string, unknown>>;
      played.calls.push([path.slice(clientEndpoints.mfa.length + 1), read]);
      return work(read, tokenOf(headers));
    });
  };

  gateway.endpoints.set(clientEndpoints.mfa, ({ headers }) => {
    played.devices.push(headers.get(deviceHeader));
    return json(200, { assurance: 1, secondFactorAt: null, factors: [], stepUp: ['totp', 'soter'], enrol: [], codeDelivery: [] });
  });
  post(clientEndpoints.mfaChallenge, (body) => {
    const challenge = `c${begun.size}`.padEnd(22, 'x');
    begun.set(challenge, body);
    return json(200, {
      challenge,
      kind: body.kind,
      expiresAt: 1,
      ...(body.kind === 'soter' ? { soter: { challenge: soterChallenge } } : {}),
    });
  });
  post(clientEndpoints.mfaVerify, ({ challenge, code, signature }, token) => {
    const asked = begun.get(String(challenge));
    if (asked === undefined || (code !== rightCode && signature !== `signed ${soterChallenge}`))
      return refuse(403, 'factor_failed');
    begun.delete(String(challenge));
    if (asked.purpose === 'freshness') return json(200, { purpose: 'freshness', ...raise(token) });
    const { method, path, query, bodySha256 } = asked.operation as Record<string, string>;
    const approval = `map1.${String(approvals.size).padStart(43, 'A')}`;
    approvals.set(approval, [method, path, query, bodySha256].join(' '));
    return json(200, { purpose: 'approval', approval, expiresAt: 1 });
  });
  post(clientEndpoints.mfaEnrol, ({ kind }) =>
    json(200, { enrolment: 'e'.repeat(22), kind, expiresAt: 1, totp: { secret: 'ABCD' } }),
  );
  post(clientEndpoints.mfaConfirm, (_body, token) =>
    json(200, {
      factor: { kind: 'totp' },
      recoveryCodes: ['r1'],
      endedSessions: 0,
      grant: { purpose: 'freshness', ...raise(token) },
    }),
  );
  post(clientEndpoints.mfaCode, ({ by }) => json(200, { by, expiresAt: 1, resendAfter: 60 }));
  post(clientEndpoints.mfaRemove, () => json(200, { removed: true, endedSessions: 0 }));
  post(clientEndpoints.mfaRecovery, () => json(200, { codes: ['r1'], endedSessions: 0 }));

  gateway.endpoints.set('/api/fresh', (request) =>
    fresh.has(tokenOf(request.headers))
      ? gateway.backend(request)
      : refuse(403, 'mfa_required', { form: 'freshness', maxAgeSeconds: 300, reasons: ['new_device'], explanations: ['新设备'] }),
  );
  gateway.endpoints.set('/api/approved', (request) => {
    const approval = request.headers.get(approvalHeader) ?? '';
    const approved = approvals.get(approval);
    approvals.delete(approval);
    const { pathname, search } = new URL(request.url);
    const body = createHash('sha256').update(request.body).digest('hex');
    return approved === [request.method, pathname, search.slice(1), body].join(' ')
      ? gateway.backend(request)
      : refuse(403, 'mfa_required', { form: 'approval', reasons: [] });
  });
  return played;
}
