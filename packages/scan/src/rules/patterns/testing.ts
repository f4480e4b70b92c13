import type { Detector } from '../../detector.ts';
import type { Finding } from '../../finding.ts';
import { filesOf } from '../../project/files.ts';
import { scanProject } from '../../scan.ts';

/** Findings of some detectors in files of a test, as `RULE file:line`, in the order of the files. */
export function found(detectors: readonly Detector[], files: Readonly<Record<string, string | Uint8Array>>): string[] {
  return findingsIn(detectors, files)
    .map(({ rule, file, line }) => `${rule} ${file}:${line}`)
    .sort();
}

export function findingsIn(
  detectors: readonly Detector[],
  files: Readonly<Record<string, string | Uint8Array>>,
): readonly Finding[] {
  return scanProject(filesOf(files), { detectors }).findings;
}

/** Ids of the rules that fire in one file. */
export function rulesIn(detectors: readonly Detector[], text: string, path = 'server/config/config.js'): string[] {
  return [...new Set(findingsIn(detectors, { [path]: text }).map(({ rule }) => rule))].sort();
}
