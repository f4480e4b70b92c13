import {
  type AssessmentFields,
  type AssessmentView,
  assessmentFields,
  type Config,
  MenshenError,
  type ProcessorFields,
  processorFields,
  type TriggerView,
} from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { dayMs } from './model.ts';
import { createRegisterStore, type Versioned } from './registers-store.ts';

/** An assessment holds for three years; its report is kept as long (PIPL article 56). */
const validMs = 3 * 365 * dayMs;
const expiringMs = 60 * dayMs;
/** From this level on a field is sensitive; see the data inventory. */
const sensitiveLevel = 4;

type Because = 'backend' | 'wechat' | 'wecom' | 'sms' | 'sign_in' | 'outbound';
export interface Suggestion {
  readonly host: string;
  readonly because: Because;
}

/** What is known of personal data that answers hold. */
export type InventoryFact = { readonly app: string; readonly route: string; readonly field: string; readonly level: number };

export interface RegisterParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly config: () => Config;
  readonly inventory: () => Promise<readonly InventoryFact[]>;
  readonly clock: () => number;
}

/** Who else processes personal information, and the assessments that the law asks for before it is. */
export function createRegisters({ store, keys, audit, config, inventory, clock }: RegisterParts) {
  const processors = createRegisterStore(store, keys, 'processor', processorFields);
  const assessments = createRegisterStore(store, keys, 'assessment', assessmentFields);

  const suggestions = (known: readonly Versioned<ProcessorFields>[]): Suggestion[] => {
    const named = new Set(known.flatMap(({ fields }) => fields.hosts));
    return hostsOf(config()).filter(({ host }) => !named.has(host));
  };

  const view = ({ signed, ...rest }: Versioned<AssessmentFields>): AssessmentView => {
    if (signed === null) return { ...rest, signed: null, state: 'draft' };
    const until = signed.at + validMs;
    const left = until - clock();
    return { ...rest, signed: { ...signed, until }, state: left <= 0 ? 'expired' : left <= expiringMs ? 'expiring' : 'valid' };
  };

  /** Article 55, as far as the platform can see it. */
  const triggers = async (known: readonly AssessmentView[]): Promise<TriggerView[]> => {
    const { purposes } = config().privacy;
    const live = (await processors.list()).filter(({ fields }) => !fields.ended);
    const found: Record<TriggerView['trigger'], string[]> = {
      sensitive: [
        ...purposes.filter(({ sensitive }) => sensitive).map(({ name }) => name.zh),
        ...(await inventory())
          .filter(({ level }) => level >= sensitiveLevel)
          .map(({ app, route, field }) => `${app} ${route} ${field}`),
      ],
      automated_decisions: purposes.filter(({ automatedDecisions }) => automatedDecisions).map(({ name }) => name.zh),
      processors: live.map(({ fields }) => fields.name),
      cross_border: live.filter(({ fields }) => fields.crossBorder !== 'none').map(({ fields }) => fields.name),
      other: [],
    };
    const covered = new Set(
      known.filter(({ state }) => state === 'valid' || state === 'expiring').flatMap(({ fields }) => fields.triggers),
    );
    return Object.entries(found).flatMap(([name, because]): TriggerView[] => {
      const trigger = name as TriggerView['trigger'];
      return because.length === 0 ? [] : [{ trigger, because: because.slice(0, 50), covered: covered.has(trigger) }];
    });
  };

  return {
    async processors() {
      const known = await processors.list();
      return { processors: known, suggestions: suggestions(known) };
    },
    async putProcessor(id: string, fields: ProcessorFields, version: number, by: string) {
      if (fields.contractFrom !== null && fields.contractUntil !== null && fields.contractFrom > fields.contractUntil)
        throw new MenshenError('validation_failed', { fields: ['contractUntil'] });
      const detail = { id, version: version + 1, region: fields.region, crossBorder: fields.crossBorder };
      return await audit.act(by, { activity: 'update', entity: 'processor', detail }, () =>
        processors.add(id, version, fields, by, clock()),
      );
    },
    async assessments() {
      const known = (await assessments.list()).map(view);
      return { assessments: known, triggers: await triggers(known) };
    },
    /** Assessments that no longer hold. */
    expired: async (): Promise<AssessmentView[]> =>
      (await assessments.list()).map(view).filter(({ state }) => state === 'expired'),
    async putAssessment(id: string, fields: AssessmentFields, version: number, by: string) {
      const detail = { id, version: version + 1, triggers: fields.triggers.join(','), conclusion: fields.conclusion };
      return view(
        await audit.act(by, { activity: 'update', entity: 'impact assessment', detail }, () =>
          assessments.add(id, version, fields, by, clock()),
        ),
      );
    },
    async signAssessment(id: string, version: number, by: string) {
      const [newest] = await assessments.versions(id);
      if (newest === undefined) throw new MenshenError('not_found');
      const { answers, conclusion } = newest.fields;
      const unanswered = Object.entries(answers).flatMap(([name, answer]) => (answer === '' ? [name] : []));
      // Nobody signs what is not answered yet.
      if (unanswered.length > 0 || conclusion === 'open')
        throw new MenshenError('validation_failed', {
          fields: conclusion === 'open' ? [...unanswered, 'conclusion'] : unanswered,
        });
      const act = { activity: 'update', entity: 'impact assessment', detail: { id, version, step: 'sign', conclusion } } as const;
      return view(await audit.act(by, act, () => assessments.sign(id, version, by, clock())));
    },
    async assessmentVersions(id: string) {
      const versions = await assessments.versions(id);
      if (versions.length === 0) throw new MenshenError('not_found');
      return versions.map(view);
    },
  };
}

export type Registers = ReturnType<typeof createRegisters>;

/** Hosts to which the configuration sends something. */
function hostsOf({ apps, sms, console: { signIn }, outbound }: Config): Suggestion[] {
  const named: readonly (readonly [string | undefined, Because])[] = [
    ...apps.flatMap(({ upstream, wechat, wecom }): [string | undefined, Because][] => [
      [typeof upstream === 'string' ? upstream : upstream.url, 'backend'],
      [wechat?.apiBase, 'wechat'],
      [wecom?.apiBase, 'wecom'],
    ]),
    [sms?.apiBase, 'sms'],
    ...signIn.oidc.map(({ issuer }): [string, Because] => [issuer, 'sign_in']),
    ...outbound.allow.map((url): [string, Because] => [url, 'outbound']),
  ];
  const found = new Map<string, Because>();
  for (const [url, because] of named) {
    const host = url === undefined ? undefined : URL.parse(url)?.hostname;
    // The company's own machines are no third party.
    if (host !== undefined && !isOwn(host) && !found.has(host)) found.set(host, because);
  }
  return [...found].map(([host, because]) => ({ host, because }));
}

const isOwn = (host: string): boolean =>
  host === 'localhost' || /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(host) || !host.includes('.');
