import { type FactorKind, type FactorView, MenshenError } from '@menshen/contract';
import { factorChangeEvent } from '../../audit/factor-events.ts';
import type { FactorContext } from './context.ts';
import { budgetState } from './model.ts';
import type { Notices } from './notices.ts';
import type { FactorService } from './service.ts';

type Administration = Pick<FactorService, 'factorsOf' | 'removeFactor' | 'unlockFactor' | 'issueEnrolmentCode'>;

/** What administrators may do with the factors of others: see, take away, unlock, hand out codes; never add or prove one. */
export function createAdministration(context: FactorContext, notices: Notices): Administration {
  const { store, challenges, identity, directory, audit, clock } = context;

  const record = (activity: 'removed' | 'unlocked', uid: string, kind: FactorKind, reason: string, by: string) =>
    audit.record(
      factorChangeEvent({
        ...{ time: clock(), activity, uid, by, kind, app: null, session: null, address: null, requestId: null, detail: reason },
      }),
    );

  return {
    async factorsOf(uid) {
      const now = clock();
      const [factors, recovery, budgets] = [await store.factors(uid), await store.recoveryCodes(uid), await store.budgets(uid)];
      const view = (kind: FactorKind, shown: Pick<FactorView, 'label' | 'created' | 'lastUsed' | 'remaining'>): FactorView => {
        const mine = budgets.filter((budget) => budget.kind === kind);
        const state = budgetState(kind, mine, 'stranger', now);
        return {
          kind,
          ...shown,
          state: state.state,
          lockedUntil: state.state === 'locked' ? state.until : null,
          failures: mine.reduce((sum, budget) => sum + budget.failures, 0),
        };
      };
      const all = factors.map((factor) =>
        view(factor.kind, {
          ...{ label: context.labelOf(factor), created: factor.created, lastUsed: factor.lastUsed },
          remaining: null,
        }),
      );
      if (recovery.created !== null)
        all.push(view('recovery', { label: '', created: recovery.created, lastUsed: null, remaining: recovery.hashes.length }));
      return { factors: all, knownDevices: await challenges.knownDevices(uid, now) };
    },
    async removeFactor(uid, kind, reason, by) {
      await record('removed', uid, kind, reason, by);
      const removed = await store.removeFactor(uid, kind);
      if ((await store.factors(uid)).length === 0) {
        await store.removeFactor(uid, 'recovery');
        await challenges.forgetDevices(uid);
      }
      // Whoever held it may be whom it was taken from: nothing that it opened stays open.
      const ended = await identity.endSessionsOf(uid, 'second factor removed', by);
      if (removed) notices.tell(uid, null, 'removed', kind);
      return { removed, ended };
    },
    async unlockFactor(uid, kind, reason, by) {
      await record('unlocked', uid, kind, reason, by);
      const unlocked = await store.clearBudgets(uid, kind);
      const ended = await identity.endSessionsOf(uid, 'second factor unlocked', by);
      if (unlocked) notices.tell(uid, null, 'unlocked', kind);
      return { unlocked, ended };
    },
    async issueEnrolmentCode(uid, deliver, by) {
      if (directory.snapshot().person(uid)?.status !== 'active') throw new MenshenError('not_found');
      if (deliver === 'show') return identity.companyCodes.issue(uid, 'enrol', by);
      const wecom = await notices.wecomOf(uid, null);
      if (wecom === null) throw new MenshenError('factor_unavailable');
      return { code: null, expiresAt: (await notices.sendEnrolmentCode(wecom, uid, by)).expiresAt };
    },
  };
}
