import { join } from 'node:path';
import { writeScopes } from '@menshen/contract';
import { powersOf } from '../administrators/model.ts';
import type { Administrators } from '../administrators/service.ts';
import type { EventStream } from '../api/stream.ts';
import type { AuditQueries } from '../audit/queries.ts';
import type { Submitter } from '../audit/witness/submitter.ts';
import type { DetectService } from '../detect/service.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { GuardOverview } from '../guard/overview.ts';
import type { InspectionService } from '../inspection/service.ts';
import type { NotifyService } from '../notify/service.ts';
import { privacyEvidence } from '../privacy/evidence.ts';
import type { PrivacyService } from '../privacy/service.ts';
import type { ProtectService } from '../protect/service.ts';
import type { RecoveryStanding } from '../recover/attention.ts';
import { copyEvidence, drillEvidence } from '../recover/evidence.ts';
import type { ReleaseService } from '../release/service.ts';
import { createControlMarks } from '../risk/controls/marks.ts';
import { createRouteUses } from '../risk/route-uses.ts';
import type { RouteUse, Seen, SeenApp, SeenFinding, SeenRoute } from '../risk/seen.ts';
import { createRiskService, type RiskService } from '../risk/service.ts';
import { createRiskStore } from '../risk/store.ts';
import { isDependency } from '../risk/vulnerabilities/dependency.ts';
import type { OpenFinding, ScanEvidence } from '../scans/evidence.ts';
import type { SwitchService } from '../switches/service.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { createSignCounts } from './risk-signs.ts';
import type { Sealing } from './sealing.ts';

const dayMs = 86_400_000;
export interface RiskRooms {
  readonly administrators: Administrators;
  readonly detect: DetectService;
  readonly watching: () => boolean;
  readonly directory: DirectoryService;
  readonly guardOverview: GuardOverview;
  readonly inspection: InspectionService;
  readonly notify: NotifyService;
  readonly privacy: PrivacyService;
  readonly protect: ProtectService;
  readonly queries: AuditQueries;
  readonly releases: ReleaseService;
  readonly scans: ScanEvidence;
  /** A finding's own words, for the CVEs in them. */
  readonly findingText: (id: string) => Promise<string>;
  readonly sealing: Sealing;
  readonly switches: SwitchService;
  readonly witnesses: Submitter | null;
  /** When somebody completed a course last; absent where there is no training. */
  readonly trainedAt?: () => Promise<number | null>;
  readonly stream: EventStream;
  readonly data: string;
  /** How backups, shipping and drills stand. */
  readonly recovery: () => Promise<Pick<RecoveryStanding, 'newest' | 'shipping'>>;
}

/** Starts risk assessment: what every capability says of itself is read when the picture is asked for, and nothing of it is copied. */
export function startRisk(foundation: Foundation, current: Current, rooms: RiskRooms): RiskService {
  const { store, keys, audit, coordination, metrics, clock, random, nodes } = foundation;
  const risks = createRiskStore(store);
  const newestOf =
    (more: { readonly code?: string }) =>
    async (app: string, route: string, from: number): Promise<RouteUse | null> => {
      const { rows } = await rooms.queries.traffic({ app, route, from, ...more }, 1, null);
      const [newest] = rows;
      return newest === undefined ? null : { at: newest.time, requestId: newest.requestId };
    };
  const uses = createRouteUses(newestOf({}));
  const challenges = createRouteUses(newestOf({ code: 'mfa_required' }));
  const cves = new Map<string, readonly string[]>();
  /** Findings of components of others name their CVEs in their message, which does not change. */
  const withCves = async (findings: readonly OpenFinding[]): Promise<SeenFinding[]> => {
    const live = new Set(findings.map(({ id }) => id));
    for (const id of cves.keys()) if (!live.has(id)) cves.delete(id);
    return await Promise.all(
      findings.map(async (finding) => {
        if (!isDependency(finding)) return finding;
        const known = cves.get(finding.id) ?? [
          ...new Set((await rooms.findingText(finding.id)).match(/CVE-\d{4}-\d{4,19}/g) ?? []),
        ];
        cves.set(finding.id, known);
        return { ...finding, cves: known };
      }),
    );
  };
  const signs = createSignCounts(current, rooms);
  const drillKey = keys.derive('drill record signing key');
  const look = async (at: number): Promise<Seen> => {
    const { config } = current.runtime;
    const { privacy, releases, notify, inspection, scans, sealing, administrators } = rooms;
    const [fields, apps, accounts, tokens, told, evidence, registers, ring, channels, status, open, findings, freshness] =
      await Promise.all([
        rooms.protect.inventory.list(),
        appsOf(at),
        administrators.accounts.all(),
        administrators.tokens.list(),
        releases.list(),
        privacyEvidence(privacy),
        privacy.registers.processors(),
        sealing.ring.overview(),
        notify.channels(),
        rooms.queries.status(),
        rooms.detect.open(),
        scans.open(),
        scans.freshness(),
      ]);
    const factors = await Promise.all(accounts.map(({ id }) => administrators.factors.state(id)));
    const old = new Set(sealing.ages.old().map(({ kid }) => kid));
    const directory = rooms.directory.snapshot();
    const people = [...directory.people.values()].filter(({ status: state }) => state === 'active');
    const { syncedAt, error } = rooms.directory.state();
    return {
      ...{ at, config, mode: rooms.switches.mode(), apps, fields, findings: await withCves(findings) },
      administrators: accounts.map(({ id, power, status: state, created, lastLogin }, index) => {
        const own = factors[index];
        return {
          ...{ id, created, lastLogin, powers: powersOf(power).length, active: state === 'active' },
          factor: own !== undefined && (own.totp !== null || own.passkeys > 0),
        };
      }),
      tokens: tokens
        .filter(({ state }) => state === 'active')
        .map(({ id, scopes, addresses, expires, lastUsed }) => ({
          ...{ id, scopes, expires, lastUsed, anywhere: addresses.length === 0 },
          writes: scopes.some((scope) => writeScopes.includes(scope)),
        })),
      people: { active: people.length, privileged: countPrivileged(people.map(({ roles }) => roles)) },
      directory: { syncedAt, failing: error !== null, sources: (await rooms.directory.sources()).length },
      releases: told.releases
        .filter(({ state }) => state === 'registered')
        .map(({ id, app, kind, version, registered, scan }) => ({
          ...{ id, app, kind, version, registered, scanned: scan !== null },
          heavy: scan === null ? 0 : scan.critical + scan.high,
        })),
      deployments: told.deployments,
      dataKeys: ring.keys
        .filter(({ state, subject }) => state === 'active' && subject === null)
        .map(({ app, kid, created }) => ({ app, kid, created, old: old.has(kid) })),
      sealedAt: await marks.moved(
        'field_encryption',
        [...Map.groupBy(ring.keys, ({ app }) => app)]
          .map(([app, own]) => [app, String(own.reduce((sum, { sealed }) => sum + sealed, 0))] as const)
          .filter(([, mark]) => mark !== '0'),
        at,
      ),
      privacy: evidence,
      processors: registers.processors
        .filter(({ fields: one }) => !one.ended)
        .map(({ id, fields: one }) => ({
          ...{ id, name: one.name },
          contractEnded: one.contractUntil !== null && Date.parse(one.contractUntil) + dayMs < at,
        })),
      unnamedHosts: registers.suggestions.map(({ host }) => host),
      nodes: nodes?.count() ?? 1,
      counts: await signs(at),
      channels: channels.map(({ id, lastSent }) => ({ id, lastSent })),
      log: { checkpointAt: status.checkpointTime, writable: status.state === 'ok' },
      witnesses: rooms.witnesses?.states().map(({ name, signedAt }) => ({ name, signedAt })) ?? null,
      watching: rooms.watching(),
      openAlerts: open.total,
      exceptions: inspection
        .exceptions('active', undefined)
        .filter(({ state }) => state === 'active')
        .map(({ id, app, expiresAt, uses: count }) => ({ id, app, expiresAt, uses: count })),
      scans: freshness,
      drills: await drillEvidence(join(rooms.data, 'drills.jsonl'), drillKey),
      copies: copyEvidence(await rooms.recovery()),
      training: rooms.trainedAt === undefined ? null : { last: await rooms.trainedAt() },
    };
  };
  const marks = createControlMarks(risks, clock);

  const appsOf = async (at: number): Promise<SeenApp[]> => {
    const { runtime } = current;
    const learned = rooms.protect.schemas.snapshot();
    const enforcing = rooms.switches.mode() === 'enforce';
    const apps: SeenApp[] = [];
    for (const app of runtime.apps.values()) {
      const campaignRoutes = new Set(app.config.campaigns.flatMap(({ claim, redeem }) => [claim.route, redeem?.route ?? '']));
      const uris = new URL(typeof app.config.upstream === 'string' ? app.config.upstream : app.config.upstream.url);
      const configs = new Map(app.config.routes.map((route) => [route.match, route]));
      const routes: SeenRoute[] = [];
      for (const route of app.routes) {
        const config = configs.get(route.match);
        if (config === undefined) continue;
        const { declared, key } = route.protection;
        routes.push({
          ...{ config, auth: route.auth, enforcing: enforcing && !route.monitor },
          inspecting: enforcing && !route.monitor && inspectionMode(route.inspection.mode),
          schema: route.schema !== null || declared.body !== null || learned.approved.has(key),
          campaign: campaignRoutes.has(route.match) || (config.guards ?? []).length > 0,
          use: null,
          challenged: null,
        });
      }
      const { health } = app.upstream;
      apps.push({
        config: app.config,
        upstream: { origin: uris.origin, tls: uris.protocol === 'https:', failing: health === 'open' || health === 'failing' },
        routes,
      });
    }
    const refs = apps.flatMap(({ config, routes }) =>
      routes.map((route) => ({ app: config.id, route: route.config.match, auth: route.auth })),
    );
    const seen = await uses.of(refs, at);
    const asked = await challenges.of(
      refs.filter(({ auth }) => auth === 'session'),
      at,
    );
    return apps.map((app) => ({
      ...app,
      routes: app.routes.map((route) => {
        const key = `${app.config.id} ${route.config.match}`;
        return { ...route, use: seen.get(key) ?? null, challenged: asked.get(key) ?? null };
      }),
    }));
  };

  return createRiskService({
    store: risks,
    look: async (at) => await look(at),
    settle: (facts) => marks.settle(facts),
    method: () => current.runtime.config.risk.method,
    ...{ audit, metrics, clock, random },
    once: (key, ms) => coordination.useNonce(key, ms),
    changed: () => rooms.stream.send('risk', {}),
    monotonic: () => performance.now(),
  });
}

/** Whether attacks are stopped, and not only noted. */
const inspectionMode = (mode: string): boolean => mode === 'enforce';

/** People with a role that less than a quarter of all hold: what everybody has is no privilege. */
function countPrivileged(people: readonly (readonly string[])[]): number {
  const holders = new Map<string, number>();
  for (const roles of people) for (const role of roles) holders.set(role, (holders.get(role) ?? 0) + 1);
  return people.filter((roles) => roles.some((role) => (holders.get(role) ?? 0) * 4 < people.length)).length;
}
