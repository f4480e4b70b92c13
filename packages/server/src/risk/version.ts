import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Assessment } from './method/assess.ts';
import { computeRisk, type FunctionId, functions, type Method } from './method/functions.ts';

const functionId = z.custom<FunctionId>((value) => typeof value === 'string' && Object.hasOwn(functions, value));
const inputs = z.object({
  capability: z.number(),
  frequency: z.number(),
  harmed: z.number(),
  importance: z.number(),
  ease: z.number(),
  impact: z.number(),
});
const names = z.object({ zh: z.string(), en: z.string() });

/** What a stored version holds of a risk: its inputs and its number, and how it is called. */
export const storedRisk = z.object({
  id: z.string(),
  asset: names,
  threat: names,
  weakness: z.string().nullable(),
  inputs,
  score: z.number(),
  level: z.number(),
});
export type StoredRisk = z.output<typeof storedRisk>;

const content = z.object({
  format: z.literal('menshen-risk/1'),
  at: z.number(),
  method: z.object({ threat: functionId, asset: functionId, likelihood: functionId, loss: functionId, risk: functionId }),
  risks: z.array(storedRisk),
});
export type VersionContent = z.output<typeof content>;

/** A content may not unfold beyond this, whatever stands in the store. */
const mostBytes = 512 * 1_048_576;

export function contentOf({ at, method, risks }: Assessment): VersionContent {
  return {
    format: 'menshen-risk/1',
    at,
    method: { ...method },
    risks: risks.map(({ id, asset, threat, weakness, inputs, score, level }) => ({
      ...{ id, asset: asset.name, threat: threat.name, weakness: weakness?.id ?? null, inputs: { ...inputs }, score, level },
    })),
  };
}

/** The same content is the same bytes. */
export function packContent(of: VersionContent): { readonly bytes: Uint8Array; readonly sha256: string } {
  const text = canonicalJson(of);
  return { bytes: gzipSync(text, { level: 6 }), sha256: createHash('sha256').update(text).digest('hex') };
}

/** @throws Error where the bytes are not what was stored */
export function unpackContent(bytes: Uint8Array, sha256: string): VersionContent {
  const text = gunzipSync(bytes, { maxOutputLength: mostBytes });
  if (createHash('sha256').update(text).digest('hex') !== sha256) throw new Error('a stored assessment was changed');
  return content.parse(JSON.parse(text.toString('utf8')));
}

/** Computes every risk again from its stored inputs by the functions that it names. */
export function replay({ method, risks }: { readonly method: Method; readonly risks: readonly StoredRisk[] }): {
  readonly same: number;
  readonly of: number;
} {
  const same = risks.filter((risk) => computeRisk(risk.inputs, method).score === risk.score).length;
  return { same, of: risks.length };
}
