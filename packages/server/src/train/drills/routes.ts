import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import { bindLearn, type LearnBound, learnerOf } from '../learn/bind.ts';
import type { LearnerSignIn } from '../learn/sign-in.ts';
import type { DrillService } from './service.ts';
import { drillTexts } from './templates.ts';

/** What everybody who was caught is shown next. */
const lesson = 'phishing';

export interface DrillRouteParts {
  readonly drills: DrillService;
  readonly settings: () => Pick<contract.TrainingConfig, 'drills' | 'minimumGroup'>;
}

/** Drills for the security team. */
export function drillHandlers({ drills, settings }: DrillRouteParts): readonly Bound[] {
  return [
    bind(contract.listDrills, async () => {
      const { drills: set, minimumGroup } = settings();
      return {
        ...{ enabled: set.enabled, approvers: set.approvers, domains: set.domains, minimumGroup },
        senders: set.senders.map(({ id, name, from, url }) => ({ id, name, from, host: new URL(url).host })),
        templates: contract.drillTemplates.map((id) => ({ id, ...drillTexts[id] })),
        drills: [...(await drills.views())],
      };
    }),
    bind(contract.createDrill, ({ body, by }) => drills.create(body, by)),
    bind(contract.startDrill, async ({ params, by, approvedBy }) => ({
      recipients: await drills.start(params.id, by, approvedBy),
    })),
    bind(contract.endDrill, async ({ params, body, by }) => {
      await drills.end(params.id, body.reason, by);
      return { ok: true as const };
    }),
  ];
}

/** What the link in a mail does, and the button with which employees report one. */
export function drillLearnHandlers(parts: {
  readonly drills: DrillService;
  readonly signIn: Pick<LearnerSignIn, 'throttle'>;
  readonly base: () => string;
}): readonly LearnBound[] {
  return [
    bindLearn(contract.learnDrillOpened, async ({ params, caller }) => {
      await parts.signIn.throttle(caller);
      const { template, sender } = await parts.drills.opened(params.token);
      const shown = { from: sender?.from ?? '', host: sender === null ? '' : new URL(sender.url).host };
      return { template, course: lesson, learnUrl: parts.base(), ...shown };
    }),
    bindLearn(contract.learnDrillReport, async (call) => ({ drill: await parts.drills.report(learnerOf(call).uid) })),
  ];
}
