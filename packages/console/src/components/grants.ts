import { tokenGrant } from '@menshen/contract';

/** Grants as they are typed, one a line; those that are none come back as they were typed. */
export function readGrants(text: string): { readonly grants: readonly string[]; readonly wrong: readonly string[] } {
  const lines = [...new Set(text.split(/[\s,，;；]+/u).filter((part) => part !== ''))];
  return {
    grants: lines.filter((line) => tokenGrant.safeParse(line).success),
    wrong: lines.filter((line) => !tokenGrant.safeParse(line).success),
  };
}
