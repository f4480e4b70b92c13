import type { UnionIdentity } from './links-store.ts';

/** Proofs that the company itself gave out: enough for the same WeChat user in another of its mini programs. A phone number alone is not. */
const strong: ReadonlySet<string> = new Set(['account', 'company_code', 'administrator']);

/** The person behind a WeChat user who comes to another mini program of the company, and how they are bound there. */
export interface UnionOwner {
  readonly uid: string;
  readonly boundBy: 'unionid' | 'self';
}

/**
 * Who a WeChat user is by their identities elsewhere: WeChat gives one unionid to one user in all apps of one Open Platform account. Somebody who proved
 * to be an employee in one app is that employee in the next; a binding that rests on another by unionid passes nothing on, and two answers are none.
 * A customer is the same customer everywhere.
 */
export function unionOwner(identities: readonly UnionIdentity[], ownApps: ReadonlySet<string>): UnionOwner | null {
  const here = identities.filter((identity) => ownApps.has(identity.provider));
  const proved = new Set(here.filter((identity) => strong.has(identity.boundBy)).map((identity) => identity.uid));
  const [uid] = proved;
  if (uid !== undefined) return proved.size === 1 ? { uid, boundBy: 'unionid' } : null;
  const customers = new Set(here.map((identity) => identity.uid));
  const [customer] = customers;
  const onlyCustomers = here.every((identity) => identity.boundBy === 'self');
  return customer !== undefined && customers.size === 1 && onlyCustomers ? { uid: customer, boundBy: 'self' } : null;
}
