import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { renderPersonal } from '../../notify/personal.ts';
import type { BounceService } from '../bounces/service.ts';
import { bindLearn, type LearnBound, learnerOf } from '../learn/bind.ts';
import type { LearnerSignIn } from '../learn/sign-in.ts';
import { whomOf } from '../whom.ts';
import type { Bulletin } from './model.ts';
import type { BulletinService } from './service.ts';

export interface BulletinRouteParts {
  readonly bulletins: BulletinService;
  readonly bounces: Pick<BounceService, 'take'>;
  readonly directory: () => DirectorySnapshot;
  readonly settings: () => Pick<contract.TrainingConfig, 'bulletins' | 'bounces'>;
  readonly clock: () => number;
}

/** Bulletins for the security team. */
export function bulletinHandlers({ bulletins, bounces, directory, settings, clock }: BulletinRouteParts): readonly Bound[] {
  const nameOf = (uid: string): string => directory().person(uid)?.name ?? '';
  const viewOf = async (bulletin: Bulletin): Promise<contract.BulletinView> => {
    const { people, optedOut } = await bulletins.recipients(bulletin.draft);
    return {
      ...bulletin,
      whom: whomOf(bulletin.draft.target, directory()),
      ...{ people: people.length, optedOut: optedOut.length },
      issues: (await bulletins.issues(bulletin.id)).map(({ id, created, counts }) => ({ id, created, counts })),
    };
  };
  return [
    bind(contract.listBulletins, async () => ({
      now: clock(),
      ...bulletins.channels(),
      warningsOptional: settings().bulletins.warningsOptional,
      bulletins: await Promise.all((await bulletins.list()).map(viewOf)),
      suppressed: (await bulletins.bounced()).map(({ uid, since, status }) => ({ uid, name: nameOf(uid), since, status })),
      bounces: bouncesOf(settings().bounces),
    })),
    bind(contract.previewBulletin, async ({ body }) => {
      const { message, people, optedOut, times } = await bulletins.preview(body);
      const shown = (language: contract.Language): contract.BulletinMessage => {
        const { subject, sections } = renderPersonal(message, language);
        return { subject, sections: [...sections] };
      };
      return { zh: shown('zh'), en: shown('en'), people: people.length, optedOut: optedOut.length, times: [...times] };
    }),
    bind(contract.createBulletin, async ({ body, by }) => ({ id: await bulletins.create(body, by) })),
    bind(contract.changeBulletin, async ({ params, body, by }) => {
      await bulletins.change(params.id, body, by);
      return { ok: true as const };
    }),
    bind(contract.testBulletin, ({ params, body, by }) => bulletins.test(params.id, body.uid, by)),
    bind(contract.scheduleBulletin, async ({ params, by }) => ({ next: await bulletins.schedule(params.id, by) })),
    bind(contract.stopBulletin, async ({ params, body, by }) => {
      await bulletins.stop(params.id, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.bulletinDeliveries, async ({ params }) => {
      const { bulletin, rows, more } = await bulletins.unsent(params.id);
      return {
        more,
        rows: rows.flatMap(({ uid, state, attempts, due, problem, status }) =>
          state === 'waiting' || state === 'sending' || state === 'failed'
            ? [{ uid, name: nameOf(uid), kind: bulletin.draft.kind, state, attempts, at: due, problem, status }]
            : [],
        ),
      };
    }),
    bind(contract.reportBounce, async ({ body: { message, recipient = null } }) => ({
      verdict: await bounces.take(Buffer.from(message, 'base64'), recipient),
    })),
    bind(contract.releaseMailbox, async ({ body, by }) => {
      await bulletins.release(body.uid, body.reason, by);
      return { ok: true as const };
    }),
  ];
}

const bouncesOf = ({ address, listen }: contract.TrainingConfig['bounces']) =>
  address === undefined ? null : { address, listening: listen !== undefined };

/** What an employee was sent, and the link with which they get no more. */
export function bulletinLearnHandlers(parts: {
  readonly bulletins: BulletinService;
  readonly signIn: Pick<LearnerSignIn, 'throttle'>;
}): readonly LearnBound[] {
  return [
    bindLearn(contract.learnBulletins, async (call) => ({
      bulletins: (await parts.bulletins.ofPerson(learnerOf(call).uid)).map(({ id, kind, title, text, sent, course }) => ({
        ...{ id, kind, title, text, sent, course },
      })),
    })),
    {
      form: true,
      ...bindLearn(contract.learnUnsubscribe, async ({ params, caller }) => {
        await parts.signIn.throttle(caller);
        await parts.bulletins.unsubscribe(params.token);
        return { ok: true as const };
      }),
    },
  ];
}
