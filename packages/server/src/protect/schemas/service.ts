import { MenshenError } from '@menshen/contract';
import { isWitnessed, mergeProfiles, type Observed, proposeSchema, type RouteProfile, SchemaError } from '@menshen/inspect';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Learning } from './learning.ts';
import type { RouteSchemas, SchemaRefusals, SchemaVersion } from './model.ts';
import { createRefusalCounts, type RefusalCounts, shadowOf } from './refusal-counts.ts';
import { compileLearned, type LearnedSnapshot, learnedSnapshot, nothingLearned } from './snapshot.ts';
import { checkedKeyword, type LearnedStore, type ProfileKind, type RouteRef } from './store.ts';

const dayMs = 86_400_000;
const keepRefusalsMs = 32 * dayMs;
/** A profile is written no oftener than this; what a crash takes are requests that others will repeat. */
const saveEveryMs = 300_000;
/** Requests below which nothing is proposed by itself; a person who asks gets a proposal from fewer. */
const automaticMinimum = 200;
/** How long a route is left alone between two proposals that are made by themselves. */
const proposeEveryMs = 3_600_000;

export interface SchemaParts {
  readonly store: LearnedStore;
  readonly learning: Learning;
  readonly audit: Audit;
  readonly metrics: Metrics;
  /** This node's name, unique among the nodes of a store. */
  readonly node: string;
  /** Makes the other nodes read the table. */
  readonly announce: () => Promise<unknown>;
  readonly clock: () => number;
}

/** What a person is shown of one route. */
export interface RouteKnowledge {
  readonly versions: readonly SchemaVersion[];
  readonly profile: RouteProfile | null;
  /** Whether people have been refused for something that a new version of the app may do. */
  readonly drifted: boolean;
  /** Of the version in force, in the last day. */
  readonly refused: readonly SchemaRefusals[];
  /** What the open proposal would have refused in the last day. */
  readonly wouldRefuse: readonly SchemaRefusals[];
  /** Requests that were held to the open proposal in the last day. */
  readonly checked: number;
}

export interface SchemaService {
  snapshot(): LearnedSnapshot;
  readonly counts: RefusalCounts;
  note(of: RouteRef, kind: ProfileKind, seen: Observed, who: string): void;
  /** Live versions, refusals of a day by route and version, and what this node has learned. */
  overview(): Promise<{
    readonly versions: readonly SchemaVersion[];
    readonly counts: readonly (RouteRef & { version: number; count: number })[];
  }>;
  learned(of: RouteRef): RouteProfile | null;
  knowledge(of: RouteRef): Promise<RouteKnowledge>;
  /** Makes a proposal now. Throws MenshenError `conflict` when too little was seen, or nothing new. */
  propose(of: RouteRef): Promise<void>;
  /** Null, or why schemas cannot be used. */
  problem(schemas: RouteSchemas): string | null;
  /** Puts an edited draft in the place of the open proposal. Throws MenshenError `validation_failed`, `conflict`. */
  edit(of: RouteRef, schemas: RouteSchemas, by: string): Promise<void>;
  approve(of: RouteRef, version: number, by: string, reason: string): Promise<void>;
  reject(of: RouteRef, version: number, by: string, reason: string): Promise<void>;
  /** Puts an earlier version in force again. */
  restore(of: RouteRef, version: number, by: string, reason: string): Promise<void>;
  /** Takes the version in force out of force. */
  withdraw(of: RouteRef, version: number, by: string, reason: string): Promise<void>;
  refresh(): Promise<void>;
  /** Writes everything that is still in memory. */
  flush(): Promise<void>;
  /** Writes what was learned and counted, and proposes where there is something new. */
  maintain(): Promise<void>;
}

/** Learned schemas: from profiles to proposals, from proposals to what is in force. */
export async function createSchemaService(parts: SchemaParts): Promise<SchemaService> {
  const { store, learning, audit, metrics, node, clock } = parts;
  const counts = createRefusalCounts(clock);
  let snapshot = nothingLearned;
  const proposedAt = new Map<string, number>();
  /** Profiles written since the last look for something to propose. */
  const touched = new Map<string, { readonly of: RouteRef; readonly kind: ProfileKind; readonly profile: RouteProfile }>();

  const failed = ({ app, route, version }: SchemaVersion): void => {
    metrics.add('menshen_schema_failures_total');
    const title = 'a learned schema can no longer be compiled and is not in force';
    audit
      .record(
        detectionEvent({
          time: clock(),
          rule: 'learned_schema_unusable',
          severity: 'high',
          title,
          detail: { app, route, version },
        }),
      )
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };
  const refresh = async (): Promise<void> => {
    const before = snapshot;
    const versions = await store.live();
    snapshot = learnedSnapshot(versions, failed);
    for (const { app, route } of versions) {
      const key = `${app} ${route}`;
      // What people were refused for under another version has been decided on.
      if (before.approved.get(key)?.version !== snapshot.approved.get(key)?.version) learning.forget({ app, route }, 'refused');
    }
  };
  const changed = async (): Promise<void> => {
    await refresh();
    await parts.announce();
  };

  /** What all nodes have learned of a route: this one's from memory, the others' from the store. */
  const gathered = async (of: RouteRef): Promise<{ accepted: RouteProfile | null; refused: RouteProfile | null }> => {
    await flushProfiles();
    const rows = await store.profiles(null, of);
    const merge = (kind: ProfileKind): RouteProfile | null =>
      rows
        .filter((row) => row.kind === kind)
        .map(({ profile }) => profile)
        .reduce<RouteProfile | null>((all, one) => (all === null ? one : mergeProfiles(all, one)), null);
    return { accepted: merge('accepted'), refused: merge('refused') };
  };
  const flushProfiles = async (olderThanMs = 0): Promise<void> => {
    for (const changed of learning.changed(olderThanMs)) {
      const { of, kind, profile } = changed;
      touched.set(`${kind} ${of.app} ${of.route}`, changed);
      await store.saveProfile(of, node, kind, profile, clock());
    }
  };

  const makeProposal = async (of: RouteRef, minimum: number, asked: boolean): Promise<boolean> => {
    const { accepted, refused } = await gathered(of);
    const drifted = refused !== null && isWitnessed(refused.requests);
    const profile = accepted !== null && drifted ? mergeProfiles(accepted, refused) : accepted;
    const proposal = profile === null ? null : proposeSchema(profile, { minimum });
    if (proposal === null) return false;
    const { body, query, path, fields, requests } = proposal;
    return await store.propose(
      { ...of, schemas: { body, query, path }, fields, requests, madeAt: clock() },
      { author: null, asked },
    );
  };

  const decide = async (
    of: RouteRef,
    version: number,
    act: { readonly from: SchemaVersion['state'][]; readonly to: SchemaVersion['state']; readonly word: string },
    by: string,
    reason: string,
  ): Promise<void> => {
    const detail = { app: of.app, route: of.route, version, decision: act.word, reason };
    await audit.act(by, { activity: 'update', entity: 'learned schema', detail }, async () => {
      if (!(await store.decide(of, version, act.from, act.to, { by, reason, at: clock() }))) throw new MenshenError('conflict');
    });
    await changed();
  };
  const problem = (schemas: RouteSchemas): string | null => {
    try {
      compileLearned(schemas, 'schema');
      return null;
    } catch (error) {
      if (error instanceof SchemaError) return error.message;
      throw error;
    }
  };
  const usable = async (of: RouteRef, version: number): Promise<void> => {
    const found = (await store.versions(of)).find((one) => one.version === version);
    if (found === undefined) throw new MenshenError('not_found');
    if (problem(found.schemas) !== null) throw new MenshenError('validation_failed', { fields: ['schemas'] });
  };

  for (const { app, route, kind, profile } of await store.profiles(node, null)) learning.restore({ app, route }, kind, profile);
  await refresh();

  return {
    snapshot: () => snapshot,
    counts,
    note: learning.note,
    learned: (of) => learning.profile(of, 'accepted'),
    async overview() {
      await store.addRefusals(counts.take());
      return { versions: await store.live(), counts: await store.refusalCounts(clock() - dayMs) };
    },
    async knowledge(of) {
      await store.addRefusals(counts.take());
      const versions = await store.versions(of);
      const { accepted, refused } = await gathered(of);
      const from = clock() - dayMs;
      const inForce = versions.find(({ state }) => state === 'approved');
      const open = versions.find(({ state }) => state === 'proposed');
      const told = (rows: SchemaRefusals[]): SchemaRefusals[] => rows.filter(({ keyword }) => keyword !== checkedKeyword);
      const shadow = open === undefined ? [] : await store.refusals(of, shadowOf(open.version), from);
      return {
        versions,
        profile: accepted,
        drifted: inForce !== undefined && refused !== null && isWitnessed(refused.requests),
        refused: inForce === undefined ? [] : told(await store.refusals(of, inForce.version, from)),
        wouldRefuse: told(shadow),
        checked: shadow.find(({ keyword }) => keyword === checkedKeyword)?.count ?? 0,
      };
    },
    async propose(of) {
      if (!(await makeProposal(of, 30, true))) throw new MenshenError('conflict');
      await changed();
    },
    problem,
    async edit(of, schemas, by) {
      if (problem(schemas) !== null) throw new MenshenError('validation_failed', { fields: ['schemas'] });
      const open = (await store.versions(of)).find(({ state }) => state === 'proposed');
      const detail = { app: of.app, route: of.route };
      await audit.act(by, { activity: 'update', entity: 'schema proposal', detail }, async () => {
        const made = { ...of, schemas, fields: open?.fields ?? [], requests: open?.requests ?? 0, madeAt: clock() };
        if (!(await store.propose(made, { author: by, asked: true }))) throw new MenshenError('conflict');
      });
      await changed();
    },
    async approve(of, version, by, reason) {
      await usable(of, version);
      await decide(of, version, { from: ['proposed'], to: 'approved', word: 'approve' }, by, reason);
      await store.forget(of, 'refused');
    },
    reject: (of, version, by, reason) => decide(of, version, { from: ['proposed'], to: 'rejected', word: 'reject' }, by, reason),
    async restore(of, version, by, reason) {
      await usable(of, version);
      await decide(of, version, { from: ['replaced', 'rejected', 'withdrawn'], to: 'approved', word: 'restore' }, by, reason);
    },
    withdraw: (of, version, by, reason) =>
      decide(of, version, { from: ['approved'], to: 'withdrawn', word: 'withdraw' }, by, reason),
    refresh,
    async flush() {
      await flushProfiles();
      await store.addRefusals(counts.take());
    },
    async maintain() {
      const now = clock();
      await flushProfiles(saveEveryMs);
      await store.addRefusals(counts.take());
      await store.removeRefusalsBefore(now - keepRefusalsMs);
      let proposed = false;
      const due = [...touched.values()];
      touched.clear();
      for (const { of, kind, profile } of due) {
        const key = `${of.app} ${of.route}`;
        // Under a version in force only what people were refused for asks for another.
        const inForce = snapshot.approved.has(key);
        const asks = inForce ? kind === 'refused' && isWitnessed(profile.requests) : kind === 'accepted';
        if (!asks || now - (proposedAt.get(key) ?? 0) < proposeEveryMs) continue;
        if (!(await makeProposal(of, inForce ? 30 : automaticMinimum, false))) continue;
        proposedAt.set(key, now);
        proposed = true;
      }
      if (proposed) await changed();
    },
  };
}
