import { type Attention, inNumber } from '@menshen/contract';
import { requirementOf } from './frameworks/index.ts';
import type { ComplianceService } from './service.ts';

const soonMs = 30 * 86_400_000;
/** What ended longer ago has been decided by being left alone. */
const forgottenMs = 180 * 86_400_000;

/** Attestations and exclusions that ended or end soon, where nothing took their place: what has evidence by now needs no paper. */
export async function complianceAttention(
  compliance: Pick<ComplianceService, 'attestations' | 'assess'>,
  now: number,
): Promise<Attention[]> {
  const [attested, excluded, { standings }] = await Promise.all([
    compliance.attestations.list(),
    compliance.attestations.exclusions(),
    compliance.assess('all'),
  ]);
  const open = new Set(
    [...standings.values()]
      .flat()
      .flatMap(({ state, requirement }) => (state === 'gap' || state === 'stale' ? [requirement.id] : [])),
  );
  const ends = new Map<string, number>();
  const rows = [...attested.filter(({ withdrawn }) => withdrawn === null), ...excluded.filter(({ revoked }) => revoked === null)];
  for (const { item, until } of rows) ends.set(item, Math.max(until, ends.get(item) ?? 0));
  const named = [...ends].flatMap(([item, until]) => {
    const requirement = requirementOf(item);
    return requirement === null ? [] : [{ requirement, until }];
  });
  const ended = named
    .filter(({ requirement, until }) => until <= now && now - until < forgottenMs && open.has(requirement.id))
    .sort((a, b) => a.until - b.until);
  const ending = named.filter(({ until }) => until > now && until - now < soonMs).sort((a, b) => a.until - b.until);
  const found: Attention[] = [];
  const [lapsed] = ended;
  if (lapsed !== undefined)
    found.push({
      id: 'compliance-attestation-ended',
      severity: 'medium',
      title: {
        zh: `${ended.length} 项合规要求的佐证已到期`,
        en: inNumber(ended.length, `Attestations of ${ended.length} requirement[s] have ended`),
      },
      detail: {
        zh: `例如 ${lapsed.requirement.clause} ${lapsed.requirement.text.zh}。`,
        en: `For example ${lapsed.requirement.clause}: ${lapsed.requirement.text.en}.`,
      },
      since: lapsed.until,
      action: { to: `/compliance/${lapsed.requirement.id}`, label: { zh: '重新佐证', en: 'Attest it again' } },
    });
  const [next] = ending;
  if (next !== undefined)
    found.push({
      id: 'compliance-attestation-ending',
      severity: 'low',
      title: {
        zh: `${ending.length} 项合规佐证将在一个月内到期`,
        en: inNumber(ending.length, `Attestations of ${ending.length} requirement[s] end within a month`),
      },
      detail: {
        zh: `最先到期的是 ${next.requirement.clause} ${next.requirement.text.zh}。`,
        en: `The first is ${next.requirement.clause}: ${next.requirement.text.en}.`,
      },
      since: now,
      action: { to: `/compliance/${next.requirement.id}`, label: { zh: '查看', en: 'Open' } },
    });
  return found;
}
