import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ScanSummary } from './statement.ts';

const sarif = z.object({
  runs: z
    .array(
      z.object({
        tool: z.object({ driver: z.object({ name: z.string().max(100), version: z.string().max(50).optional() }) }),
        results: z
          .array(
            z.object({
              level: z.string().optional(),
              ruleId: z.string().optional(),
              properties: z.object({ severity: z.string().optional() }).optional(),
            }),
          )
          .default([]),
      }),
    )
    .min(1),
});

const severities = ['critical', 'high', 'medium', 'low'] as const;
const byLevel: Readonly<Record<string, (typeof severities)[number]>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'low',
};

/** What a SARIF 2.1.0 file says, in numbers; null when it is none. A severity in a result's properties goes before its level. */
export function summariseSarif(bytes: Uint8Array): ScanSummary | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  const read = sarif.safeParse(value);
  const driver = read.data?.runs[0]?.tool.driver;
  if (!read.success || driver === undefined) return null;
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { results } of read.data.runs)
    for (const { level = 'warning', properties } of results) {
      const severity = severities.find((one) => one === properties?.severity) ?? byLevel[level] ?? 'medium';
      counts[severity] += 1;
    }
  return {
    tool: driver.version === undefined ? driver.name : `${driver.name} ${driver.version}`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...counts,
  };
}
