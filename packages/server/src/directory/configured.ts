import type { Config, LdapSourceConfig } from '@menshen/contract';
import type { Providers } from '../identity/providers.ts';
import type { GuardRules } from './guard.ts';
import { createLdapSource } from './ldap/source.ts';
import type { PlanRules } from './plan.ts';
import type { Source } from './sources.ts';
import { createWecomSource } from './wecom/source.ts';

/** The sources that a configuration names: the WeCom company of its first app that has one, and its LDAP directories. */
export function configuredSources(config: Config, providers: Providers, clock: () => number): readonly Source[] {
  const app = config.apps.find((candidate) => candidate.wecom !== undefined);
  const clients = app === undefined ? [] : providers.contacts(app);
  const own = clients.at(-1);
  const contacts = clients.length > 1 ? (clients[0] ?? null) : null;
  const wecom = own === undefined ? [] : [createWecomSource({ contacts, app: own })];
  return [...wecom, ...config.directory.ldap.map((source) => ldapSource(source, clock))];
}

/** A filter that cannot be read is a failure of its source alone. */
function ldapSource(config: LdapSourceConfig, clock: () => number): Source {
  try {
    return createLdapSource(config, { clock });
  } catch (cause) {
    const failure = Object.assign(new Error('the filter cannot be read', { cause }), { code: 'ldap_filter_invalid' });
    return { id: config.id, kind: 'ldap', read: () => Promise.reject(failure) };
  }
}

/** Precedence, matching and guard of a configuration. `ldap` in a precedence stands for every LDAP source not named there. */
export function directoryRules({ directory }: Config): PlanRules & { readonly guard: GuardRules } {
  const ldap = directory.ldap.map((source) => source.id);
  const spelled = (order: readonly string[]): readonly string[] =>
    order.flatMap((id) => (id === 'ldap' ? ldap.filter((one) => !order.includes(one)) : [id]));
  return {
    precedence: {
      order: spelled(directory.precedence),
      fields: Object.fromEntries(Object.entries(directory.fields).map(([field, order]) => [field, spelled(order ?? [])])),
    },
    match: directory.match,
    guard: directory.guard,
  };
}
