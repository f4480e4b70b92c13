import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseNote } from '@menshen/tlog';
import { type NoteSigner, openNote, parseVerifierKey, signNote } from '@menshen/tlog/node';
import * as z from 'zod';
import { verifierKeyFor } from '../../audit/restore/continuation.ts';
import { type Member, type SealedTo, writeContainer } from '../container.ts';
import { BackupError, backupFile, sha256 } from '../model.ts';
import type { ShippedFile } from './file-changes.ts';
import type { PageChanges } from './store-pages.ts';

export const segmentFormat = 'menshen-segment/1';
export const pagesName = 'pages';
export const segmentManifestName = 'manifest.json';
export const signatureName = 'signature';

/** Last but one member of a segment: what it holds and what it follows. */
export const segmentManifest = z.object({
  format: z.literal(segmentFormat),
  generation: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/),
  /** 0 is the base, which holds everything. */
  sequence: z.int().min(0),
  /** Of the encrypted file before; empty for the base. */
  previous: z.union([z.literal(''), sha256]),
  /** Epoch ms: what was durable then is in it. */
  time: z.int().min(0),
  version: z.string().max(50),
  /** The store as pages of SQLite; null where it is left to PostgreSQL's own archive. */
  store: z
    .object({
      file: backupFile.shape.name,
      pageBytes: z.int().min(512).max(65_536),
      /** Pages of the database; 0 of changed means that nothing changed. */
      size: z.int().min(1),
      changed: z.int().min(0),
    })
    .nullable(),
  /** Entries under the shipped checkpoint; -1 where there is no log yet. */
  log: z.int().min(-1),
  files: z.array(backupFile).max(1_000_000),
  removed: z.array(backupFile.shape.name).max(1_000_000),
});
export type SegmentManifest = z.output<typeof segmentManifest>;

export type SegmentFacts = Pick<SegmentManifest, 'generation' | 'sequence' | 'previous' | 'time' | 'version' | 'log' | 'removed'>;

/** Writes a segment: pages, files, manifest, signature. Resolves to the length and SHA-256 of the encrypted file. */
export async function writeSegment(
  file: string,
  to: SealedTo,
  signer: NoteSigner,
  facts: SegmentFacts,
  store: {
    readonly file: string;
    readonly changes: Pick<PageChanges, 'pageBytes' | 'size' | 'pages'>;
    readonly spool: string;
  } | null,
  files: readonly ShippedFile[],
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const listed: SegmentManifest['files'] = [];
  const members = async function* (): AsyncGenerator<Member> {
    if (store !== null && store.changes.pages > 0) {
      const { size } = await stat(store.spool);
      const hash = createHash('sha256');
      const bytes = async function* (): AsyncGenerator<Uint8Array> {
        for await (const part of createReadStream(store.spool)) {
          hash.update(part as Uint8Array);
          yield part as Uint8Array;
        }
      };
      yield { name: pagesName, size, bytes };
      listed.push({ name: pagesName, size, sha256: hash.digest('hex') });
    }
    for (const { name, read } of files) {
      const bytes = read();
      if (bytes === null) continue;
      yield { name: `files/${name}`, size: bytes.length, bytes: () => once(bytes) };
      listed.push({ name: `files/${name}`, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
    const manifest: SegmentManifest = {
      ...{ format: segmentFormat, ...facts, files: listed },
      store:
        store === null
          ? null
          : {
              ...{ file: store.file, pageBytes: store.changes.pageBytes },
              ...{ size: store.changes.size, changed: store.changes.pages },
            },
    };
    const text = Buffer.from(JSON.stringify(manifest));
    yield { name: segmentManifestName, size: text.length, bytes: () => once(text) };
    const note = Buffer.from(signNote(noteText(signer.key.name, text), [signer]));
    yield { name: signatureName, size: note.length, bytes: () => once(note) };
  };
  return await writeContainer(file, to, members());
}

/** The signed text: unlike a checkpoint in its first line, so that neither can be shown as the other. */
function noteText(origin: string, manifest: Uint8Array): string {
  return `${origin} shipped segment\n${createHash('sha256').update(manifest).digest('base64')}\n`;
}

/** Demands that the log's key has signed a manifest. The log may have been continued under another name of the same key. @throws BackupError `foreign` */
export function demandSigned(note: Uint8Array, manifest: Uint8Array, vkey: string): void {
  try {
    const name = parseNote(note).signatures[0]?.name ?? '';
    const base = parseVerifierKey(vkey).name;
    const related = name === base || name.startsWith(`${base}/`) || base.startsWith(`${name}/`);
    if (!related || openNote(note, [parseVerifierKey(verifierKeyFor(name, vkey))]).text !== noteText(name, manifest))
      throw new BackupError('foreign', 'signature');
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError('foreign', 'signature', { cause: error });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
