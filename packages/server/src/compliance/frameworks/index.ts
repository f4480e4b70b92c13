import type { ComplianceFramework } from '@menshen/contract';
import type { Framework, Requirement } from '../model.ts';
import { asvs } from './asvs.ts';
import { gbt35273 } from './gbt35273.ts';
import { gbt39786 } from './gbt39786.ts';
import { mlps } from './mlps.ts';
import { pipl } from './pipl.ts';

export const frameworks: Readonly<Record<ComplianceFramework, Framework>> = { mlps, pipl, gbt35273, gbt39786, asvs };

const byId = new Map(Object.values(frameworks).flatMap(({ requirements }) => requirements.map((one) => [one.id, one] as const)));
export const requirementOf = (id: string): Requirement | null => byId.get(id) ?? null;
