import * as z from 'zod';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { TreeFile } from './file-tree.ts';

/** The predicate of our statements: what was released, and what the scan said of it. */
export const predicateType = 'urn:menshen:release:v1';
const statementV1 = 'https://in-toto.io/Statement/v1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A path below the folder: neither absolute nor upwards, and never empty. */
const subjectName = z
  .string()
  .min(1)
  .max(4_096)
  .refine((name) => !name.startsWith('/') && !name.split('/').some((part) => part === '' || part === '.' || part === '..'));

export const releaseKinds = ['miniprogram', 'backend'] as const;

export const scanSummary = z.object({
  tool: z.string().max(100),
  /** Of the SARIF file that it was read from. */
  sha256,
  critical: z.int().min(0),
  high: z.int().min(0),
  medium: z.int().min(0),
  low: z.int().min(0),
});
export type ScanSummary = z.output<typeof scanSummary>;

/** in-toto Statement v1 with our predicate. */
export const statementSchema = z.object({
  _type: z.literal(statementV1),
  subject: z.array(z.object({ name: subjectName, digest: z.object({ sha256 }) })).min(1),
  predicateType: z.literal(predicateType),
  predicate: z.object({
    app: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    kind: z.enum(releaseKinds),
    version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$/),
    /** SHA-256 over the files: the same build has the same id, wherever it is built. */
    buildId: sha256,
    created: z.iso.datetime(),
    ignore: z.array(z.string().min(1).max(500)).max(200),
    scan: scanSummary.nullable(),
  }),
});
export type ReleaseStatement = z.output<typeof statementSchema>;

export interface ReleaseFacts {
  readonly app: string;
  readonly kind: (typeof releaseKinds)[number];
  readonly version: string;
  readonly created: Date;
  readonly ignore: readonly string[];
  readonly scan: ScanSummary | null;
}

/** The statement of a folder's files. @throws ZodError for facts of no form */
export function makeStatement(files: readonly TreeFile[], facts: ReleaseFacts, buildId: string): ReleaseStatement {
  return statementSchema.parse({
    _type: statementV1,
    subject: files.map(({ name, sha256: hash }) => ({ name, digest: { sha256: hash } })),
    predicateType,
    predicate: { ...facts, ignore: [...facts.ignore], created: facts.created.toISOString(), buildId },
  });
}

/** As it is signed: canonical JSON, so that the same statement has the same bytes. */
export const statementBytes = (statement: ReleaseStatement): Uint8Array => new TextEncoder().encode(canonicalJson(statement));
