import { type MetaTables, metaMigrations } from './meta.ts';
import type { Migration } from './migration.ts';

/**
 * Every table of the store. A capability exports `interface XTables` and `const xMigrations` from its `store.ts` and
 * adds one word to each of the two lists here.
 */
export interface Schema extends MetaTables {}

/** Every migration of the program, in any order: the store sorts them by id. */
export const allMigrations: readonly Migration[] = [...metaMigrations];
