import { threat } from '@menshen/contract/inspection';
import * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Inspected, JudgedThreat } from './model.ts';

/** The members `threats` and `threats_dropped` of a request's event, in their order and with a comma before; null where nothing was found. */
export function threatsText({ threats, dropped }: Pick<Inspected, 'threats' | 'dropped'>): string | null {
  if (threats.length === 0 && dropped === 0) return null;
  const recorded = threats.map(({ class: attack, evidence, excepted, features, layers, name, place, score }) => ({
    class: attack,
    evidence,
    ...(excepted === null ? {} : { excepted }),
    features: features.map(({ rule, points }) => ({ points, rule })),
    layers,
    name,
    place,
    score,
  }));
  return `,"threats":${canonicalJson(recorded)}${dropped === 0 ? '' : `,"threats_dropped":${dropped}`}`;
}

const recorded = z.array(threat.extend({ excepted: z.string().nullable().default(null) })).max(100);

/** Reads what {@link threatsText} wrote; what is not of that form reads as nothing. */
export function readThreats(value: unknown): readonly JudgedThreat[] {
  const read = recorded.safeParse(value);
  return read.success ? read.data : [];
}
