import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSigma, type SigmaDocument } from '@menshen/sigma';

const MAX_FILES = 5_000;
const MAX_FILE_BYTES = 4 * 1_048_576;

/** What the files of a folder of Sigma rules hold. */
export interface RuleFiles {
  readonly documents: readonly SigmaDocument[];
  /** By document: a digest of the file that it came from. */
  readonly digests: readonly string[];
  /** Files and documents that cannot be read or parsed. */
  readonly refused: number;
}

/** Reads the rules of a folder, or of one file. A file that cannot be read or parsed takes no other with it; a folder that is not there throws. */
export function readRuleFiles(folder: string): RuleFiles {
  const documents: SigmaDocument[] = [];
  const digests: string[] = [];
  let refused = 0;
  const files = statSync(folder).isFile()
    ? ['']
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.ya?ml$/i.test(file))
        .sort()
        .slice(0, MAX_FILES);
  for (const file of files) {
    const path = join(folder, file);
    try {
      if (statSync(path).size > MAX_FILE_BYTES) throw new RangeError('the file is too large');
      const text = readFileSync(path, 'utf8');
      const digest = hash('sha256', text, 'base64url');
      for (const { document } of parseSigma(text)) {
        if (document === undefined) refused += 1;
        else {
          documents.push(document);
          digests.push(digest);
        }
      }
    } catch {
      refused += 1;
    }
  }
  return { documents, digests, refused };
}

/** How a rule is called in alerts and in other rules. */
export const ruleName = ({ name, id, title }: Pick<SigmaDocument, 'name' | 'id' | 'title'>): string => name ?? id ?? title;

/** A text of a rule's own `menshen:` part, in one line; null where it has none. */
export function ownText(document: SigmaDocument, name: string, limit: number): string | null {
  const own = document.custom.get('menshen');
  return own instanceof Map ? shortened(own.get(name), limit) : null;
}

export const shortened = (text: unknown, limit: number): string | null =>
  typeof text === 'string' && text.trim() !== '' ? text.replaceAll(/\s+/g, ' ').trim().slice(0, limit) : null;
