import { type BusinessFields, MenshenError, type RiskChange } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import { gently } from '../gently.ts';
import { readAdvisories, scoreOfVector } from './advisories/read.ts';
import { isControl } from './controls/catalogue.ts';
import { factsFrom } from './facts.ts';
import { type Assessment, assessing } from './method/assess.ts';
import { type MethodName, methods } from './method/functions.ts';
import type { ControlFact, Facts, Weakness } from './model.ts';
import type { Seen } from './seen.ts';
import type { AdvisoryRow, ImportKind, RiskStore, StoredBusiness, Version } from './store.ts';
import { threats } from './threats/catalogue.ts';
import { createTreatments, type Treatments } from './treatment/service.ts';
import { contentOf, packContent, replay, unpackContent, type VersionContent } from './version.ts';
import { applyChanges, type Change } from './whatif/apply.ts';
import { type NextStep, nextSteps } from './whatif/next-steps.ts';

const dayMs = 86_400_000;
/** The present picture is computed again when it is asked and is older. */
const freshMs = 20_000;
/** A change of levels makes a version at most so often. */
const restMs = 600_000;
const keptMs = 3 * 366 * dayMs;
/** Chance of exploitation moves by the day: an older file says less than it seems to. */
export const advisoriesOldMs = 30 * dayMs;

/** The present picture of a node. */
export interface Picture {
  /** What it was computed from, as the capabilities said it of themselves; compliance reads the same. */
  readonly seen: Seen;
  readonly facts: Facts;
  readonly assessment: Assessment;
  readonly advisories: ReadonlyMap<string, AdvisoryRow>;
  readonly businesses: readonly StoredBusiness[];
  readonly method: MethodName;
  readonly steps: () => Promise<readonly NextStep[]>;
  readonly millis: number;
}

export interface OpenedVersion {
  readonly version: Version;
  readonly content: VersionContent;
  readonly replayed: { readonly same: number; readonly of: number };
}

export interface RiskService {
  method(): MethodName;
  /** The present picture, not older than twenty seconds. */
  current(): Promise<Picture>;
  whatIf(changes: readonly RiskChange[]): Promise<{ readonly before: Assessment; readonly after: Assessment }>;
  businesses: RiskStore['businesses'];
  putBusiness(id: string, fields: BusinessFields, by: string): Promise<void>;
  removeBusiness(id: string, by: string): Promise<void>;
  setOwner(asset: string, owner: string | null, by: string): Promise<void>;
  save(reason: string, by: string): Promise<Version>;
  versions(
    limit: number,
    cursor: string | null,
  ): Promise<{ readonly versions: readonly Version[]; readonly next: string | null }>;
  /** @throws MenshenError `not_found` */
  open(id: string): Promise<OpenedVersion>;
  before(version: Version): Promise<OpenedVersion | null>;
  importAdvisories(kind: ImportKind, text: string, by: string): Promise<{ readonly rows: number; readonly refused: number }>;
  imports: RiskStore['imports'];
  readonly treatments: Treatments;
  /** Stores a version where a day has passed or a level has changed. Called twice a minute. */
  maintain(): Promise<void>;
}

export interface RiskParts {
  readonly store: RiskStore;
  /** What the capabilities say of themselves now. */
  readonly look: (at: number) => Promise<Seen>;
  /** Takes away evidence from before a control was switched on. */
  readonly settle: (facts: Facts['controls']) => Promise<readonly ControlFact[]>;
  readonly method: () => MethodName;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly metrics: Pick<Metrics, 'gauge'>;
  /** Whether this call is the first of its key in a time, over all nodes. */
  readonly once: (key: string, ms: number) => Promise<boolean>;
  /** Tells open pages that there is news of risks. */
  readonly changed: () => void;
  readonly clock: () => number;
  readonly monotonic: () => number;
  readonly random: (size: number) => Uint8Array;
}

const system = 'menshen';

/** Risks: computed when they are asked for, stored in versions, treated and accepted. */
export function createRiskService(parts: RiskParts): RiskService {
  const { store, audit, clock, monotonic, random } = parts;
  let picture: Picture | null = null;
  let computing: Promise<Picture> | null = null;
  let savedLevels: ReadonlyMap<string, number> | null = null;

  const compute = async (): Promise<Picture> => {
    const started = monotonic();
    const at = clock();
    const name = parts.method();
    const method = methods[name];
    const [seen, businesses, owners] = await Promise.all([parts.look(at), store.businesses(), store.owners()]);
    const bare = factsFrom(seen, { businesses: businesses.map(named), owners, advisories: [] });
    const cves = [...new Set(bare.weaknesses.flatMap(({ cve }) => cve ?? []))];
    const advisories = new Map((await store.advisories(cves)).map((one) => [one.cve, one]));
    const facts: Facts = {
      ...bare,
      weaknesses: bare.weaknesses.map((one) => scored(one, advisories)),
      controls: [...(await parts.settle(bare.controls))],
      advisories: [...advisories.values()].map(({ cve, epss, exploited }) => ({ cve, epss, exploited })),
    };
    const assessment = await gently(assessing(facts, threats, method), monotonic);
    let steps: Promise<readonly NextStep[]> | null = null;
    return {
      ...{ seen, facts, assessment, advisories, businesses, method: name },
      // Two dozen assessments more: only for who asks.
      steps: () => {
        steps ??= gently(nextSteps(facts, assessment, threats, method), monotonic);
        return steps;
      },
      millis: Math.round(monotonic() - started),
    };
  };
  const refresh = async (): Promise<Picture> => {
    computing ??= compute()
      .then((made) => {
        picture = made;
        return made;
      })
      .finally(() => {
        computing = null;
      });
    return await computing;
  };
  const current = async (): Promise<Picture> =>
    picture !== null && clock() - picture.facts.at < freshMs ? picture : await refresh();
  const forget = (): void => {
    picture = null;
    parts.changed();
  };
  const save = async (reason: string, by: string, now: Assessment): Promise<Version> => {
    const { bytes, sha256 } = packContent(contentOf(now));
    const levels = [1, 2, 3, 4, 5].map((level) => now.risks.filter((risk) => risk.level === level).length);
    const total = Math.round(now.risks.reduce((sum, { score }) => sum + score, 0) * 10) / 10;
    const version = {
      ...{ id: `ra_${Buffer.from(random(12)).toString('base64url')}`, at: now.at, reason, by, method: nameOf(now) },
      ...{ risks: now.risks.length, levels, total },
    };
    const detail = { assessment: version.id, risks: version.risks, total, sha256, reason };
    const saved = await audit.act(by, { activity: 'create', entity: 'risk assessment', detail }, () =>
      store.addVersion(version, bytes, sha256),
    );
    savedLevels = levelsOf(now);
    parts.changed();
    return saved;
  };
  let newest: OpenedVersion | null = null;
  const opened = async (version: Version): Promise<OpenedVersion> => {
    if (newest?.version.id === version.id) return newest;
    const stored = await store.content(version.id);
    if (stored === null) throw new MenshenError('not_found');
    const content = unpackContent(stored.bytes, stored.sha256);
    const made = { version, content, replayed: replay(content) };
    // Every look at the picture compares with the last version: it is read once.
    if (newest === null || version.number > newest.version.number) newest = made;
    return made;
  };
  const scoreOf = async (risk: string): Promise<number | null> =>
    (await current()).assessment.risks.find(({ id }) => id === risk)?.score ?? null;
  for (const level of [1, 2, 3, 4, 5])
    parts.metrics.gauge(
      'menshen_risks',
      'Risks by level when they were computed last.',
      () => picture?.assessment.risks.filter((risk) => risk.level === level).length ?? 0,
      `level="${level}"`,
    );
  parts.metrics.gauge('menshen_risk_total', 'Sum of the scores of all risks when they were computed last.', () =>
    picture === null ? 0 : Math.round(picture.assessment.risks.reduce((sum, { score }) => sum + score, 0) * 10) / 10,
  );
  parts.metrics.gauge('menshen_risks_high', 'Risks of level 4 and 5 when they were computed last.', () =>
    picture === null ? 0 : picture.assessment.risks.filter(({ level }) => level >= 4).length,
  );

  return {
    method: parts.method,
    current,
    async whatIf(changes) {
      const { facts, assessment } = await current();
      const after = await gently(assessing(applyChanges(facts, changes.map(meant)), threats, assessment.method), monotonic);
      return { before: assessment, after };
    },
    businesses: store.businesses,
    async putBusiness(id, fields, by) {
      const detail = { business: id, importance: fields.importance, apps: fields.apps.join(' ') };
      await audit.act(by, { activity: 'update', entity: 'business', detail }, () =>
        store.putBusiness({ id, ...fields }, by, clock()),
      );
      forget();
    },
    async removeBusiness(id, by) {
      await audit.act(by, { activity: 'delete', entity: 'business', detail: { business: id } }, async () => {
        if (!(await store.removeBusiness(id))) throw new MenshenError('not_found');
      });
      forget();
    },
    async setOwner(asset, owner, by) {
      const { facts } = await current();
      if (!facts.assets.some(({ id }) => id === asset)) throw new MenshenError('not_found');
      await audit.act(by, { activity: 'update', entity: 'asset owner', detail: { asset } }, () =>
        store.setOwner(asset, owner, by, clock()),
      );
      forget();
    },
    save: async (reason, by) => await save(reason, by, (await refresh()).assessment),
    async versions(limit, cursor) {
      const before = cursor === null ? null : Number(cursor);
      if (before !== null && !Number.isSafeInteger(before)) throw new MenshenError('validation_failed', { fields: ['cursor'] });
      const found = await store.versions(limit + 1, before);
      const shown = found.slice(0, limit);
      return { versions: shown, next: found.length > limit ? String(shown.at(-1)?.number) : null };
    },
    async open(id) {
      const version = await store.version(id);
      if (version === null) throw new MenshenError('not_found');
      return await opened(version);
    },
    async before({ number }) {
      const [earlier] = await store.versions(1, number);
      return earlier === undefined ? null : await opened(earlier);
    },
    async importAdvisories(kind, text, by) {
      const read = readAdvisories(kind, text);
      if (read === null) throw new MenshenError('validation_failed', { fields: ['text'] });
      const detail = { kind, rows: read.rows.length, refused: read.refused };
      await audit.act(by, { activity: 'update', entity: 'advisories', detail }, () =>
        store.importAdvisories(kind, read.rows, by, clock()),
      );
      forget();
      return { rows: read.rows.length, refused: read.refused };
    },
    imports: store.imports,
    treatments: createTreatments({ store, audit, clock, random, scoreOf, changed: parts.changed }),
    async maintain() {
      const { assessment } = await current();
      const now = clock();
      const [last] = await store.versions(1, null);
      if (last === undefined || now - last.at >= dayMs) {
        if (await parts.once(`risk-version:${Math.floor(now / dayMs)}`, dayMs)) await save('daily', system, assessment);
        await store.removeVersionsBefore(now - keptMs);
        return;
      }
      if (savedLevels === null) savedLevels = levelsIn((await opened(last)).content);
      if (now - last.at < restMs || sameLevels(savedLevels, levelsOf(assessment))) return;
      if (await parts.once('risk-version:levels', restMs)) await save('levels changed', system, assessment);
      else savedLevels = null;
    },
  };
}

/** A weakness with the score that its advisory's vector gives. */
function scored(weakness: Weakness, advisories: ReadonlyMap<string, AdvisoryRow>): Weakness {
  const vector = weakness.cve === null ? null : (advisories.get(weakness.cve)?.vector ?? null);
  return vector === null ? weakness : { ...weakness, cvss: scoreOfVector(vector) };
}

const named = ({ name, ...rest }: StoredBusiness) => ({ ...rest, name: { zh: name, en: name } });

/** A change as the contract tells it. @throws MenshenError `validation_failed` for a control that there is none of */
function meant(change: RiskChange): Change {
  if (change.kind !== 'control') return change;
  if (!isControl(change.control)) throw new MenshenError('validation_failed', { fields: ['changes'] });
  return { ...change, control: change.control };
}

const nameOf = ({ method }: Assessment): MethodName =>
  method.likelihood === methods.matrix.likelihood ? 'matrix' : 'root-product';
const levelsOf = ({ risks }: Assessment): ReadonlyMap<string, number> => new Map(risks.map(({ id, level }) => [id, level]));
const levelsIn = ({ risks }: VersionContent): ReadonlyMap<string, number> => new Map(risks.map(({ id, level }) => [id, level]));
const sameLevels = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([id, level]) => b.get(id) === level);
