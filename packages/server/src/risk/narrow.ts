import { gently } from '../gently.ts';
import { assessing } from './method/assess.ts';
import type { Facts } from './model.ts';
import type { Seen } from './seen.ts';
import type { Picture } from './service.ts';
import { membershipOf, type Subject } from './subjects.ts';
import { threats } from './threats/catalogue.ts';
import { nextSteps } from './whatif/next-steps.ts';

/** What of the facts an assessment of one subject is computed from. Every number stays as it is in the whole. */
export function narrowFacts(facts: Facts, subject: Subject): Facts {
  if (subject === 'all') return facts;
  const { owns } = membershipOf(subject, facts.businesses);
  const assets = facts.assets.filter(owns);
  const own = new Set(assets.map(({ id }) => id));
  const above = new Set(assets.flatMap(({ of }) => of ?? []));
  const reaches = (scope: string): boolean => scope === '*' || own.has(scope) || above.has(scope);
  const weaknesses = facts.weaknesses.filter(({ asset }) => own.has(asset));
  const used = new Set(weaknesses.flatMap(({ cve }) => cve ?? []));
  return {
    // Ties between businesses raise each other: all of them stay here, and those without a risk are left out afterwards.
    ...{ ...facts, assets, weaknesses },
    signals: facts.signals.filter(({ asset }) => asset === null || reaches(asset)),
    controls: facts.controls.filter(({ scope }) => reaches(scope)),
    advisories: facts.advisories.filter(({ cve }) => used.has(cve)),
  };
}

/** The picture of one subject, computed from its part of the facts. */
export async function narrowPicture(whole: Picture, subject: Subject, monotonic: () => number): Promise<Picture> {
  if (subject === 'all') return whole;
  const facts = narrowFacts(whole.facts, subject);
  const { method } = whole.assessment;
  const assessed = await gently(assessing(facts, threats, method), monotonic);
  const assessment = { ...assessed, businesses: assessed.businesses.filter(({ risks }) => risks > 0) };
  return {
    ...whole,
    ...{ facts, assessment, seen: narrowSeen(whole.seen, subject, whole.facts) },
    steps: async () => await gently(nextSteps(facts, assessment, threats, method), monotonic),
  };
}

/** What capabilities said, as far as it can be told apart by app. */
function narrowSeen(seen: Seen, subject: Subject, { businesses }: Pick<Facts, 'businesses'>): Seen {
  const { apps } = membershipOf(subject, businesses);
  if (apps === null) return seen;
  const own = ({ app }: { readonly app: string | null }): boolean => (app === null ? apps.size === 0 : apps.has(app));
  return {
    ...seen,
    apps: seen.apps.filter(({ config }) => apps.has(config.id)),
    fields: seen.fields.filter(own),
    findings: seen.findings.filter(own),
    releases: seen.releases.filter(own),
    deployments: seen.deployments.filter(own),
    counts: seen.counts.filter(own),
    exceptions: seen.exceptions.filter(own),
  };
}
