import { type Config, MenshenError, type privacyApi } from '@menshen/contract';
import type * as z from 'zod';
import type { Session } from '../identity/model.ts';
import type { Consents } from './consents.ts';
import { asksFor } from './purposes.ts';
import type { RequestStore, SubjectRequest } from './request-store.ts';
import type { Requests } from './requests.ts';

type Purpose = z.output<typeof privacyApi.clientPurpose>;
type View = z.output<typeof privacyApi.requestView>;

/** What a person in a mini program can see and do, and what the data plane asks. Each call is about the session's own person and nobody else. */
export interface ClientPrivacy {
  readonly missing: Consents['missing'];
  purposes(session: Session): readonly Purpose[];
  consent(
    session: Session,
    demand: z.output<typeof privacyApi.consentRequest>,
  ): Promise<z.output<typeof privacyApi.consentAnswer>>;
  requests(session: Session): Promise<readonly View[]>;
  /** Throws `mfa_required` where the app wants it, `privacy_requests_exhausted`. */
  request(session: Session, demand: z.output<typeof privacyApi.subjectRequest>): Promise<View>;
  /** Throws `not_found` for what is not the person's, not ready or too old. */
  exported(session: Session, request: string): Promise<z.output<typeof privacyApi.exportAnswer>>;
}

export interface ClientPrivacyParts {
  readonly consents: Consents;
  readonly requests: Requests;
  readonly requestStore: RequestStore;
  readonly settings: () => Config['privacy']['requests'];
  readonly clock: () => number;
}

/** What asks for, or changes, data is worth a second factor; withdrawing a consent must be as easy as giving it (PIPL article 15). */
const guarded = new Set(['access', 'copy', 'correct', 'delete']);

export function createClientPrivacy({ consents, requests, requestStore, settings, clock }: ClientPrivacyParts): ClientPrivacy {
  const view = async ({ id, kind, state, created, due, closed, answer }: SubjectRequest): Promise<View> => {
    const file = state === 'done' ? await requestStore.exportInfo(id) : null;
    const until = file === null || file.expires <= clock() ? null : file.expires;
    return { id, kind, state, created, due, closed, answer, exportUntil: until };
  };
  const demandFactor = (session: Session): void => {
    const { secondFactorApps, secondFactorSeconds } = settings();
    if (!secondFactorApps.includes(session.app)) return;
    const at = session.secondFactorAt;
    if (at === null || clock() - at > secondFactorSeconds * 1_000)
      throw new MenshenError('mfa_required', { form: 'freshness', maxAgeSeconds: secondFactorSeconds, reasons: [] });
  };

  return {
    missing: consents.missing,
    purposes: ({ app, person }) =>
      [...consents.purposes().values()]
        .filter((purpose) => asksFor(purpose, app))
        .map(({ id, version, name, text, basis, fields, sensitive }) => ({
          ...{ id, version, name, text, basis, fields, sensitive },
          ...consents.state(person.uid, id),
        })),
    async consent({ app, person }, { purpose, version, act }) {
      const demand = { purpose, version, act, app, channel: 'mini_program', by: person.uid } as const;
      const state = await consents.record(person.uid, demand);
      return { purpose, state, at: consents.state(person.uid, purpose).at ?? clock() };
    },
    requests: async ({ person }) =>
      await Promise.all((await requests.list({ uid: person.uid })).slice(0, 100).map((request) => view(request))),
    async request(session, { kind, details, contact }) {
      if (guarded.has(kind)) demandFactor(session);
      const { uid } = session.person;
      const verified = session.secondFactorAt === null ? 'session' : 'second_factor';
      const made = await requests.open({
        ...{ uid, kind, details, contact, channel: 'mini_program', app: session.app, verified, by: uid },
      });
      if (made === null) throw new MenshenError('conflict');
      return await view(made);
    },
    async exported(session, id) {
      demandFactor(session);
      const request = (await requests.list({ uid: session.person.uid })).find((one) => one.id === id);
      const info = request?.state === 'done' ? await requestStore.exportInfo(id) : null;
      const file = info === null || info.expires <= clock() ? null : await requestStore.exportFile(id);
      if (info === null || file === null) throw new MenshenError('not_found');
      return { name: exportName(id), sha256: info.sha256, file };
    },
  };
}

export const exportName = (request: string): string => `menshen-personal-data-${request}.zip`;
