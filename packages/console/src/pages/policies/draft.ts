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

/** Names of the files in which a draft differs from what is in force. */
export function changedFiles(draft: readonly PolicyFile[], inForce: readonly PolicyFile[]): readonly string[] {
  return draft.filter(({ name, text }) => inForce.find((file) => file.name === name)?.text !== text).map(({ name }) => name);
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
