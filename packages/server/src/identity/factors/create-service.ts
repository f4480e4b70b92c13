import { createAdministration } from './administration.ts';
import { createAnswers } from './answers.ts';
import { createApprovals } from './approvals.ts';
import { createChecks } from './checks.ts';
import { createFactorContext, type FactorParts } from './context.ts';
import { createEnrolment } from './enrolment.ts';
import { createNotices } from './notices.ts';
import { createOverview } from './overview.ts';
import { createRecovery } from './recovery.ts';
import { createSending } from './sending.ts';
import type { FactorService } from './service.ts';
import { createFactorStepUp } from './step-up.ts';

/** Puts the second factors together. */
export function createFactorService(parts: FactorParts): FactorService {
  const context = createFactorContext(parts);
  const notices = createNotices(context);
  const answers = createAnswers(context, notices);
  const checks = createChecks(context);
  const sending = createSending(context);
  const recovery = createRecovery(context, notices);
  const approvals = createApprovals(parts.challenges, parts.clock, parts.random);
  const stepUp = createFactorStepUp({ context, answers, checks, sending, approvals, notices });
  const enrolment = createEnrolment({ context, answers, checks, sending, notices, recovery, stepUp });
  return {
    state: createOverview(context, notices),
    challenge: stepUp.challenge,
    verify: stepUp.verify,
    sendCode: enrolment.sendCode,
    enrol: enrolment.enrol,
    confirm: enrolment.confirm,
    remove: recovery.remove,
    regenerate: recovery.regenerate,
    consumeApproval: approvals.consume,
    ...createAdministration(context, notices),
    maintain: () => parts.challenges.removeExpired(parts.clock()),
    settled: notices.settled,
  };
}
