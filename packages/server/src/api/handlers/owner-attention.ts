import { type Attention, type Bilingual, inNumber } from '@menshen/contract';
import type { AccountService } from '../../administrators/accounts/service.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { HandlerParts } from './parts.ts';

/** Work of one kind that is not done, each piece with whoever has it. */
export interface OwnedWork {
  readonly kind: string;
  readonly what: Bilingual;
  readonly owners: readonly (string | null)[];
  readonly action: Attention['action'];
}

const incidentsRead = 200;

/** What people have in hand, of every kind that names somebody. */
export async function ownedWork(
  parts: Pick<HandlerParts, 'incidents' | 'privacy' | 'risks' | 'scans' | 'inspection'>,
): Promise<OwnedWork[]> {
  const { service, papers } = parts.incidents;
  const { incidents } = await service.list({ show: 'open' }, incidentsRead, 0);
  const treatments = (await parts.risks.treatments.list()).filter(({ state }) => state === 'planned' || state === 'under_way');
  const look = { zh: '交给别人', en: 'Hand it over' };
  const of = (kind: string, what: Bilingual, to: string, items: readonly { readonly owner: string | null }[]): OwnedWork => ({
    kind,
    what,
    owners: items.map(({ owner }) => owner),
    action: { to, label: look },
  });
  return [
    of('incidents', { zh: '个安全事件', en: 'incident[s]' }, '/incidents', incidents),
    of('incident-actions', { zh: '个事件改进项', en: 'action item[s] of incidents' }, '/incidents', await papers.actions(null)),
    of(
      'privacy-requests',
      { zh: '个个人请求', en: 'request[s] of people' },
      '/privacy/requests',
      await parts.privacy.requests.list({ open: true }),
    ),
    of('treatments', { zh: '项风险处置', en: 'treatment[s] of risks' }, '/risk?tab=treatment', treatments),
    of('findings', { zh: '处发现', en: 'finding[s]' }, '/findings', await parts.scans.evidence.open()),
    of(
      'exceptions',
      { zh: '个检测例外', en: 'exception[s] of inspection' },
      '/inspection',
      parts.inspection.exceptions('active', undefined),
    ),
  ];
}

/**
 * Work that is with somebody who is no longer there: an administrator whose account is disabled, or a person who has left or is disabled. An owner of
 * another name may be a team. It is not taken away by itself: who has it next is for people to say.
 */
export async function ownerAttention(
  work: readonly OwnedWork[],
  accounts: Pick<AccountService, 'all'>,
  directory: Pick<DirectoryService, 'snapshot'>,
  now: number,
): Promise<Attention[]> {
  const statuses = new Map((await accounts.all()).map(({ username, status }) => [username, status]));
  const snapshot = directory.snapshot();
  const isGone = (owner: string): boolean => {
    const account = statuses.get(owner);
    if (account === 'active') return false;
    const person = snapshot.person(owner);
    return person === undefined ? account !== undefined : person.status !== 'active';
  };
  return work.flatMap(({ kind, what, owners, action }) => {
    const left = owners.filter((owner): owner is string => owner !== null && isGone(owner));
    const [first] = left;
    if (first === undefined) return [];
    const names = [...new Set(left)].slice(0, 3).join(', ');
    return [
      {
        ...{ id: `owner-left-${kind}`, severity: kind === 'incidents' ? 'high' : 'medium', since: now, action },
        title: {
          zh: `${left.length} ${what.zh}由已离开的人负责`,
          en: inNumber(left.length, `${left.length} ${what.en} [is|are] with somebody who has left`),
        },
        detail: {
          zh: `负责人：${names}。账号已停用，或已离职。请指定新的负责人。`,
          en: `With ${names}: disabled, or no longer with the company. Name somebody else.`,
        },
      } satisfies Attention,
    ];
  });
}
