/** One file of the tree that is scanned. */
export interface ProjectEntry {
  /** POSIX path relative to the root, without a leading slash. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** The only way to the tree: the command line hands in a folder, the server an unpacked archive, a test a map. */
export interface ProjectFiles {
  /** May skip whole folders that `isIgnoredFolder` names; links are never followed. */
  list(): Iterable<ProjectEntry>;
  /** @throws when the file cannot be read; the scan goes on and reports it. */
  read(path: string): Uint8Array;
}

/** Files held in memory, by path. */
export function filesOf(map: Readonly<Record<string, string | Uint8Array>>): ProjectFiles {
  const encoder = new TextEncoder();
  const bytes = new Map(
    Object.entries(map).map(([path, content]) => [path, typeof content === 'string' ? encoder.encode(content) : content]),
  );
  return {
    *list() {
      for (const [path, content] of bytes) yield { path, size: content.length };
    },
    read(path) {
      const content = bytes.get(path);
      if (content === undefined) throw new Error('no such file');
      return content;
    },
  };
}
