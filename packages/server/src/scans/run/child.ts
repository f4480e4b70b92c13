import { applySuppressions, defaultScanLimits, scanProject } from '@menshen/scan';
import * as z from 'zod';
import { folderTree } from '../folder-tree.ts';
import { makeScanReport } from './make-report.ts';

/**
 * One scan in a process of its own: `run-scan.ts` starts it without environment, with a memory limit and under Node's permission model. It says its report
 * as JSON on standard output and nothing else.
 */
const request = z.object({ folder: z.string(), seconds: z.number(), today: z.string(), version: z.string() });

const { folder, seconds, today, version } = request.parse(JSON.parse(process.argv[2] ?? '{}'));
const began = performance.now();
const result = scanProject(folderTree(folder, defaultScanLimits.maxTextBytes), {
  isOutOfTime: () => performance.now() - began > seconds * 1_000,
});
const sure = result.findings.filter(({ confidence }) => confidence !== 'low');
const { findings, suppressed } = applySuppressions(sure, result.project, today);
const { problems, stats, project } = result;
process.stdout.write(JSON.stringify(makeScanReport({ findings, suppressed, problems, stats, project, version, partial: false })));
