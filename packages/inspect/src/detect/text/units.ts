import { Buffer } from 'node:buffer';

/** Zeros behind a text, for whoever looks a few characters ahead: where a string says NaN, its units say 0. */
const padding = 16;
/** Up to here copying character by character is quicker than copying at once. */
export const longestByHand = 40;
/** More than nearly all texts need; what a longer one took is given back. */
const kept = 131_072;
const smallest = 1_024;

interface Copy {
  text: string;
  readonly units: Uint16Array;
  readonly bytes: Buffer;
  /** Units that were written since it was cleared. */
  used: number;
}

function emptyCopy(size: number): Copy {
  const units = new Uint16Array(size + padding);
  return { text: '', units, bytes: Buffer.from(units.buffer), used: 0 };
}

/** A text, its small letters, and what is read within them. */
const copies = Array.from({ length: 4 }, () => emptyCopy(smallest));
let turn = 0;
let lastText = '';
let lastUnits = (copies[0] as Copy).units;

/**
 * The UTF-16 units of a text, with zeros behind them, for passes over whole texts: an element of an array is had in a third of the time of a string's character,
 * for which V8 asks each time what form the string has. Valid until other texts were asked for three times; behind the zeros stands nothing of meaning.
 */
export function unitsOf(text: string): Uint16Array {
  if (text !== lastText) return copyOf(text);
  // An equal text may be another string, and comparing it character by character once is enough.
  lastText = text;
  return lastUnits;
}

function copyOf(text: string): Uint16Array {
  for (const copy of copies) {
    if (copy.text !== text) continue;
    lastText = text;
    lastUnits = copy.units;
    return copy.units;
  }
  const { length } = text;
  turn = (turn + 1) % copies.length;
  if ((copies[turn] as Copy).units.length < length + padding) copies[turn] = emptyCopy(Math.max(length, smallest * 2));
  const copy = copies[turn] as Copy;
  const { units } = copy;
  if (length > longestByHand) copy.bytes.write(text, 0, 'utf16le');
  else for (let at = 0; at < length; at += 1) units[at] = text.charCodeAt(at);
  for (let at = length; at < length + padding; at += 1) units[at] = 0;
  copy.text = text;
  if (length > copy.used) copy.used = length;
  lastText = text;
  lastUnits = units;
  return units;
}

/** Lets go of the texts, so that nothing of a request outlives it. */
export function forgetUnits(): void {
  copies.forEach((copy, at) => {
    if (copy.used > kept) copies[at] = emptyCopy(smallest);
    else if (copy.used > 0) {
      copy.units.fill(0, 0, copy.used);
      copy.text = '';
      copy.used = 0;
    }
  });
  lastText = '';
  lastUnits = (copies[0] as Copy).units;
}
