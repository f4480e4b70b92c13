import { type Bilingual, type ComplianceConfig, type ComplianceFramework, complianceStates } from '@menshen/contract';
import type { Metrics } from '../gateway/metrics.ts';
import type { ControlFact } from '../risk/model.ts';
import type { Picture } from '../risk/service.ts';
import { type Subject, subjectsOf } from '../risk/subjects.ts';
import { type AttestationParts, type Attestations, createAttestations } from './attestations/service.ts';
import { frameworks } from './frameworks/index.ts';
import { mobileClauses } from './frameworks/mlps.ts';
import type { Framework, Requirement, RequirementStanding } from './model.ts';
import { type ComplianceSeen, signFacts } from './signs/from-seen.ts';
import { type ComplianceFacts, type Decisions, proofsFor, standingOf } from './standing.ts';
import type { Attestation, ComplianceStore, Exclusion } from './store.ts';

const dayMs = 86_400_000;
/** What has ended is kept so long: whoever looks back wants to know what was attested then. */
const keptMs = 3 * 366 * dayMs;

/** States of a subject at one moment. */
export interface CompliancePicture {
  readonly at: number;
  readonly subject: Subject;
  readonly facts: ComplianceFacts;
  readonly standings: ReadonlyMap<ComplianceFramework, readonly RequirementStanding[]>;
}

export interface ComplianceService {
  readonly attestations: Attestations;
  /** The framework with the requirements that the company's level asks for. */
  framework(id: ComplianceFramework): Framework;
  config(): ComplianceConfig;
  assess(subject: Subject): Promise<CompliancePicture>;
  /** Everything that states and reports can be about. */
  subjects(): Promise<readonly { readonly id: Subject; readonly name: Bilingual }[]>;
  /** Counts for metrics, and removes what ended long ago. Called twice a minute. */
  maintain(): Promise<void>;
}

export interface ComplianceParts extends Omit<AttestationParts, 'store' | 'config'> {
  readonly store: ComplianceStore;
  readonly picture: () => Promise<Picture>;
  /** What other capabilities say of themselves, beside what risk assessment reads. */
  readonly look: (at: number) => Promise<Omit<ComplianceSeen, 'seen'>>;
  readonly config: () => ComplianceConfig;
  readonly metrics: Pick<Metrics, 'gauge'>;
  /** Whether this call is the first of its key in a time, over all nodes. */
  readonly once: (key: string, ms: number) => Promise<boolean>;
}

/** Compliance: computed from the evidence that risk assessment reads, and from what people attest. */
export function createComplianceService(parts: ComplianceParts): ComplianceService {
  const { store, clock } = parts;
  // Signs belong to a picture: the same one is not looked at twice.
  let looked: { readonly picture: Picture; readonly signs: Promise<readonly ControlFact[]> } | null = null;
  const signsOf = async (picture: Picture): Promise<readonly ControlFact[]> => {
    if (looked?.picture !== picture) {
      const signs = parts.look(picture.facts.at).then((more) => signFacts({ seen: picture.seen, ...more }));
      signs.catch(() => {
        looked = null;
      });
      looked = { picture, signs };
    }
    return await looked.signs;
  };
  const framework = (id: ComplianceFramework): Framework => {
    const whole = frameworks[id];
    return { ...whole, requirements: whole.requirements.filter((one) => isAsked(one, parts.config())) };
  };
  let counted: CompliancePicture | null = null;
  for (const id of Object.keys(frameworks) as ComplianceFramework[])
    for (const state of complianceStates)
      parts.metrics.gauge(
        'menshen_compliance_items',
        'Requirements by framework and state when they were counted last; no share of compliance.',
        () => counted?.standings.get(id)?.filter((one) => one.state === state).length ?? 0,
        `framework="${id}",state="${state}"`,
      );
  for (const id of Object.keys(frameworks) as ComplianceFramework[])
    parts.metrics.gauge(
      'menshen_compliance_evidence_oldest_seconds',
      'Age of the oldest evidence that a met requirement rests on.',
      () => oldestSeconds(counted?.standings.get(id) ?? [], clock()),
      `framework="${id}"`,
    );
  const assess = async (subject: Subject): Promise<CompliancePicture> => {
    const picture = await parts.picture();
    const [signs, attested, excluded] = await Promise.all([signsOf(picture), store.attestations(), store.exclusions()]);
    const now = clock();
    const facts: ComplianceFacts = {
      // Evidence ages by the clock of now, also where the picture is some seconds old.
      at: Math.max(now, picture.facts.at),
      ...{ assets: picture.facts.assets, businesses: picture.facts.businesses },
      facts: [...picture.facts.controls, ...signs],
      weaknesses: picture.facts.weaknesses,
    };
    const proof = proofsFor(facts, subject);
    const decided = decisionsOf(attested, excluded, now);
    const standings = (Object.keys(frameworks) as ComplianceFramework[]).map((id) => {
      const own = framework(id).requirements.map((one) => standingOf(one, subject, proof, decided(one.id)));
      return [id, own] as const;
    });
    return { at: facts.at, subject, facts, standings: new Map(standings) };
  };
  return {
    attestations: createAttestations({ ...parts, config: () => parts.config().attestations }),
    framework,
    config: parts.config,
    assess,
    async subjects() {
      const { facts, businesses } = await parts.picture();
      return subjectsOf(
        facts.assets,
        businesses.map(({ id, name }) => ({ id, name: { zh: name, en: name } })),
      );
    },
    async maintain() {
      counted = await assess('all');
      if (!(await parts.once('compliance.ended', dayMs))) return;
      await store.removeEnded(clock() - keptMs);
    },
  };
}

/** How long ago the oldest thing was seen that what is met rests on; 0 where nothing is met. */
function oldestSeconds(standings: readonly RequirementStanding[], now: number): number {
  const times = standings.flatMap(({ state, seen }) => (state === 'met' && seen !== null ? [seen] : []));
  return times.length === 0 ? 0 : Math.max(0, Math.round((now - Math.min(...times)) / 1_000));
}

/** Whether the company's level asks for a requirement. */
function isAsked({ framework, level, clause }: Requirement, { mlps, asvs }: ComplianceConfig): boolean {
  if (framework === 'mlps') return (level ?? 0) <= mlps.level && (mlps.mobile || !clause.startsWith(mobileClauses));
  return framework !== 'asvs' || (level ?? 0) <= asvs;
}

/** What still holds of what people decided. */
function decisionsOf(attested: readonly Attestation[], excluded: readonly Exclusion[], now: number): (item: string) => Decisions {
  const latest = (rows: readonly { readonly item: string; readonly until: number }[]): ReadonlyMap<string, number> => {
    const ends = new Map<string, number>();
    for (const { item, until } of rows) if (until > now) ends.set(item, Math.max(until, ends.get(item) ?? 0));
    return ends;
  };
  const attestedUntil = latest(attested.filter(({ withdrawn }) => withdrawn === null));
  const excludedUntil = latest(excluded.filter(({ revoked }) => revoked === null));
  return (item) => ({ attestedUntil: attestedUntil.get(item) ?? null, excludedUntil: excludedUntil.get(item) ?? null });
}
