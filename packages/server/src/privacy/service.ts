import { createHash } from 'node:crypto';
import type { AppConfig, Config } from '@menshen/contract';
import type { AuditQueries } from '../audit/queries.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { IdentityService } from '../identity/service.ts';
import type { Keys } from '../keys/master.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { Outbound } from '../platform/outbound.ts';
import type { FreeTexts } from '../store/free-texts.ts';
import type { Store } from '../store/store.ts';
import { type BackendData, createBackendData } from './backend-data.ts';
import { type ClientPrivacy, createClientPrivacy, exportName } from './client.ts';
import { createConsentStore } from './consent-store.ts';
import { type Consents, createConsents } from './consents.ts';
import { erasureLogKey, erasureLogPath, openErasureLog } from './erasure-log.ts';
import { createErasureStore } from './erasure-store.ts';
import { createErasures, type Erasures } from './erasures.ts';
import { buildExport } from './export.ts';
import type { AgedRows, HeldRow, Holding } from './holding.ts';
import { findMentions } from './mentions.ts';
import { createPseudonyms, dayMs } from './model.ts';
import { compilePurposes, type Purposes } from './purposes.ts';
import { createRegisters, type InventoryFact, type Registers } from './registers.ts';
import { createRequestStore, type RequestStore } from './request-store.ts';
import { createRequests, type Requests } from './requests.ts';
import { createRetention, type Retention } from './retention.ts';
import { createWechatEvents, isPrivacyEvent } from './wechat-events.ts';

/** Rows of one part that an export holds at most; it says where it was cut. */
const exportRows = 10_000;

export interface ExportMade {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly until: number;
  /** Apps whose backends have answered. */
  readonly backend: readonly string[];
}

export interface PrivacyService {
  readonly client: ClientPrivacy;
  readonly consents: Consents;
  readonly requests: Requests;
  readonly requestStore: RequestStore;
  readonly erasures: Erasures;
  readonly retention: Retention;
  readonly registers: Registers;
  readonly backend: BackendData;
  readonly signer: LiveSigner;
  /** Takes an event of WeChat's message push. */
  heard(app: AppConfig, event: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Makes the signed copy for a request; throws as {@link Requests.demandReady}, and `subject_data_failed`. */
  export(request: string, note: string, close: boolean, by: string): Promise<ExportMade>;
  /** To be called before a store that was put back serves. */
  replayErasures(): Promise<number>;
  maintain(): Promise<void>;
}

export interface PrivacyParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly revocations: RevocationFeed;
  readonly coordination: Pick<Coordination, 'useNonce'>;
  readonly config: () => Config;
  readonly data: string;
  readonly identity: IdentityService;
  readonly directory: DirectoryService;
  readonly ring: KeyRing;
  /** Signs copies and certificates of erasure. */
  readonly signer: LiveSigner;
  readonly holdings: readonly Holding[];
  /** Throws where something else is to be decided before a person is erased. */
  readonly demandFree: (uid: string) => Promise<void>;
  /** Rows of other rooms that age. */
  readonly aged: Readonly<
    Record<
      | 'sessions'
      | 'sightings'
      | 'loginAttempts'
      | 'devices'
      | 'verdictSamples'
      | 'inventories'
      | 'mediaChecks'
      | 'trainingAnswers',
      AgedRows
    >
  >;
  readonly exports: AgedRows;
  /** Words that people have written, for whoever erases. */
  readonly texts: readonly FreeTexts[];
  readonly inventory: () => Promise<readonly InventoryFact[]>;
  readonly queries: () => AuditQueries;
  readonly fetch: Outbound;
  readonly failed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Privacy duties of one node (PIPL): consent, requests, erasure, retention, registers. */
export async function createPrivacyService(parts: PrivacyParts): Promise<PrivacyService> {
  const { store, keys, audit, revocations, config, identity, directory, ring, holdings, signer, clock, random } = parts;
  const pseudonymOf = createPseudonyms(keys);
  const consentStore = createConsentStore(store);
  const requestStore = createRequestStore(store, keys, random);
  const once = (key: string, ms: number): Promise<boolean> => parts.coordination.useNonce(key, ms);
  let compiled: { readonly of: Config['privacy']; readonly purposes: Purposes } | null = null;
  const purposes = (): Purposes => {
    const { privacy } = config();
    if (compiled?.of !== privacy) compiled = { of: privacy, purposes: compilePurposes(privacy) };
    return compiled.purposes;
  };
  const consents = await createConsents({
    ...{ store: consentStore, pseudonymOf, purposes, audit, revocations, clock, random, onError: parts.failed },
  });
  const requests = createRequests({
    ...{ store: requestStore, pseudonymOf, audit, once, clock, random },
    settings: () => config().privacy.requests,
  });
  const backend = createBackendData({ apps: () => config().apps, fetch: parts.fetch, clock });
  const endSessions = (uid: string, by: string): Promise<unknown> => identity.endSessionsOf(uid, 'personal data', by);
  const erasures = createErasures({
    ...{ store, holdings, pseudonymOf, signer, audit, endSessions, clock, random },
    register: createErasureStore(store),
    log: openErasureLog(erasureLogPath(parts.data), erasureLogKey(keys)),
    listedBy: (uid) => directory.personal.listedBy(uid),
    demandFree: parts.demandFree,
    named(uid) {
      const { name, phone, email } = directory.snapshot().person(uid) ?? { name: null, phone: null, email: null };
      return { uid, name, phone, email };
    },
    findMentions: (named) => findMentions(parts.texts, named),
    async shred(uid, by) {
      let destroyed = 0;
      for (const { id } of config().apps) destroyed += await ring.erase(id, uid, by);
      return destroyed;
    },
    async forget(uid, subject, by) {
      const withdrawn = await consents.withdraw(uid, () => true, { app: '', channel: 'erasure', by });
      return withdrawn.length + (await requestStore.forget(subject));
    },
    origin: config().audit.origin,
  });
  const own = (rows: AgedRows, days: ((of: Config['retention']) => number) | null, least: number | null = null) => ({
    ...{ rows, days, least },
  });
  const retention = createRetention({
    ...{ store, audit, once, clock, random },
    config: () => config().retention,
    logSize: async () => (await audit.status()).size,
    targets: {
      sessions: own(parts.aged.sessions, null),
      sightings: own(parts.aged.sightings, ({ sightings }) => sightings),
      loginAttempts: own(parts.aged.loginAttempts, ({ loginAttempts }) => loginAttempts),
      devices: own(parts.aged.devices, ({ devices }) => devices),
      verdictSamples: own(parts.aged.verdictSamples, ({ verdictSamples }) => verdictSamples),
      inventories: own(parts.aged.inventories, ({ inventories }) => inventories),
      mediaChecks: own(parts.aged.mediaChecks, ({ mediaChecks }) => mediaChecks),
      trainingAnswers: own(parts.aged.trainingAnswers, ({ trainingAnswers }) => trainingAnswers),
      exports: own(parts.exports, null),
      consents: own({ count: consentStore.countEnded, remove: consentStore.removeEnded }, ({ consents: days }) => days, 1_095),
      requests: own({ count: requestStore.countClosed, remove: requestStore.removeClosed }, ({ requests: days }) => days, 365),
    },
  });
  const registers = createRegisters({ store, keys, audit, config, inventory: parts.inventory, clock });
  const hear = createWechatEvents({
    ...{ consents, requests, endSessions },
    uidOf: (appid, openid) => identity.ownerOf('wechat', appid, openid),
    key: keys.derive('origin of privacy requests'),
  });

  /** Everything that the platform holds of a person, part by part. */
  const gather = async (uid: string): Promise<{ name: string; rows: readonly HeldRow[]; cut: boolean }[]> => {
    const found: { name: string; rows: readonly HeldRow[]; cut: boolean }[] = [];
    const take = (name: string, rows: readonly HeldRow[], limit = exportRows): void =>
      void found.push({ name, rows: rows.slice(0, limit), cut: rows.length >= limit });
    for (const holding of holdings) take(holding.name, await holding.read(uid, exportRows));
    take(
      'consents',
      (await consents.history(uid)).map(({ purpose, version, act, textHash, app, channel, at }) => ({
        ...{ purpose, version, act, textHash, app, channel, at },
      })),
    );
    take(
      'requests',
      (await requests.list({ uid })).map(({ id, kind, state, details, contact, answer, created, due, closed }) => ({
        ...{ id, kind, state, details, contact, answer, created, due, closed },
      })),
    );
    const events: HeldRow[] = [];
    for (let cursor: string | null = null; events.length < exportRows; ) {
      const page = await parts.queries().list({ uid, kind: 'all' }, 200, cursor);
      for (const { time, action, app, address, code, summary } of page.rows)
        events.push({ at: time, action, app, address, code, summary: summary.zh });
      cursor = page.next;
      if (cursor === null) break;
    }
    take('events', events);
    return found;
  };

  return {
    client: createClientPrivacy({ consents, requests, requestStore, settings: () => config().privacy.requests, clock }),
    ...{ consents, requests, requestStore, erasures, retention, registers, backend, signer },
    async heard(app, event, fields) {
      if (isPrivacyEvent(event)) await hear(app, event, fields);
    },
    async export(id, note, close, by) {
      const { uid } = await requests.demandReady(id);
      const backends = await backend.ask(uid, 'access', id);
      const at = clock();
      const content = { request: id, uid, origin: config().audit.origin, at, backends, note, parts: await gather(uid) };
      const file = buildExport(content, signer);
      const sha256 = createHash('sha256').update(file).digest('hex');
      const until = at + config().privacy.requests.exportDays * dayMs;
      await requestStore.putExport(id, { created: at, expires: until, sha256, bytes: file.length }, file);
      await requests.settle(id, { step: 'exported', note: `SHA-256 ${sha256}${note === '' ? '' : ` · ${note}`}`, close }, by);
      return { name: exportName(id), sha256, bytes: file.length, until, backend: backends.map(({ app }) => app) };
    },
    replayErasures: () => erasures.replay(),
    async maintain() {
      await requests.maintain();
      await erasures.maintain();
      await retention.maintain();
    },
  };
}
