/** Embeddings, overrides and isolates (Unicode TR9 §2): from U+202A to U+202E, and from U+2066 to U+2069. */
const marks = /[\u202a-\u202e\u2066-\u2069]/g;
/** The same distance above the first letter for private use (U+E000): no font has a letter there, so that a box is seen. */
const boxes = /[\ue02a-\ue02e\ue066-\ue069]/g;
const apart = 0xe000 - 0x2000;

const moved = (text: string, pattern: RegExp, by: number): string =>
  text.replace(pattern, (mark) => String.fromCharCode(mark.charCodeAt(0) + by));

/**
 * Marks that turn the direction of writing, as boxes. Agents, paths, names of files and of people come from strangers: by such a mark `exe.fdp` is read as `pdf.exe`, and one
 * person as another. Nothing of the console's own needs them.
 */
export const withBoxes = (text: string): string => moved(text, marks, apart);

/** What goes back to the server, as it came: a name is found by what it is. */
export function withMarks<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  const back = moved(text, boxes, -apart);
  return back === text ? value : (JSON.parse(back) as Value);
}
