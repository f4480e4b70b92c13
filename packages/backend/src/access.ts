import type { Identity } from './identity.ts';
import { IdentityError } from './identity-error.ts';

/** Something that an identity must have. */
export type Requirement = (identity: Identity) => void;

/** At least one of the roles. @throws TypeError when none is named. */
export function anyRole(roles: readonly string[]): Requirement {
  if (roles.length === 0 || roles.some((role) => typeof role !== 'string' || role === ''))
    throw new TypeError('menshen: name at least one role');
  const wanted = new Set(roles);
  return (identity) => {
    if (!identity.roles.some((role) => wanted.has(role))) throw new IdentityError('role_required');
  };
}

/** At least this assurance: 2 means a second factor. @throws TypeError when it is no level. */
export function minimumAssurance(level: number): Requirement {
  if (!Number.isInteger(level) || level < 1) throw new TypeError('menshen: assurance is a whole number from 1');
  return (identity) => {
    if (identity.assurance < level) throw new IdentityError('assurance_required');
  };
}

/** Holds a request to a requirement; one without identity is refused. */
export function demand(identity: Identity | null | undefined, requirement: Requirement): void {
  if (identity === null || identity === undefined) throw new IdentityError('identity_missing');
  requirement(identity);
}
