import type { PolicyFile } from '../policy-problem.ts';

/** As many roles as a schema declares: what names more is no policy that a person wrote. */
const MAX_ROLES = 1_000;

/**
 * What may stand behind `scopes` or a role's type: `scopes has approver`, `scopes.approver`, `scopes["team-lead"]`, `Menshen::Role::"hr"`. Each
 * alternative starts with other letters and repeats nothing that it contains, so it runs in linear time.
 */
const NAMED = /\bscopes\s*(?:has\s*|\.\s*|\[\s*)"?([a-z][a-z0-9_-]{0,39})\b|\bRole\s*::\s*"([a-z][a-z0-9_-]{0,39})"/g;

/**
 * The roles that policies speak of. Cedar's records are closed, and roles are names that people give: a schema can only know those that some
 * policy names. Reads comments too, which declares a role more and allows nothing.
 */
export function rolesNamedIn(files: readonly PolicyFile[]): readonly string[] {
  const roles = new Set<string>();
  for (const { text } of files) {
    for (const [, scoped, named] of text.matchAll(NAMED)) {
      const role = scoped ?? named;
      if (role !== undefined && roles.size < MAX_ROLES) roles.add(role);
    }
  }
  return [...roles].sort();
}
