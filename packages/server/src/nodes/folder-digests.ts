import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that a node reads from again and again, by the section of the configuration that names them. */
export type FollowedFolder = 'detections' | 'playbooks';
export type FolderPrint = Readonly<Partial<Record<FollowedFolder, string>>>;

/** Rules are read from the folders below too. */
const below: Readonly<Record<FollowedFolder, boolean>> = { detections: true, playbooks: false };
/** More is read by nobody. */
const largest = 4 * 1_048_576;

export interface FolderDigests {
  /** Another object whenever one of them is another. Nothing of a folder that has not been read yet. */
  readonly now: () => FolderPrint;
  /** To be called at the start, and when a file has changed or the configuration names another folder. */
  readonly changed: (section: FollowedFolder) => Promise<void>;
}

/** Digests of what lies in the folders, so that nodes can be compared; `folderOf` gives null where the configuration names none. */
export function createFolderDigests(folderOf: (section: FollowedFolder) => string | null): FolderDigests {
  let print: FolderPrint = {};
  let turn: Promise<void> = Promise.resolve();
  const read = async (section: FollowedFolder): Promise<void> => {
    const folder = folderOf(section);
    const digest = folder === null ? undefined : await digestFolder(folder, below[section]);
    if (print[section] === digest) return;
    const { [section]: _, ...others } = print;
    print = digest === undefined ? others : { ...others, [section]: digest };
  };
  return {
    now: () => print,
    changed: (section) => {
      turn = turn.then(() => read(section));
      return turn;
    },
  };
}

/** Names and content of the YAML files of a folder, or of the one file that it is; a file that cannot be read counts as such. */
async function digestFolder(folder: string, deep: boolean): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await namesIn(folder, deep))
    hash.update(`${JSON.stringify(name)} ${await digestFile(join(folder, name))}\n`);
  return hash.digest('base64url');
}

async function namesIn(folder: string, deep: boolean): Promise<string[]> {
  try {
    if ((await stat(folder)).isFile()) return [''];
    return (await readdir(folder, { recursive: deep })).filter((name) => /\.ya?ml$/i.test(name)).sort();
  } catch {
    return [];
  }
}

async function digestFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > largest) return 'large';
    return createHash('sha256')
      .update(await readFile(path))
      .digest('base64url');
  } catch {
    return 'unreadable';
  }
}
