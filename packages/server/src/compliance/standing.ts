import type { Bilingual, ComplianceCounts } from '@menshen/contract';
import { freshnessOf } from '../risk/controls/effect.ts';
import type { Asset, Business, ControlFact, Weakness } from '../risk/model.ts';
import { membershipOf, type Subject } from '../risk/subjects.ts';
import type { ProofStanding, Requirement, RequirementStanding } from './model.ts';
import { type ProofId, proofOf } from './proofs.ts';

/** Everything that states are computed from, and nothing else. */
export interface ComplianceFacts {
  /** Epoch ms; freshness is counted from here. */
  readonly at: number;
  readonly assets: readonly Asset[];
  readonly businesses: readonly Pick<Business, 'id' | 'apps'>[];
  /** Of risk assessment, and of our own signs. */
  readonly facts: readonly ControlFact[];
  readonly weaknesses: readonly Weakness[];
}

/** What people have decided of a requirement, where it still holds. */
export interface Decisions {
  readonly attestedUntil: number | null;
  readonly excludedUntil: number | null;
}

const shownEvidence = 6;

/** Indexes facts for a subject: it has its own and those of everything, Menshen only those of no app. */
export function proofsFor(all: ComplianceFacts, subject: Subject): (proof: ProofId) => ProofStanding {
  const appOf = new Map(all.assets.map(({ id, app }) => [id, app]));
  const assets = new Map(all.assets.map((asset) => [asset.id, asset]));
  const { counts } = membershipOf(subject, all.businesses);
  const wanted = (scope: string): boolean => counts(assets.get(scope) ?? null);
  const facts = Map.groupBy(
    all.facts.filter(({ scope }) => wanted(scope)),
    ({ control }) => control,
  );
  const weaknesses = Map.groupBy(
    all.weaknesses.filter(({ asset }) => wanted(asset)),
    ({ kind }) => kind,
  );
  // Without any app nothing is absent: there is just nothing yet.
  const whole = subject === 'platform' || all.assets.some((asset) => asset.kind === 'app' && counts(asset));
  const made = new Map<ProofId, ProofStanding>();
  return (proof) => {
    const known = made.get(proof);
    if (known !== undefined) return known;
    const { broken, freshDays } = proofOf(proof);
    const problems = broken.flatMap((kind) => weaknesses.get(kind) ?? []);
    const standing = proofStanding(proof, facts.get(proof) ?? [], problems, { appOf, freshDays, whole, now: all.at });
    made.set(proof, standing);
    return standing;
  };
}

interface With {
  readonly appOf: ReadonlyMap<string, string | null>;
  readonly freshDays: number;
  /** Whether there is an app to look at, or none is asked for. */
  readonly whole: boolean;
  readonly now: number;
}

/**
 * A proof is fresh when every app that it stands before shows it fresh somewhere, and no weakness breaks it. It is stale where it is switched on and nothing fresh shows
 * it; what shows nothing at all says more than a weakness that follows from it.
 */
function proofStanding(
  proof: ProofId,
  facts: readonly ControlFact[],
  problems: readonly Weakness[],
  { appOf, freshDays, whole, now }: With,
): ProofStanding {
  const places = facts
    .filter(({ configured }) => configured)
    .map((fact) => ({ app: appOf.get(fact.scope) ?? null, ...freshnessOf(fact, freshDays, now) }));
  const fresh = places.filter(({ state }) => state === 'effective');
  const byApp = [...Map.groupBy(places, ({ app }) => app).values()];
  const stale = byApp.some((own) => own.every(({ state }) => state !== 'effective'));
  const state = places.length === 0 ? 'off' : stale ? 'stale' : problems.length > 0 ? 'off' : 'fresh';
  // The app whose newest proof ends first turns the state.
  const ends = byApp.map((own) => Math.max(...own.flatMap((one) => (one.state === 'effective' ? [one.until ?? Infinity] : []))));
  const until = state === 'fresh' ? Math.min(...ends) : Infinity;
  const evidence = facts.flatMap((fact) => fact.evidence).sort((a, b) => (b.at ?? now) - (a.at ?? now));
  const seen = new Set<string>();
  return {
    ...{ proof, state, absent: whole && facts.length === 0, places: places.length, fresh: fresh.length, problems: [...problems] },
    until: Number.isFinite(until) ? until : null,
    evidence: evidence
      .filter(({ path, at }) => {
        const key = `${path} ${at}`;
        return !seen.has(key) && seen.add(key).has(key);
      })
      .slice(0, shownEvidence),
  };
}

/** What a requirement asks of a subject. */
export const proofsAsked = ({ proofs, platformProofs }: Requirement, subject: Subject): readonly ProofId[] =>
  subject === 'platform' ? (platformProofs ?? proofs) : proofs;

/** The state of a requirement now. An attestation never covers what the product sees broken. */
export function standingOf(
  requirement: Requirement,
  subject: Subject,
  proofOfSubject: (proof: ProofId) => ProofStanding,
  { attestedUntil, excludedUntil }: Decisions,
): RequirementStanding {
  const proofs = proofsAsked(requirement, subject).map(proofOfSubject);
  const seen = oldest(proofs);
  const bare = { requirement, proofs, seen };
  if (excludedUntil !== null) return { ...bare, state: 'not_applicable', until: excludedUntil, step: null };
  const missing = proofs.filter(({ state }) => state !== 'fresh');
  if (requirement.kind !== 'manual' && proofs.length > 0 && missing.length === 0)
    return { ...bare, state: 'met', until: soonest(proofs), step: null };
  const broken = missing.some(({ problems }) => problems.length > 0);
  if (attestedUntil !== null && !broken) return { ...bare, state: 'manual', until: attestedUntil, step: null };
  if (requirement.kind === 'manual')
    return { ...bare, state: 'gap', until: null, step: { text: attestText, path: itemPath(requirement) } };
  // What is on and merely unseen is sooner back than what is off.
  const gaps = missing.filter(({ state }) => state === 'off');
  const [next] = [...gaps, ...missing];
  return {
    ...bare,
    state: gaps.length > 0 ? 'gap' : 'stale',
    until: null,
    step: next === undefined ? null : stepOf(next, requirement),
  };
}

const absentText: Bilingual = {
  zh: '此对象没有相应的接口或设施；确无此功能时，可标记为不适用',
  en: 'There is nothing of the kind here: say that it does not apply, where that is so',
};
const attestText: Bilingual = { zh: '上传佐证文件并设定有效期', en: 'Attest it with a file and an end' };
export const itemPath = ({ id }: Pick<Requirement, 'id'>): string => `/compliance/${id}`;

/** What closes a proof that is missing: the weakness that breaks it names its own fix and page. */
export function stepOf(
  { proof, state, absent, problems }: ProofStanding,
  requirement: Pick<Requirement, 'id'>,
): RequirementStanding['step'] {
  if (state === 'fresh') return null;
  const [first] = problems;
  if (first !== undefined) return { text: first.fix, path: first.evidence[0]?.path ?? proofOf(proof).path };
  if (absent) return { text: absentText, path: itemPath(requirement) };
  const { close, path } = proofOf(proof);
  return { text: close, path: path === '' ? itemPath(requirement) : path };
}

/** When the weakest of the proofs was seen last; null where one of them was never seen. */
function oldest(proofs: readonly ProofStanding[]): number | null {
  const times = proofs.map(({ evidence }) => evidence.find(({ at }) => at !== null)?.at ?? null);
  return times.length === 0 || times.includes(null) ? null : Math.min(...times.map((at) => at ?? 0));
}

function soonest(proofs: readonly ProofStanding[]): number | null {
  const ends = proofs.flatMap(({ until }) => until ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Items by state. There is no share: what is not provable here would make any percentage a lie. */
export function countsOf(standings: readonly RequirementStanding[]): ComplianceCounts {
  const count = (state: RequirementStanding['state']): number => standings.filter((one) => one.state === state).length;
  return {
    total: standings.length,
    provable: standings.filter(({ requirement }) => requirement.kind !== 'manual').length,
    ...{ met: count('met'), stale: count('stale'), gap: count('gap'), manual: count('manual') },
    not_applicable: count('not_applicable'),
  };
}
