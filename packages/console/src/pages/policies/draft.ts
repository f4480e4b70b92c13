export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** A draft of one file's text; the others stay as they are. */
export function withText(files: readonly PolicyFile[], name: string, text: string): readonly PolicyFile[] {
  return files.some((file) => file.name === name)
    ? files.map((file) => (file.name === name ? { name, text } : file))
    : [...files, { name, text }];
}

/** A file in which a draft differs from what is in force; null for the side on which there is none. */
export interface ChangedFile {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The files in which a draft differs from what is in force, those that it no longer has among them. */
export function changedFiles(draft: readonly PolicyFile[], inForce: readonly PolicyFile[]): readonly ChangedFile[] {
  const textOf = (files: readonly PolicyFile[], name: string): string | null =>
    files.find((file) => file.name === name)?.text ?? null;
  return [...new Set([...inForce, ...draft].map(({ name }) => name))]
    .map((name) => ({ name, before: textOf(inForce, name), after: textOf(draft, name) }))
    .filter(({ before, after }) => before !== after);
}

const maxNameLength = 67;

/** The name of a new file as it is kept, or null for one that the server would refuse or that another file has. */
export function newFileName(typed: string, files: readonly PolicyFile[]): string | null {
  const given = typed.trim();
  const name = given.endsWith('.cedar') ? given : `${given}.cedar`;
  const good = name.length <= maxNameLength && /^[a-z0-9][a-z0-9._-]{0,60}\.cedar$/.test(name);
  return good && !files.some((file) => file.name === name) ? name : null;
}

/** An example after the last policy of a text, an empty line between. */
export function appended(text: string, example: string): string {
  const end = text.trimEnd();
  return end === '' ? example : `${end}\n\n${example}`;
}

/** Where a line begins in a text: for the cursor. Lines count from 1; a line beyond the end is the end. */
export function lineStart(text: string, line: number): number {
  let at = 0;
  for (let count = 1; count < line; count += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}
