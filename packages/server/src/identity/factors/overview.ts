import type { ClientFactor, FactorKind, MfaAnswer } from '@menshen/contract';
import type { Session } from '../model.ts';
import type { FactorContext } from './context.ts';
import { budgetState, offerOrder } from './model.ts';
import type { Notices } from './notices.ts';

/** What a person has, can prove here, and can enrol here. */
export function createOverview(context: FactorContext, notices: Notices) {
  const { store, clock } = context;

  return async (session: Session, device: string | undefined): Promise<MfaAnswer> => {
    const subject = context.subject(session);
    const { uid } = subject.person;
    const now = clock();
    const { source } = await context.origin(uid, device);
    const [factors, recovery, budgets] = [await store.factors(uid), await store.recoveryCodes(uid), await store.budgets(uid)];
    const stateOf = (kind: FactorKind): Pick<ClientFactor, 'state' | 'lockedUntil'> => {
      const mine = budgets.filter((budget) => budget.kind === kind);
      const state = budgetState(kind, mine, source, now);
      return { state: state.state, lockedUntil: state.state === 'locked' ? state.until : null };
    };
    const views: ClientFactor[] = factors.map((factor) => ({
      kind: factor.kind,
      label: context.labelOf(factor),
      created: factor.created,
      lastUsed: factor.lastUsed,
      ...stateOf(factor.kind),
      remaining: null,
    }));
    if (recovery.created !== null) {
      const { created, hashes } = recovery;
      views.push({ kind: 'recovery', label: '', created, lastUsed: null, ...stateOf('recovery'), remaining: hashes.length });
    }
    const usable = new Set<FactorKind>(
      factors.filter((factor) => context.isUsable(factor, subject)).map((factor) => factor.kind),
    );
    if (recovery.hashes.length > 0 && subject.app.factors.kinds.includes('recovery')) usable.add('recovery');
    const open = new Set(views.filter((view) => view.state === 'active').map((view) => view.kind));
    const deliveries = subject.app.factors.enrolmentCode;
    const reachable = deliveries.includes('wecom') && (await notices.wecomOf(uid, session.app)) !== null;
    return {
      assurance: session.assurance,
      secondFactorAt: session.secondFactorAt,
      factors: views,
      stepUp: offerOrder.filter((kind) => usable.has(kind) && open.has(kind)),
      enrol: context.enrollable(subject),
      codeDelivery: deliveries.filter((way) => (way === 'wecom' ? reachable : context.phoneOf(subject) !== null)),
      serverTime: now,
    };
  };
}
