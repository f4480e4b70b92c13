import { join } from 'node:path';
import { detectionEvent } from '../audit/events.ts';
import { bodyStream } from '../gateway/body-stream.ts';
import type { RequestContext } from '../gateway/context.ts';
import type { Refusal } from '../gateway/refusal.ts';
import type { Providers } from '../identity/providers.ts';
import type { IdentityService } from '../identity/service.ts';
import type { Current } from '../platform/current.ts';
import type { Foundation } from '../platform/foundation.ts';
import { createAddressKeys } from '../rates/address-key.ts';
import { createBulkReads } from './bulk-reads/service.ts';
import { createNormStore } from './bulk-reads/store.ts';
import { createFieldCheck, type FieldCheck } from './check.ts';
import type { Observing } from './inventory/observing.ts';
import { createInventoryService, type InventoryService } from './inventory/service.ts';
import { createInventoryStore } from './inventory/store.ts';
import { cleanAnswer } from './rich-text/answer.ts';
import { createCleaningCounts } from './rich-text/counts.ts';
import { type CleaningStore, createCleaningStore } from './rich-text/store.ts';
import { createLearning } from './schemas/learning.ts';
import { createSchemaService, type SchemaService } from './schemas/service.ts';
import { createLearnedStore } from './schemas/store.ts';
import { createMediaChecks, type MediaChecks } from './uploads/media-check.ts';
import { createUploadService, type UploadService } from './uploads/service.ts';
import { createSpool } from './uploads/spool.ts';

const dayMs = 86_400_000;
const keepDays = 90;
/** Bodies on disk at a time, all together. */
const spoolBytes = 4_294_967_296;
/** Where nobody is signed in, people are told apart by their network: addresses within one are cheap to come by. */
const networks = { v4: 24, v6: 48 };

/** What the data plane asks of positive security. */
export interface GatewayProtection {
  readonly check: FieldCheck;
  readonly uploads: UploadService;
  /** Cleans the answer's rich text. */
  onAnswer(context: RequestContext): Refusal | undefined;
  /** Takes note of an answer that is disclosed, for inventory and bulk reads; the work is done later. */
  readonly observe: Observing['offer'];
  /** Learns from a request that has ended, and has WeChat look at files that were stored. */
  ended(context: RequestContext, refusal: Refusal | null): void;
}

export interface ProtectService {
  readonly gateway: GatewayProtection;
  readonly schemas: SchemaService;
  readonly media: MediaChecks;
  readonly uploads: UploadService;
  readonly cleanings: CleaningStore;
  readonly inventory: InventoryService;
  /** Writes counts of cleanings that are still in memory. */
  flushCleanings(): Promise<void>;
  /** Writes everything that is still in memory. */
  flush(): Promise<void>;
  maintain(): Promise<void>;
  settled(): Promise<void>;
}

export interface ProtectParts {
  readonly foundation: Foundation;
  readonly current: Current;
  readonly identity: Pick<IdentityService, 'identitiesOf'>;
  readonly providers: Pick<Providers, 'wechat'>;
  readonly data: string;
  /** This node's name among the nodes of a store. */
  readonly node: string;
}

/** Field types, learned schemas, rich text and files of one node. */
export async function createProtectService({
  foundation,
  current,
  identity,
  providers,
  data,
  node,
}: ProtectParts): Promise<ProtectService> {
  const { store, keys, audit, metrics, revocations, clock, random } = foundation;
  const schemas = await createSchemaService({
    store: createLearnedStore(store),
    learning: createLearning({ key: keys.derive('tags of people in learned profiles'), clock }),
    ...{ audit, metrics, node, clock },
    announce: () => revocations.publish({ kind: 'schemas', subject: 'learned', detail: null }),
  });
  revocations.subscribe((entry, own) => {
    if (entry.kind === 'schemas' && !own) schemas.refresh().catch(() => metrics.add('menshen_maintenance_failures_total'));
  });
  const cleanings = createCleaningStore(store);
  const counts = createCleaningCounts({
    clock,
    harmful: ({ app, route, way, requestId }, fields) => {
      metrics.add('menshen_rich_text_cleaned_total', `way="${way}"`);
      const field = [...new Set(fields.filter(({ harmful }) => harmful).map(({ field: name }) => name))].join(' ').slice(0, 200);
      const title = way === 'out' ? 'a script was found in stored rich text' : 'a script was sent in rich text';
      const detail = { app, route, request: requestId, field, way };
      audit
        .record(
          detectionEvent({ time: clock(), rule: 'rich_text_script', severity: way === 'out' ? 'high' : 'medium', title, detail }),
        )
        .catch(() => metrics.add('menshen_audit_failures_total'));
    },
  });
  const uploads = createUploadService({
    config: () => current.runtime.config,
    spool: createSpool(join(data, 'spool'), spoolBytes, random),
    ...{ audit, metrics, clock },
    stream: bodyStream,
  });
  const media = createMediaChecks({
    ...{ store, audit, metrics, clock },
    wechat: (app) => providers.wechat(app),
    openidOf: async ({ session, app }) => {
      const appid = app?.config.wechat?.appid;
      if (session === null || appid === undefined) return null;
      const own = await identity.identitiesOf(session.person.uid);
      return own.find((one) => one.channel === 'wechat' && one.provider === appid)?.subject ?? null;
    },
    app: (id) => current.runtime.apps.get(id),
  });
  const bulkReads = createBulkReads({
    store: createNormStore(store),
    ...{ audit, metrics, clock },
    coordination: foundation.coordination,
    key: keys.derive('tags of people in norms of reading'),
  });
  await bulkReads.restore();
  const inventory = createInventoryService({
    store: createInventoryStore(store),
    ...{ audit, metrics, clock },
    key: keys.derive('tags of readers in the data inventory'),
    read: bulkReads.note,
  });
  const networkOf = createAddressKeys(networks);
  const flushCleanings = async (): Promise<void> => cleanings.add(counts.take());

  return {
    gateway: {
      check: createFieldCheck({ schemas, cleanings: counts }),
      uploads,
      observe: inventory.offer,
      onAnswer: (context) => cleanAnswer(context, counts),
      ended(context, refusal) {
        learnFrom(schemas, context, refusal, networkOf);
        if (refusal === null) media.answered(context);
      },
    },
    ...{ schemas, media, uploads, cleanings, inventory, flushCleanings },
    async flush() {
      await flushCleanings();
      await schemas.flush();
      await inventory.flush();
      await bulkReads.flush();
    },
    async maintain() {
      await flushCleanings();
      await schemas.maintain();
      await inventory.maintain();
      await bulkReads.maintain();
      await cleanings.removeBefore(clock() - keepDays * dayMs);
      await media.expire();
      await media.removeBefore(clock() - keepDays * dayMs);
    },
    async settled() {
      await media.settled();
      await bulkReads.settled();
    },
  };
}

/**
 * Accepted requests teach what is normal; requests that only a learned schema refused teach what a new version of the app may do. What anything else
 * found fault with teaches nothing.
 */
function learnFrom(
  schemas: SchemaService,
  context: RequestContext,
  refusal: Refusal | null,
  networkOf: (address: string) => string,
): void {
  const { route, app, session, answer } = context;
  if (route === null || app === null || !route.protection.learns || context.mode === 'bypass') return;
  const refused =
    refusal?.code === 'schema_mismatch' && session !== null && schemas.snapshot().approved.has(route.protection.key);
  const accepted = refusal === null && answer !== null && answer.status >= 200 && answer.status <= 299;
  if (!refused && !accepted) return;
  if (context.inspected !== null && context.inspected.threats.length > 0) return;
  if (context.traces.some(({ verdict }) => verdict === 'would_refuse')) return;
  // Fields of a form are texts; what is approved of them is read as the schema's types again. Files have rules of their own.
  const legible =
    typeof context.parsedBody === 'object' &&
    context.parsedBody !== null &&
    (context.channel?.opened === true || /json|x-www-form-urlencoded/i.test(context.request.headers['content-type'] ?? ''));
  schemas.note(
    { app: app.id, route: route.match },
    refused ? 'refused' : 'accepted',
    { ...(legible ? { body: context.parsedBody } : {}), query: context.parsedQuery ?? {}, path: context.params },
    session?.person.uid ?? networkOf(context.address),
  );
}
