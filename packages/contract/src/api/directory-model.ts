import * as z from 'zod';
import type { AdministratorPower } from '../endpoint.ts';

/** Who decides over people. */
const keepers: readonly AdministratorPower[] = ['security'];
export const onPeople = { group: 'directory', access: 'admin', powers: keepers } as const;
export const sourceId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
export const roleName = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
export const reason = z.string().trim().min(2).max(200);
