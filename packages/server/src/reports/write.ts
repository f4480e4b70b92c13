import type { ComplianceFramework, ReportType } from '@menshen/contract';
import type { AuditQueries } from '../audit/queries.ts';
import type { Audit } from '../audit/service.ts';
import type { CompliancePicture, ComplianceService } from '../compliance/service.ts';
import type { ComplianceSeen } from '../compliance/signs/from-seen.ts';

import { writeDocx } from '../documents/docx.ts';
import { writeHtml } from '../documents/html.ts';
import type { ReportDocument } from '../documents/model.ts';
import { writeXlsx } from '../documents/xlsx.ts';
import { writeReport as writeRiskReport } from '../risk/report/write-report.ts';
import type { RiskService } from '../risk/service.ts';
import type { CertificateSigner } from '../train/certificates/signer.ts';
import { kindNames, type Language, mediaTypes, type ReportSummary, type WrittenFile, type WrittenReport } from './model.ts';
import { figuresOf, frameworkSummary, riskSummary } from './summaries.ts';
import { type FrameworkParts, frameworkDocument } from './writers/framework.ts';
import { monthlyDocument } from './writers/monthly.ts';
import { type PackRecord, writePack } from './writers/pack.ts';
import { day } from './writers/words.ts';
import { frameworkWorkbook } from './writers/workbook.ts';

export interface WriteParts {
  readonly risks: RiskService;
  readonly compliance: ComplianceService;
  readonly queries: Pick<AuditQueries, 'entry' | 'request' | 'list' | 'status'>;
  readonly audit: Pick<Audit, 'flush'>;
  readonly look: (at: number) => Promise<Omit<ComplianceSeen, 'seen'>>;
  readonly company: () => string;
  readonly packRecords: () => number;
  readonly signer: CertificateSigner;
}

export interface WriteOrder {
  readonly kind: ReportType;
  readonly lang: Language;
  readonly number: number;
  readonly by: string;
  /** What the report of the kind before it counted. */
  readonly before: ReportSummary | null;
}

const packKinds = ['mlps', 'pipl', 'gbt35273', 'gbt39786', 'asvs'] as const satisfies readonly ComplianceFramework[];
/** A pack holds attested files until they are so many bytes together; what is left out stands in the index of the report. */
const packBytes = 64 * 1_048_576;

/** Collects what a report says and writes its files. What was collected makes the same bytes again: writers know no clock. */
export async function writeKind(parts: WriteParts, order: WriteOrder): Promise<WrittenReport> {
  const { kind, lang } = order;
  switch (kind) {
    case 'risk':
      return await riskReport(parts, lang);
    case 'monthly':
      return await monthlyReport(parts, order);
    case 'pack':
      return await packReport(parts, order);
    default: {
      const picture = await parts.compliance.assess('all');
      const framework = await frameworkParts(parts, picture, kind, lang);
      return { files: frameworkFiles(framework, kind), summary: frameworkSummary(framework.standings) };
    }
  }
}

const named = (kind: ReportType, at: number, format: WrittenFile['format'], bytes: Uint8Array): WrittenFile => ({
  ...{ format, name: `menshen-${kind}-${day(at)}.${format}`, type: mediaTypes[format], bytes },
});
const documentFiles = (kind: ReportType, at: number, document: ReportDocument): WrittenFile[] => [
  named(kind, at, 'html', Buffer.from(writeHtml(document), 'utf8')),
  named(kind, at, 'docx', writeDocx(document)),
];

async function riskReport({ risks, company }: WriteParts, lang: Language): Promise<WrittenReport> {
  const files: WrittenFile[] = [];
  for (const format of ['html', 'docx', 'xlsx'] as const) {
    const { name, type, content } = await writeRiskReport(risks, { format, lang, company: company() });
    files.push({ format, name, type, bytes: Buffer.from(content, 'base64') });
  }
  return { files, summary: riskSummary(await risks.current()) };
}

async function frameworkParts(
  { compliance, company }: WriteParts,
  picture: CompliancePicture,
  kind: ComplianceFramework,
  language: Language,
): Promise<FrameworkParts> {
  const [attestations, exclusions] = await Promise.all([compliance.attestations.list(), compliance.attestations.exclusions()]);
  return {
    ...{ framework: compliance.framework(kind), standings: picture.standings.get(kind) ?? [], attestations, exclusions },
    ...{ title: kindNames[kind][language], company: company(), language, at: picture.at },
  };
}

function frameworkFiles(parts: FrameworkParts, kind: ReportType): WrittenFile[] {
  return [
    ...documentFiles(kind, parts.at, frameworkDocument(parts)),
    named(kind, parts.at, 'xlsx', writeXlsx(frameworkWorkbook(parts))),
  ];
}

async function monthlyReport(parts: WriteParts, { lang, before }: WriteOrder): Promise<WrittenReport> {
  const [picture, states] = await Promise.all([parts.risks.current(), parts.compliance.assess('all')]);
  const more = await parts.look(states.at);
  const summary = { figures: figuresOf(picture, states.standings, more), states: [] };
  const document = monthlyDocument({
    ...{ picture, standings: states.standings, more, company: parts.company(), language: lang, at: states.at },
    ...{ summary, before },
  });
  return { files: documentFiles('monthly', states.at, document), summary };
}

async function packReport(parts: WriteParts, { lang, number, by }: WriteOrder): Promise<WrittenReport> {
  const { compliance, audit, queries, signer, company, packRecords } = parts;
  const picture = await compliance.assess('all');
  // Everything that is durable by now gets under a checkpoint, so that its proof exists.
  await audit.flush();
  const documents: WrittenFile[] = [];
  for (const kind of packKinds) documents.push(...frameworkFiles(await frameworkParts(parts, picture, kind, lang), kind));
  documents.push(...(await riskReport(parts, lang)).files);
  const status = await queries.status();
  const bytes = writePack({
    ...{ number, at: picture.at, company: company(), standings: picture.standings },
    documents: documents.map(({ name, bytes: content }) => ({ name, bytes: content })),
    attestations: await attestedFiles(compliance, picture.at, by),
    records: await recordsOf(queries, picture, packRecords()),
    log: { origin: status.origin, vkey: status.vkey, checkpoint: status.checkpoint },
    ...{ publicKey: signer.publicKey, sign: signer.sign },
  });
  const standings = [...picture.standings.values()].flat();
  return { files: [named('pack', picture.at, 'zip', bytes)], summary: frameworkSummary(standings) };
}

async function attestedFiles(compliance: ComplianceService, at: number, by: string) {
  const files: { attestation: Awaited<ReturnType<typeof takeOne>>['attestation']; content: Uint8Array }[] = [];
  const takeOne = (id: string) => compliance.attestations.take(id, by);
  let room = packBytes;
  for (const { id, until, withdrawn, bytes } of await compliance.attestations.list()) {
    if (withdrawn !== null || until <= at || bytes > room) continue;
    files.push(await takeOne(id));
    room -= bytes;
  }
  return files;
}

/** Records behind the evidence: requests that it names, and the newest acts of administrators and security events. */
async function recordsOf(queries: WriteParts['queries'], picture: CompliancePicture, most: number): Promise<PackRecord[]> {
  const requests = new Set(
    [...picture.standings.values()]
      .flat()
      .flatMap(({ proofs }) =>
        proofs.flatMap(({ evidence }) => evidence.flatMap(({ path }) => /^\/traffic\/([\w-]+)$/.exec(path)?.[1] ?? [])),
      ),
  );
  const indexes = new Set<number>();
  for (const id of [...requests].slice(0, most)) {
    const found = await queries.request(id);
    if (found !== null) indexes.add(found.row.index);
  }
  const { rows } = await queries.list({ kind: 'security' }, Math.max(1, most - indexes.size), null);
  for (const { index } of rows) if (indexes.size < most) indexes.add(index);
  const records: PackRecord[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const found = await queries.entry(index);
    if (found !== null) records.push({ index, entry: Buffer.from(found.entry, 'base64'), proof: found.proof });
  }
  return records;
}
