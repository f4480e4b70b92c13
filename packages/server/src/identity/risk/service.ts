import { hash } from 'node:crypto';
import { type AppConfig, type RiskReason, riskReasonTexts } from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { PersonRef, Session } from '../model.ts';
import type { SessionSnapshot } from '../snapshot.ts';
import type { AddressPlaces } from './address-places.ts';
import { assessLogin, assessMove, noRisk, owesStepUp, type Risk, withRank } from './model.ts';
import type { RiskStore } from './store.ts';

const rememberedMs = 180 * 86_400_000;

export interface LoginRiskFacts {
  readonly address: string;
  readonly device: string | null;
  readonly wechatRank: number | null;
  readonly requestId: string | null;
}

export interface RiskService {
  /** Weighs a login that is about to become a session. Records what is found; remembers place and device when nothing is owed. */
  login(app: AppConfig, person: PersonRef, facts: LoginRiskFacts): Promise<Risk>;
  /** A request comes from another address than the session's: raises the risk where nobody travels that fast. */
  moved(app: AppConfig, session: Session, address: string): Session;
  /** A second factor was given: what was new about the session is usual from now on. */
  trust(session: Session): Promise<void>;
  /** Counts a failed proof of a person. */
  failed(uid: string): Promise<void>;
  maintain(): Promise<void>;
}

export interface RiskParts {
  readonly store: RiskStore;
  readonly sessions: SessionSnapshot;
  readonly places: () => AddressPlaces;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

/** What a client says that it is, as a key: the words themselves are not kept. */
const deviceKey = (device: string | null): string => (device === null ? '' : hash('sha256', device, 'base64url').slice(0, 22));

/** Risk of sessions: why a second factor is asked for although the route alone would not. */
export function createRiskService(parts: RiskParts): RiskService {
  const { store, sessions, places, audit, metrics, clock } = parts;
  const note = (app: string, uid: string, sid: string | null, risk: Risk, requestId: string | null): void => {
    metrics.add('menshen_risky_sessions_total', `level="${risk.level}"`);
    audit
      .record(
        detectionEvent({
          time: clock(),
          rule: 'session_risk',
          severity: risk.level >= 3 ? 'high' : risk.level === 2 ? 'medium' : 'low',
          title: 'session risk',
          detail: {
            app,
            uid,
            level: risk.level,
            reasons: risk.reasons.join(' '),
            ...(sid === null ? {} : { session: sid }),
            ...(requestId === null ? {} : { request_id: requestId }),
          },
        }),
      )
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };

  return {
    async login(app, person, { address, device, wechatRank, requestId }) {
      const now = clock();
      // A customer is a guest without a history: their risk is the campaign's business.
      if (person.kind === 'customer' || app.stepUp.threshold === null) return withRank(noRisk, wechatRank, now);
      const place = places()(address);
      const key = deviceKey(device);
      const [known, failures] = await Promise.all([
        store.sightingsOf(person.uid, now - rememberedMs),
        store.failuresOf(person.uid, now),
      ]);
      const risk = withRank(assessLogin({ now, device: key, place, wechatRank, failures, known }, app.stepUp), wechatRank, now);
      if (risk.level > 0) note(app.id, person.uid, null, risk, requestId);
      if (!owesStepUp(risk, null, app.stepUp.threshold)) await store.sight(person.uid, key, place, now);
      return risk;
    },
    moved(app, session, address) {
      const now = clock();
      const here = places()(address);
      const before = places()(session.address);
      if (app.stepUp.threshold === null || here === null || before === null || session.person.kind === 'customer') return session;
      const last = { device: '', place: before, at: session.lastSeen };
      const risk = assessMove(session.risk, last, here, now, app.stepUp);
      const kept = sessions.find(session.sid) ?? session;
      const next = { ...kept, address, risk: risk ?? kept.risk };
      sessions.put(next);
      if (risk === null) return { ...session, address };
      note(app.id, session.person.uid, session.sid, risk, null);
      store.setSessionRisk(session.sid, JSON.stringify(risk)).catch(() => metrics.add('menshen_maintenance_failures_total'));
      return { ...session, address, risk };
    },
    async trust(session) {
      if (session.person.kind === 'customer') return;
      await store.sight(session.person.uid, deviceKey(session.device), places()(session.address), clock());
    },
    async failed(uid) {
      await store.addFailure(uid, clock());
    },
    maintain: () => store.removeBefore(clock() - rememberedMs),
  };
}

/** The fields that tell the client what is asked and why: codes, and the same in words. */
export function stepUpFields(reasons: readonly RiskReason[], language: 'zh' | 'en'): Record<string, unknown> {
  return { reasons, explanations: reasons.map((reason) => riskReasonTexts[reason][language]) };
}
