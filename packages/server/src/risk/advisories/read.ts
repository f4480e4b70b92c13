import * as z from 'zod';
import { scoreCvss31 } from '../scoring/cvss31.ts';
import { scoreCvss40 } from '../scoring/cvss40.ts';
import { VectorError } from '../scoring/vector.ts';
import type { AdvisoryRow, ImportKind } from '../store.ts';

const cvePattern = /^CVE-\d{4}-\d{4,19}$/;
/** EPSS scores a third of a million CVEs; a file of many more is none. */
const mostRows = 1_000_000;

const empty = (cve: string): AdvisoryRow => ({ cve, epss: null, percentile: null, exploited: false, vector: null });

/** What a file says, and how many of its lines say nothing that we understand. */
export interface ReadAdvisories {
  readonly rows: readonly AdvisoryRow[];
  readonly refused: number;
}

/** Reads a file of advisories. Null where it is none of its kind. */
export function readAdvisories(kind: ImportKind, text: string): ReadAdvisories | null {
  const read = { epss: readEpss, kev: readKev, osv: readOsv }[kind](text);
  return read === null || read.rows.length === 0 || read.rows.length > mostRows ? null : read;
}

/** FIRST's daily CSV: comments with `#`, then `cve,epss,percentile`. */
function readEpss(text: string): ReadAdvisories | null {
  const rows = new Map<string, AdvisoryRow>();
  let refused = 0;
  let head = false;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (!head) {
      if (!/^cve,epss,percentile$/i.test(trimmed)) return null;
      head = true;
      continue;
    }
    const [cve = '', epss = '', percentile = ''] = trimmed.split(',');
    const [probability, rank] = [Number(epss), Number(percentile)];
    const fine = cvePattern.test(cve) && epss !== '' && probability >= 0 && probability <= 1 && rank >= 0 && rank <= 1;
    if (fine) rows.set(cve, { ...empty(cve), epss: probability, percentile: rank });
    else refused += 1;
  }
  return { rows: [...rows.values()], refused };
}

const kevFile = z.looseObject({ vulnerabilities: z.array(z.looseObject({ cveID: z.string() })) });

/** CISA's catalogue of known exploited vulnerabilities, as JSON. */
function readKev(text: string): ReadAdvisories | null {
  const parsed = kevFile.safeParse(json(text));
  if (!parsed.success) return null;
  const cves = parsed.data.vulnerabilities.map(({ cveID }) => cveID);
  const known = [...new Set(cves.filter((cve) => cvePattern.test(cve)))];
  return {
    rows: known.map((cve) => ({ ...empty(cve), exploited: true })),
    refused: cves.filter((cve) => !cvePattern.test(cve)).length,
  };
}

const osvRecord = z.looseObject({
  id: z.string(),
  aliases: z.array(z.string()).default([]),
  severity: z.array(z.looseObject({ type: z.string(), score: z.string() })).default([]),
});

/** Records of the OSV format, in an array or one a line: the vectors of CVEs. Of two versions the newer one counts. */
function readOsv(text: string): ReadAdvisories | null {
  const whole = json(text);
  const records = Array.isArray(whole) ? whole : whole !== null ? [whole] : text.split('\n').filter(Boolean).map(json);
  const rows = new Map<string, AdvisoryRow>();
  let refused = 0;
  for (const one of records) {
    const parsed = osvRecord.safeParse(one);
    const cve = parsed.success ? [parsed.data.id, ...parsed.data.aliases].find((name) => cvePattern.test(name)) : undefined;
    const vectors = parsed.success ? parsed.data.severity.map(({ score }) => score) : [];
    const vector =
      vectors.find((score) => score.startsWith('CVSS:4.0/')) ?? vectors.find((score) => score.startsWith('CVSS:3.1/'));
    if (cve === undefined || vector === undefined || scoreOfVector(vector) === null) refused += 1;
    else rows.set(cve, { ...empty(cve), vector });
  }
  return { rows: [...rows.values()], refused };
}

/** Score of a vector of either version; null where it is none. */
export function scoreOfVector(vector: string): number | null {
  try {
    return (vector.startsWith('CVSS:4.0/') ? scoreCvss40(vector) : scoreCvss31(vector)).score;
  } catch (error) {
    if (error instanceof VectorError) return null;
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
