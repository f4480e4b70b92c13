import { Readable } from 'node:stream';
import type { Config } from '@menshen/contract';
import { type Body, type BodyFile, createNameCheck, multipartBoundary } from '@menshen/inspect';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { hasPassed } from '../../coordination/elapsed.ts';
import type { RequestContext } from '../../gateway/context.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { type Refusal, refuse, refuseAlways } from '../../gateway/refusal.ts';
import { type ByteSource, bufferSource, type Edit, edited, editedSize, slice } from './byte-source.ts';
import { type CompiledUploads, contentActions } from './compile.ts';
import { createScanner } from './create-scanner.ts';
import { type Examined, examineFile, type GivenFile, readAnyFile } from './examine.ts';
import type { FileJudge } from './file-judge.ts';
import { checkFileName } from './file-name.ts';
import { type IndexedPart, indexMultipart } from './multipart-index.ts';
import { headEdits } from './rewrite.ts';
import type { Scanner, ScanVerdict } from './scanner.ts';
import type { Spool, Spooled } from './spool.ts';

export interface UploadParts {
  readonly config: () => Config;
  readonly spool: Spool;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly clock: () => number;
  /** The body as it arrives, breaking off beyond `limit` bytes. */
  readonly stream: (context: RequestContext, limit: number) => AsyncIterable<Buffer>;
}

/** Fields and files of a body that is on disk, for the checks that every body passes. */
export type SpooledBody = { readonly kind: 'body'; readonly body: Body; readonly files: UploadedFiles } | Refusal;

/** Files of a request that have not been examined yet. */
export interface UploadedFiles {
  readonly source: ByteSource;
  /** Null for a body that is a file itself. */
  readonly parts: readonly IndexedPart[] | null;
  readonly mediaType: string;
  readonly spooled: Spooled | null;
}

export interface UploadService {
  /** Spools a body that is not held in memory and reads its fields. */
  receive(context: RequestContext): Promise<SpooledBody>;
  /** The files of a body in memory; null where it has none. */
  filesOf(context: RequestContext, body: Body): Promise<UploadedFiles | Refusal | null>;
  /**
   * Holds every file against what the route takes, reads it, has it scanned, and puts what goes on into the context. Of a route that says nothing of
   * files, they are only read.
   */
  check(context: RequestContext, files: UploadedFiles, judge: FileJudge): Promise<Refusal | undefined>;
  /** Whether the scanner answers; null where none is configured. */
  scannerAnswers(): Promise<boolean | null>;
}

const maxTextBytes = 1_048_576;
const alarmEveryMs = 600_000;

export function createUploadService(parts: UploadParts): UploadService {
  const { metrics, audit, clock } = parts;
  let scanner: { readonly text: string; readonly client: Scanner } | null = null;
  let alarmedAt = 0;

  const scannerOf = (): Scanner | null => {
    const config = parts.config().uploads.scanner;
    if (config === undefined) return null;
    const text = JSON.stringify(config);
    if (scanner?.text !== text) scanner = { text, client: createScanner(config) };
    return scanner.client;
  };

  const scan = async (context: RequestContext, source: ByteSource, where: string): Promise<Refusal | undefined> => {
    const verdict: ScanVerdict = (await scannerOf()?.scan(source)) ?? { kind: 'unscanned', why: 'no scanner' };
    metrics.add('menshen_upload_scans_total', `verdict="${verdict.kind}"`);
    if (verdict.kind === 'clean') return undefined;
    if (verdict.kind === 'infected') {
      await report(context, 'upload_infected', 'high', 'malware in an uploaded file', { where, signature: verdict.signature });
      return refuse('upload_infected', where);
    }
    const open = parts.config().uploads.scanner?.failure === 'open';
    if (hasPassed(alarmedAt, alarmEveryMs, clock())) {
      alarmedAt = clock();
      const title = open ? 'files pass without a scan for malware' : 'files are refused because they cannot be scanned';
      await report(context, 'upload_not_scanned', 'high', title, { where, reason: verdict.why });
    }
    return open ? undefined : refuse('upload_not_scanned', `${where}: ${verdict.why}`);
  };
  const report = async (
    context: RequestContext,
    rule: string,
    severity: 'high',
    title: string,
    detail: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const app = context.app?.id ?? '';
    const route = context.route?.match ?? '';
    await audit
      .record(detectionEvent({ time: clock(), rule, severity, title, detail: { app, route, request: context.id, ...detail } }))
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };

  const count = (findings: Examined['findings']): void => {
    for (const { rule } of findings) metrics.add('menshen_upload_findings_total', `rule="${rule}"`);
  };

  const checkPart = async (
    context: RequestContext,
    files: UploadedFiles,
    part: IndexedPart | null,
    uploads: CompiledUploads,
    judge: FileJudge,
    where: string,
  ): Promise<Refusal | CheckedPart> => {
    const given = givenFile(files, part);
    const { source, filename } = given;
    const examined = await examineFile(given, uploads, where);
    if ('code' in examined) return examined;
    count(examined.findings);
    const actions = contentActions(parts.config(), uploads.content);
    const judged = judge(examined.findings, { field: part?.name ?? null, actions, renamed: true, where });
    if (judged !== undefined && judged.soft !== true) return judged;
    const named = filename === null ? null : checkFileName(filename, examined.type);
    if (named !== null && !named.safe && uploads.names === 'refuse') return refuse('upload_name_refused', where);
    const infected = uploads.scan ? await scan(context, source, where) : undefined;
    if (infected !== undefined) return infected;
    metrics.add('menshen_uploads_total', `type="${examined.type}"`);
    const edits =
      part === null ? examined.edits : await partEdits(files.source, part, examined, named?.safe === false ? named.name : null);
    return { edits, soft: judged };
  };

  /** Of a route that says nothing of files, a broken one is only told: what it takes is not known. */
  const readParts = async (files: UploadedFiles, given: readonly (IndexedPart | null)[], judge: FileJudge) => {
    let soft: Refusal | undefined;
    for (const [index, part] of given.entries()) {
      const findings = await readAnyFile(givenFile(files, part));
      count(findings);
      const actions = { structure: 'note', ...parts.config().uploads.content } as const;
      const where = part === null ? 'body' : `file ${index}`;
      const judged = judge(findings, { field: part?.name ?? null, actions, renamed: false, where });
      if (judged !== undefined && judged.soft !== true) return judged;
      soft ??= judged;
    }
    return soft;
  };

  return {
    async scannerAnswers() {
      return (await scannerOf()?.ping()) ?? null;
    },
    async receive(context) {
      const { route, request } = context;
      if (route === null) return refuse('route_undeclared');
      let source: ByteSource;
      let spooled: Spooled | null = null;
      if (context.received !== null) source = bufferSource(context.received);
      else {
        const taken = await parts.spool.take(parts.stream(context, route.bodyBytes), route.bodyBytes);
        if (taken.kind !== 'spooled') {
          if (taken.kind === 'too_large' || context.bytesIn > route.bodyBytes) return refuseAlways('body_too_large', 'body');
          return taken.kind === 'full'
            ? { ...refuseAlways('overloaded', 'spool'), retryAfter: 5 }
            : refuseAlways('request_timeout', 'body');
        }
        spooled = taken.body;
        source = spooled.source;
        context.response.once('close', () => void spooled?.discard());
      }
      // From here on the body goes on from the spool, checked or (in monitor mode) as it came.
      context.upload = { size: source.size, stream: () => Readable.from(edited(source, [])) };
      if (request.headers['content-encoding'] !== undefined)
        return refuse('body_encoding_unsupported', 'header content-encoding');
      return await readFields(context, source, spooled);
    },
    async filesOf(context, body) {
      const source = bufferSource(body.bytes);
      if (body.kind === 'binary') return { source, parts: null, mediaType: body.mediaType, spooled: null };
      if (body.kind !== 'multipart' || body.files.length === 0) return null;
      const boundary = multipartBoundary(body.contentType);
      if (boundary === null) return refuse('body_malformed', 'header content-type');
      const indexed = await indexMultipart(source, boundary, limitsOf(context));
      return 'code' in indexed ? indexed : { source, parts: indexed, mediaType: body.mediaType, spooled: null };
    },
    async check(context, files, judge) {
      const uploads = context.route?.protection.uploads ?? null;
      const given: readonly (IndexedPart | null)[] =
        files.parts === null ? [null] : files.parts.filter(({ filename }) => filename !== null);
      if (uploads === null) return await readParts(files, given, judge);
      if (given.length > uploads.maxFiles) return refuse('too_many_fields', 'files');
      const edits: Edit[] = [];
      let soft: Refusal | undefined;
      for (const [index, part] of given.entries()) {
        const checked = await checkPart(context, files, part, uploads, judge, part === null ? 'body' : `file ${index}`);
        if ('code' in checked) return checked;
        edits.push(...checked.edits);
        soft ??= checked.soft;
      }
      if (edits.length > 0 && context.mode === 'enforce') await put(context, files, edits);
      return soft;
    },
  };

  async function put(context: RequestContext, { source }: UploadedFiles, edits: readonly Edit[]): Promise<void> {
    if (context.upload !== null) {
      context.upload = { size: editedSize(source, edits), stream: () => Readable.from(edited(source, edits)) };
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of edited(source, edits)) chunks.push(chunk);
    context.body = Buffer.concat(chunks);
  }
}

interface CheckedPart {
  readonly edits: readonly Edit[];
  /** What a route that only watches would have refused. */
  readonly soft: Refusal | undefined;
}

function givenFile(files: UploadedFiles, part: IndexedPart | null): GivenFile {
  if (part === null) return { source: files.source, filename: null, mediaType: files.mediaType };
  return { source: slice(files.source, part.start, part.end), filename: part.filename, mediaType: part.mediaType };
}

async function partEdits(
  source: ByteSource,
  part: IndexedPart,
  { edits }: Pick<Examined, 'edits'>,
  name: string | null,
): Promise<readonly Edit[]> {
  const moved = edits.map(({ start, end, bytes }) => ({ start: start + part.start, end: end + part.start, bytes }));
  const size = part.end - part.start;
  const length = edits.reduce((sum, { start, end, bytes }) => sum - (end - start) + bytes.length, size);
  return [...(await headEdits(source, part, name, length)), ...moved];
}

const limitsOf = (context: RequestContext): { maxParts: number; maxPartHeaderBytes: number } => {
  const limits = context.route?.inspector.profile.limits;
  return { maxParts: limits?.maxParts ?? 64, maxPartHeaderBytes: limits?.maxPartHeaderBytes ?? 2_048 };
};

/** The fields of a spooled body. Its files stand in the value by name, type and size, as in a body that is held. */
async function readFields(context: RequestContext, source: ByteSource, spooled: Spooled | null): Promise<SpooledBody> {
  const { request, route } = context;
  const contentType = request.headers['content-type'] ?? '';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const common = { contentType, mediaType, bytes: Buffer.alloc(0) };
  if (mediaType !== 'multipart/form-data') {
    if (route?.bodyTypes.has('binary') !== true) return refuse('content_type_unsupported', 'header content-type');
    const body: Body = { ...common, kind: 'binary', value: undefined, files: [] };
    return { kind: 'body', body, files: { source, parts: null, mediaType, spooled } };
  }
  if (!route?.bodyTypes.has('multipart')) return refuse('content_type_unsupported', 'header content-type');
  const boundary = multipartBoundary(contentType);
  if (boundary === null) return refuse('body_malformed', 'header content-type');
  const indexed = await indexMultipart(source, boundary, limitsOf(context));
  if ('code' in indexed) return indexed;
  const value: Record<string, unknown> = Object.create(null);
  const files: BodyFile[] = [];
  const isPlainName = createNameCheck(value);
  let texts = 0;
  for (const [index, part] of indexed.entries()) {
    const where = `body part ${index}`;
    if (!isPlainName(part.name)) return refuse('body_ambiguous', where);
    let content: unknown;
    if (part.filename !== null) {
      content = { filename: part.filename, mediaType: part.mediaType, size: part.end - part.start };
      // The content is not in memory: it is examined where it is.
      files.push({ name: part.name, filename: part.filename, mediaType: part.mediaType, size: 0, offset: 0 });
    } else {
      texts += part.end - part.start;
      if (texts > maxTextBytes) return refuse('body_too_large', where);
      const bytes = await source.read(part.start, part.end - part.start);
      try {
        content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return refuse('body_not_utf8', where);
      }
      if (bytes.includes(0)) return refuse('body_malformed', where);
    }
    const before = value[part.name];
    const repeats = route.inspector.profile.mayRepeat(part.name);
    if (Array.isArray(before) && repeats) before.push(content);
    else if (part.name in value) return refuse('body_ambiguous', where);
    else value[part.name] = repeats ? [content] : content;
  }
  return {
    kind: 'body',
    body: { ...common, kind: 'multipart', value, files },
    files: { source, parts: indexed, mediaType, spooled },
  };
}
