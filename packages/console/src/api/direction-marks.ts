/**
 * Signs that nobody sees, or that only turn the direction of writing (Unicode TR9 §2, TR36 §2.5): soft hyphen, Arabic letter mark, zero-width space, marks, embeddings,
 * overrides and isolates, word joiner and its like, Hangul fillers, the blank of Braille and the byte order mark. The two joiners stay: faces of families
 * and Persian names are written with them.
 */
const hidden = '\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0';
const first = 0xe000;

const members = hidden.replaceAll(/(.)-(.)/g, (_range, from: string, to: string) =>
  String.fromCharCode(...Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, at) => from.charCodeAt(0) + at)),
);
/** The nth sign is the nth letter for private use (from U+E000): no font has a letter there, so that a box is seen. */
const boxOf = new Map([...members].map((sign, at) => [sign, String.fromCharCode(first + at)]));
const signOf = new Map([...boxOf].map(([sign, box]) => [box, sign]));

const anyHidden = new RegExp(`[${hidden}]`, 'g');
const anyBox = new RegExp(`[${String.fromCharCode(first)}-${String.fromCharCode(first + members.length - 1)}]`, 'g');

/**
 * Such signs as boxes. Agents, paths, names of files and of people come from strangers: by them `exe.fdp` is read as `pdf.exe`, one person as another, and a
 * name of nothing else is no name to press. Nothing of the console's own needs them.
 */
export const withBoxes = (text: string): string => text.replace(anyHidden, (sign) => boxOf.get(sign) ?? sign);

/** What goes back to the server, as it came: a name is found by what it is. */
export function withMarks<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  const back = text.replace(anyBox, (box) => signOf.get(box) ?? box);
  return back === text ? value : (JSON.parse(back) as Value);
}
