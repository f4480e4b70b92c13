import type { Bilingual, ComplianceFramework, ReportType } from '@menshen/contract';
import type { AuditQueries } from '../audit/queries.ts';
import type { Audit } from '../audit/service.ts';
import type { CompliancePicture, ComplianceService } from '../compliance/service.ts';
import type { ComplianceSeen } from '../compliance/signs/from-seen.ts';

import { writeDocx } from '../documents/docx.ts';
import { writeHtml } from '../documents/html.ts';
import type { ReportDocument } from '../documents/model.ts';
import { writeXlsx } from '../documents/xlsx.ts';
import type { ProofSigner } from '../keys/proof-signer.ts';
import { narrowPicture } from '../risk/narrow.ts';
import { gatherReport, reportName, writeReport as writeRiskReport } from '../risk/report/write-report.ts';
import { reportTrendDays } from '../risk/routes.ts';
import type { RiskService } from '../risk/service.ts';
import type { Subject } from '../risk/subjects.ts';
import type { Trend } from '../trend/service.ts';
import { kindNames, type Language, mediaTypes, type ReportSummary, type WrittenFile, type WrittenReport } from './model.ts';
import { figuresOf, frameworkSummary, riskSummary } from './summaries.ts';
import { type FrameworkParts, frameworkDocument } from './writers/framework.ts';
import { monthlyDocument } from './writers/monthly.ts';
import { type PackRecord, writePack } from './writers/pack.ts';
import { frameworkWorkbook } from './writers/workbook.ts';

export interface WriteParts {
  readonly risks: RiskService;
  readonly compliance: ComplianceService;
  readonly queries: Pick<AuditQueries, 'entry' | 'request' | 'list' | 'status'>;
  readonly audit: Pick<Audit, 'flush'>;
  readonly look: (at: number) => Promise<Omit<ComplianceSeen, 'seen'>>;
  readonly company: () => string;
  readonly packRecords: () => number;
  readonly signer: ProofSigner;
  readonly trend: (subject: Subject, days: number) => Promise<Trend>;
  readonly monotonic: () => number;
}

export interface WriteOrder {
  readonly kind: ReportType;
  readonly subject: Subject;
  readonly lang: Language;
  readonly number: number;
  readonly by: string;
  /** What the report of the kind and subject before it counted. */
  readonly before: ReportSummary | null;
}

const packKinds = ['mlps', 'pipl', 'gbt35273', 'gbt39786', 'asvs'] as const satisfies readonly ComplianceFramework[];
/** A pack holds attested files until they are so many bytes together; what is left out stands in the index of the report. */
const packBytes = 64 * 1_048_576;

/** Collects what a report says and writes its files. What was collected makes the same bytes again: writers know no clock. */
export async function writeKind(parts: WriteParts, order: WriteOrder): Promise<WrittenReport> {
  const room = await roomOf(parts, order);
  switch (order.kind) {
    case 'risk':
      return await riskReport(room);
    case 'monthly':
      return await monthlyReport(room);
    case 'pack':
      return await packReport(room);
    default: {
      const picture = await parts.compliance.assess(order.subject);
      const framework = await frameworkParts(room, picture, order.kind);
      return { files: frameworkFiles(room, framework, order.kind), summary: frameworkSummary(framework.standings) };
    }
  }
}

/** What every report of an order shares. */
interface Room extends Omit<WriteParts, 'trend'> {
  readonly order: WriteOrder;
  readonly name: Bilingual;
  readonly trend: Trend;
}

async function roomOf(parts: WriteParts, order: WriteOrder): Promise<Room> {
  const { subject } = order;
  const name = (await parts.compliance.subjects()).find(({ id }) => id === subject)?.name ?? { zh: subject, en: subject };
  return { ...parts, order, name, trend: await parts.trend(subject, reportTrendDays) };
}

/** Company and subject, as a report names them under its title. */
const subtitleOf = ({ company, name, order: { subject, lang } }: Room): string =>
  [company(), subject === 'all' ? '' : name[lang]].filter((text) => text !== '').join(' · ');

const named = (
  kind: ReportType,
  subject: Subject,
  at: number,
  format: WrittenFile['format'],
  bytes: Uint8Array,
): WrittenFile => ({
  ...{ format, name: reportName(kind, subject, at, format), type: mediaTypes[format], bytes },
});
const documentFiles = (kind: ReportType, subject: Subject, at: number, document: ReportDocument): WrittenFile[] => [
  named(kind, subject, at, 'html', Buffer.from(writeHtml(document), 'utf8')),
  named(kind, subject, at, 'docx', writeDocx(document)),
];

async function riskReport({ risks, company, monotonic, trend, name, order: { lang, subject } }: Room): Promise<WrittenReport> {
  const gathered = await gatherReport(risks, {
    ...{ lang, trend, monotonic, company: company(), subject: { id: subject, name } },
  });
  const files = (['html', 'docx', 'xlsx'] as const).map((format) => {
    const { name: file, type, bytes } = writeRiskReport(gathered, format, subject);
    return { format, name: file, type, bytes };
  });
  return { files, summary: riskSummary(gathered.picture) };
}

async function frameworkParts(room: Room, picture: CompliancePicture, kind: ComplianceFramework): Promise<FrameworkParts> {
  const { compliance, trend, order } = room;
  const [attestations, exclusions] = await Promise.all([compliance.attestations.list(), compliance.attestations.exclusions()]);
  return {
    ...{ framework: compliance.framework(kind), standings: picture.standings.get(kind) ?? [], attestations, exclusions },
    ...{ title: kindNames[kind][order.lang], subtitle: subtitleOf(room), language: order.lang, at: picture.at, trend },
  };
}

function frameworkFiles({ order: { subject } }: Room, parts: FrameworkParts, kind: ReportType): WrittenFile[] {
  return [
    ...documentFiles(kind, subject, parts.at, frameworkDocument(parts)),
    named(kind, subject, parts.at, 'xlsx', writeXlsx(frameworkWorkbook(parts))),
  ];
}

async function monthlyReport(room: Room): Promise<WrittenReport> {
  const { risks, compliance, monotonic, trend, order } = room;
  const { subject, lang, before } = order;
  const [whole, states] = await Promise.all([risks.current(), compliance.assess(subject)]);
  const picture = await narrowPicture(whole, subject, monotonic);
  const more = await room.look(states.at);
  const summary = { figures: figuresOf(picture, states.standings, more, subject), states: [] };
  const document = monthlyDocument({
    ...{ picture, standings: states.standings, subtitle: subtitleOf(room), language: lang, at: states.at, trend },
    ...{ summary, before },
  });
  return { files: documentFiles('monthly', subject, states.at, document), summary };
}

async function packReport(room: Room): Promise<WrittenReport> {
  const { compliance, audit, queries, signer, packRecords, order } = room;
  const picture = await compliance.assess(order.subject);
  // Everything that is durable by now gets under a checkpoint, so that its proof exists.
  await audit.flush();
  const documents: WrittenFile[] = [];
  for (const kind of packKinds) documents.push(...frameworkFiles(room, await frameworkParts(room, picture, kind), kind));
  documents.push(...(await riskReport(room)).files);
  const status = await queries.status();
  const attestations = await attestedFiles(compliance, picture.at, order.by);
  const records = await recordsOf(queries, picture, packRecords());
  // One key for index and file: it is read once, after everything that had to be waited for.
  const { id, publicKey } = signer;
  const bytes = writePack({
    ...{ number: order.number, at: picture.at, company: subtitleOf(room), standings: picture.standings },
    documents: documents.map(({ name, bytes: content }) => ({ name, bytes: content })),
    ...{ attestations, records },
    log: { origin: status.origin, vkey: status.vkey, checkpoint: status.checkpoint },
    ...{ publicKey, key: id, sign: (statement) => signer.sign(statement) },
  });
  const standings = [...picture.standings.values()].flat();
  return { files: [named('pack', order.subject, picture.at, 'zip', bytes)], summary: frameworkSummary(standings) };
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
