import type { Literal } from '../patterns/lexical/model.ts';

/** A token that is given a name or handed over, and is not one that is meant for everybody (`anon` of Supabase). */
export function isBearer({ relation, inComment, name }: Literal, token: string): boolean {
  if (inComment || relation === 'none' || /anon|public|publishable|example|mock|sample/i.test(name)) return false;
  try {
    return !/"role"\s*:\s*"anon"/.test(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return false;
  }
}
