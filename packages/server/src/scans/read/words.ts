import { safeText } from '@menshen/scan/facts';
import * as z from 'zod';
import { type FindingContent, findingContent } from '../model.ts';

/** Text of a report: control and bidirectional characters replaced, no lone surrogates, cut to `most` UTF-16 units. */
export const words = (most: number) => z.string().transform((text) => cleaned(text, most));

export function cleaned(text: string, most: number): string {
  const safe = safeText(text.slice(0, most * 2).toWellFormed());
  return safe.length <= most ? safe : `${safe.slice(0, most - 1).toWellFormed()}…`;
}

/** Path in the source, as reports write it; shown, and never opened. */
export const path = words(1_000);
export const count = z.int().min(0).max(1_000_000_000);
export const bilingualWords = (most: number) => z.object({ zh: words(most), en: words(most) });

export const mostFindings = 20_000;
export const mostSteps = 60;
export const mostPlaces = 20;
export const mostLines = 12;
export const lineText = words(400);

export const excerpt = z
  .array(z.object({ number: count, text: lineText, marked: z.boolean() }))
  .transform((lines) => lines.slice(0, mostLines))
  .default([]);

/** Characters that a finding's texts may have; what is over loses its excerpts, and then its steps. */
const mostContent = 100_000;

/** A content within its bounds, with its members in the schema's order: the same content is the same text, and needs no write. */
export function bounded(given: FindingContent): FindingContent {
  const content = findingContent.parse(given);
  if (JSON.stringify(content).length <= mostContent) return content;
  const steps = content.steps.map((step) => ({ ...step, excerpt: [] }));
  const evidence = content.evidence === null ? null : { ...content.evidence, places: [] };
  const light = { ...content, steps, evidence, help: null };
  return JSON.stringify(light).length <= mostContent ? light : { ...light, steps: [], excerpt: [], exchange: [] };
}

/** A report that is of no form that we know, or too large. */
export class UnreadableReport extends Error {
  override readonly name = 'UnreadableReport';
}
