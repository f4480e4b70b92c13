import type { ErrorCode } from '@menshen/contract';
import { readName } from './source.ts';

/** Items of a list that a rule looks at; a longer one is refused. */
export const maxItems = 1_000;

/** The ids that a request gives, one or a list of them, each once; the code of a refusal where something among them can be no id. */
export function readNames(value: unknown): ReadonlySet<string> | ErrorCode {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > maxItems) return 'guard_list_size';
  const names = new Set<string>();
  for (const item of list) {
    const name = readName(item);
    if (name === null) return 'guard_value_missing';
    names.add(name);
  }
  return names;
}
