import { buildIdOf, compareTrees, type Drift, hasDrift } from './compare.ts';
import { type Envelope, envelopeSchema, open, seal, statementType } from './dsse.ts';
import { readTree, type TreeFile } from './file-tree.ts';
import type { ReleaseSigner, ReleaseVerifier } from './release-key.ts';
import { makeStatement, type ReleaseFacts, type ReleaseStatement, statementBytes, statementSchema } from './statement.ts';

/** Why a manifest is not to be believed. */
export type ManifestProblem = 'not_a_manifest' | 'unsigned' | 'wrong_build_id';

export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly problem: ManifestProblem;
  constructor(problem: ManifestProblem, options?: ErrorOptions) {
    super(`the manifest is not to be believed: ${problem}`, options);
    this.problem = problem;
  }
}

export interface OpenedManifest {
  readonly statement: ReleaseStatement;
  readonly files: readonly TreeFile[];
  /** Id of the key that signed it. */
  readonly key: string;
}

/** Hashes a folder and signs what was found. @throws TreeError */
export async function signRelease(
  folder: string,
  facts: ReleaseFacts,
  signers: readonly ReleaseSigner[],
): Promise<{ readonly envelope: Envelope; readonly buildId: string; readonly files: number }> {
  const files = await readTree(folder, { ignore: facts.ignore });
  const buildId = buildIdOf(files);
  return { envelope: seal(statementBytes(makeStatement(files, facts, buildId)), signers), buildId, files: files.length };
}

/** Reads a manifest that one of the keys has signed. @throws ManifestError */
export function openManifest(text: string, keys: readonly ReleaseVerifier[]): OpenedManifest {
  const envelope = envelopeSchema.safeParse(parse(text));
  if (!envelope.success || envelope.data.payloadType !== statementType) throw new ManifestError('not_a_manifest');
  const opened = open(envelope.data, keys);
  if (opened === null) throw new ManifestError('unsigned');
  // Only now is the payload looked at: nothing unsigned reaches a parser.
  const statement = statementSchema.safeParse(parse(opened.payload.toString('utf8')));
  if (!statement.success) throw new ManifestError('not_a_manifest');
  const files = statement.data.subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 }));
  if (buildIdOf(files) !== statement.data.predicate.buildId) throw new ManifestError('wrong_build_id');
  return { statement: statement.data, files, key: opened.key };
}

export interface ReleaseCheck {
  readonly ok: boolean;
  readonly drift: Drift;
}

/** Compares a folder with a manifest. @throws TreeError */
export async function checkRelease(folder: string, { statement, files }: OpenedManifest): Promise<ReleaseCheck> {
  const drift = compareTrees(files, await readTree(folder, { ignore: statement.predicate.ignore }));
  return { ok: !hasDrift(drift), drift };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
