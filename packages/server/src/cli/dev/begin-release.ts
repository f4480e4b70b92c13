import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { demoMiniprogram, demoSources, releaseNumbers } from '@menshen/demo';
import * as z from 'zod';
import type { Platform } from '../../platform/model.ts';
import { signRelease } from '../../release/release.ts';
import { readSigner } from '../../release/release-key.ts';
import { type ScanSummary, scanSummary } from '../../release/statement.ts';
import { runScan } from '../../scans/run/run-scan.ts';
import { version } from '../version.ts';

const by = 'demo';
const app = 'portal';
const released = '2.4.0';
const bounds = { memoryMb: 512, seconds: 60 } as const;

const report = z.object({ tool: z.string(), version: z.string(), summary: scanSummary.omit({ tool: true, sha256: true }) });

/** Does once what a pipeline does at each release: scans the demonstration's mini program, signs it, registers it, and says which number it has at WeChat. */
export async function beginDemoRelease(
  { releases, versions }: Pick<Platform, 'releases' | 'versions'>,
  privatePem: string,
): Promise<void> {
  if ((await releases.list()).releases.length > 0) return;
  const now = new Date();
  const scan = await scanned(now);
  const facts = { app, kind: 'miniprogram', version: released, created: now, ignore: [], scan } as const;
  const { envelope } = await signRelease(join(demoSources, demoMiniprogram), facts, [readSigner(privatePem)]);
  await releases.register({ manifest: JSON.stringify(envelope) }, by, () => true);
  await versions.name(app, releaseNumbers.current, released, by);
}

async function scanned(now: Date): Promise<ScanSummary> {
  const today = now.toISOString().slice(0, 10);
  const outcome = await runScan({ root: demoSources, folder: demoMiniprogram, ...bounds, today, version });
  if ('failure' in outcome) throw new Error(`the scan ended: ${outcome.failure}`);
  const { tool, version: toolVersion, summary } = report.parse(outcome.report);
  const sha256 = createHash('sha256').update(JSON.stringify(outcome.report)).digest('hex');
  return { tool: `${tool} ${toolVersion}`, sha256, ...summary };
}
