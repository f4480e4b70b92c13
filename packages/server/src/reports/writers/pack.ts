import { createHash } from 'node:crypto';
import type { ComplianceFramework } from '@menshen/contract';
import { canonicalJson } from '../../audit/canonical-json.ts';
import type { RequirementStanding } from '../../compliance/model.ts';
import type { Attestation } from '../../compliance/store.ts';
import { writeZip, type ZipFile } from '../../privacy/zip.ts';
import { readme } from './pack-readme.ts';

/** The earliest date that a zip entry can carry: nothing of the clock gets into the bytes. */
const zipEpoch = Date.UTC(1980, 0, 1);

/** A record of the log as it stands there, with the proof that it does. */
export interface PackRecord {
  readonly index: number;
  /** Exact bytes of the leaf. */
  readonly entry: Uint8Array;
  /** C2SP tlog-proof: inclusion in the checkpoint that it ends with; null while no checkpoint covers it. */
  readonly proof: string | null;
}

export interface PackParts {
  readonly number: number;
  readonly at: number;
  readonly company: string;
  readonly standings: ReadonlyMap<ComplianceFramework, readonly RequirementStanding[]>;
  readonly documents: readonly ZipFile[];
  readonly attestations: readonly { readonly attestation: Attestation; readonly content: Uint8Array }[];
  readonly records: readonly PackRecord[];
  readonly log: { readonly origin: string; readonly vkey: string; readonly checkpoint: string };
  /** SPKI in PEM of the key that signs the index. */
  readonly publicKey: string;
  /** Id of that key. */
  readonly key: string;
  readonly sign: (statement: string) => Uint8Array;
}

const text = (name: string, content: string): ZipFile => ({ name, bytes: Buffer.from(content, 'utf8') });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * A zip that stands alone: states with their evidence, reports, attested files, records of the log with inclusion proofs, the keys to check them with, and an index of hashes
 * that is signed. The same parts make the same bytes.
 */
export function writePack(parts: PackParts): Uint8Array {
  const { number, at, company, standings, records, log } = parts;
  const files: ZipFile[] = [
    text('README.txt', readme),
    ...[...standings].map(([framework, own]) => text(`states/${framework}.json`, `${canonicalJson(own.map(stateOf))}\n`)),
    ...parts.documents.map(({ name, bytes }) => ({ name: `reports/${name}`, bytes })),
    ...parts.attestations.map(({ attestation, content }) => ({ name: attestationPath(attestation), bytes: content })),
    text('log/checkpoint', log.checkpoint),
    text('log/vkey', `${log.vkey}\n`),
    ...records.flatMap(({ index, entry, proof }) => [
      { name: `log/entries/${index}`, bytes: entry },
      ...(proof === null ? [] : [text(`log/proofs/${index}.tlog-proof`, proof)]),
    ]),
    text('keys/report-key.pem', parts.publicKey),
  ];
  const sums = text('SHA256SUMS', files.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join(''));
  const index = text(
    'index.json',
    `${canonicalJson({
      ...{ format: 'menshen-pack/1', report: number, at, company, log: { origin: log.origin }, key: parts.key },
      sums: sha256(sums.bytes),
      attestations: parts.attestations.map(
        ({ attestation: { item, name, statement, by, at: made, until, sha256: hash }, attestation }) => ({
          ...{ item, name, statement, by, at: made, until, sha256: hash, path: attestationPath(attestation) },
        }),
      ),
      records: records.map(({ index: leaf, proof }) => ({ index: leaf, proved: proof !== null })),
    })}\n`,
  );
  const signature = parts.sign(Buffer.from(index.bytes).toString('utf8'));
  return writeZip([...files, sums, index, { name: 'index.json.sig', bytes: signature }], zipEpoch);
}

/** Its id and its ending: names of people's files are no names for paths. */
function attestationPath({ id, name }: Attestation): string {
  const ending = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0].toLowerCase() ?? '';
  return `attestations/${id}${ending}`;
}

function stateOf({ requirement, state, proofs, seen, until }: RequirementStanding) {
  return {
    ...{ id: requirement.id, clause: requirement.clause, text: requirement.text, kind: requirement.kind, state, seen, until },
    proofs: proofs.map(({ proof, state: how, evidence, problems }) => ({
      ...{ proof, state: how, evidence: [...evidence] },
      problems: problems.map(({ kind, title }) => ({ kind, title })),
    })),
  };
}
