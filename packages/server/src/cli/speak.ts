/** Control characters except tab and line feed, and the marks that turn the direction of what follows (Unicode TR36 §2.10). */
const unseen = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Colours, which our own tables write. */
const colours = /(\x1b\[(?:0|1|2|3[0-7]|9[0-7])m)/;

/**
 * A text for a person's terminal. Paths, agents, names and texts of findings come from strangers: an escape sequence in them would colour, hide, or overwrite what
 * the command says, and some terminals do more. They are shown as `\\u001b`, which JSON reads as the same character.
 */
export function legible(text: string): string {
  return text
    .split(colours)
    .map((piece, at) =>
      at % 2 === 1 ? piece : piece.replace(unseen, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`),
    )
    .join('');
}

/** Writes lines to a stream of the process: to a terminal legibly, to a program or file as they are. */
export const speakTo =
  (stream: { readonly isTTY?: boolean; write(text: string): unknown }) =>
  (text: string): void =>
    void stream.write(`${stream.isTTY === true ? legible(text) : text}\n`);
