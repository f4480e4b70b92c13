import type { Bilingual } from '@menshen/contract';
import type { Asset, Business } from './model.ts';

/** What an assessment, its states or a report can be about: everything, Menshen itself, an app, a group of its routes, or a business. */
export type Subject = 'all' | 'platform' | `app:${string}` | `routes:${string}:/${string}` | `business:${string}`;

export interface Membership {
  /** Whether an asset is part of the subject. */
  readonly owns: (asset: Pick<Asset, 'id' | 'kind' | 'app'>) => boolean;
  /** Whether what stands before an asset, or breaks it, counts for the subject: its own, and what all share. */
  readonly counts: (asset: Pick<Asset, 'id' | 'kind' | 'app'> | null) => boolean;
  /** Apps of the subject; null for all of them. */
  readonly apps: ReadonlySet<string> | null;
}

/** Groups with fewer routes than this are told by their routes alone. */
const leastRoutes = 2;
/** Groups that are offered. */
const mostGroups = 300;

/** How a subject holds together. A business that there is none of holds nothing. */
export function membershipOf(subject: Subject, businesses: readonly Pick<Business, 'id' | 'apps'>[]): Membership {
  if (subject === 'all') return { owns: () => true, counts: () => true, apps: null };
  if (subject === 'platform') {
    const shared = (asset: Pick<Asset, 'app'> | null): boolean => (asset?.app ?? null) === null;
    return { owns: shared, counts: shared, apps: new Set() };
  }
  const group = /^routes:([^:]+):(\/.*)$/.exec(subject);
  if (group !== null) {
    const [, app = '', prefix = ''] = group;
    const inGroup = ({ id }: Pick<Asset, 'id'>): boolean => isUnder(pathOf(id, app), prefix);
    return {
      owns: (asset) => asset.kind === 'route' && asset.app === app && inGroup(asset),
      // What stands before the whole app stands before these routes too; other routes' own say nothing of them.
      counts: (asset) =>
        asset === null || asset.app === null || (asset.app === app && (asset.kind !== 'route' || inGroup(asset))),
      apps: new Set([app]),
    };
  }
  const apps = new Set(
    subject.startsWith('app:')
      ? [subject.slice('app:'.length)]
      : (businesses.find(({ id }) => `business:${id}` === subject)?.apps ?? []),
  );
  return {
    owns: ({ app }) => app !== null && apps.has(app),
    counts: (asset) => asset === null || asset.app === null || apps.has(asset.app),
    apps,
  };
}

/** Everything that can be a subject, with its name: first what most people ask for. */
export function subjectsOf(
  assets: readonly Pick<Asset, 'id' | 'kind' | 'app' | 'name'>[],
  businesses: readonly { readonly id: string; readonly name: Bilingual }[],
): readonly { readonly id: Subject; readonly name: Bilingual }[] {
  const apps = assets.filter(({ kind, app }) => kind === 'app' && app !== null);
  const names = new Map(apps.map(({ app, name }) => [app, name]));
  const groups = new Map<string, number>();
  for (const { id, kind, app } of assets) {
    if (kind !== 'route' || app === null) continue;
    const prefix = groupOf(pathOf(id, app));
    if (prefix !== null) groups.set(`${app}:${prefix}`, (groups.get(`${app}:${prefix}`) ?? 0) + 1);
  }
  const grouped = [...groups]
    .filter(([, count]) => count >= leastRoutes)
    .map(([key]) => key)
    .sort()
    .slice(0, mostGroups);
  return [
    { id: 'all', name: { zh: '全部', en: 'Everything' } },
    { id: 'platform', name: { zh: '门神自身', en: 'Menshen itself' } },
    ...apps.map(({ app, name }) => ({ id: `app:${app}` as const, name })),
    ...businesses.map(({ id, name }) => ({
      id: `business:${id}` as const,
      name: { zh: `业务：${name.zh}`, en: `Business: ${name.en}` },
    })),
    ...grouped.map((key) => {
      const [app = '', prefix = ''] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
      const name = names.get(app) ?? { zh: app, en: app };
      return {
        id: `routes:${app}:${prefix}` as Subject,
        name: { zh: `${name.zh} ${prefix} 下的接口`, en: `${name.en}: routes under ${prefix}` },
      };
    }),
  ];
}

/** Path of a route asset: `route:APP:METHOD /path`. */
function pathOf(id: string, app: string): string {
  const match = id.slice(`route:${app}:`.length);
  return match.slice(match.indexOf(' ') + 1);
}

const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** The first two parts of a path that name something; null where the first is a parameter already. */
function groupOf(path: string): string | null {
  const parts = path.split('/').filter(Boolean);
  const until = parts.findIndex((part) => !/^[A-Za-z0-9._~-]+$/.test(part));
  const named = parts.slice(0, Math.min(2, until === -1 ? parts.length : until));
  return named.length === 0 ? null : `/${named.join('/')}`;
}
