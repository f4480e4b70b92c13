import { MenshenError } from '@menshen/contract';
import type { ScanReport } from '../model.ts';
import { readMenshenReport } from './menshen-report.ts';
import { readSarifReport } from './sarif-report.ts';
import { mostFindings, UnreadableReport } from './words.ts';

/** Reads a report of either form. @throws MenshenError `scan_unreadable` */
export function readReport(value: Readonly<Record<string, unknown>>): ScanReport {
  try {
    const report = 'runs' in value ? readSarifReport(value) : readMenshenReport(value);
    if (report.findings.length > mostFindings) throw new UnreadableReport('too many findings');
    return { ...report, findings: distinct(report.findings) };
  } catch (error) {
    if (error instanceof UnreadableReport) throw new MenshenError('scan_unreadable', {}, { cause: error });
    throw error;
  }
}

/** The first of each fingerprint: a report that names one twice means one. */
function distinct(findings: ScanReport['findings']): ScanReport['findings'] {
  const seen = new Set<string>();
  return findings.filter(({ fingerprint }) => !seen.has(fingerprint) && seen.add(fingerprint) !== undefined);
}
