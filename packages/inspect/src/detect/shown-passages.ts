/** Finds the passages of a text that an article shows as code. */
export interface ShownPassages {
  /** Whether the character at `at` stands in one. Asked more than once of a text, it reads the text once. */
  holds(text: string, at: number): boolean;
  /** Lets go of the text. */
  forget(): void;
}

/** An element of an article at the very beginning: what an interpreter of anything but markup stumbles over. */
const beginsArticle =
  /^\s{0,16}<(?:p|div|h[1-6]|section|article|main|ul|ol|table|blockquote|pre|figure|span|strong|br|hr|img)[\s>/]/i;
const element = /<(\/?)(?:pre|code|samp|kbd)(?=[\s>])|\u2026/gi;
/** What stands where a part of a long text was left out because it had been read before. */
const gap = 0x2026;
const stepsOfCharacter = 2;

/** Makes a finder that remembers the last text. Its time is linear in a text's length, and nothing for a text that begins otherwise. */
export function createShownPassages(spend: (steps: number) => boolean): ShownPassages {
  let last = '';
  /** Beginnings and ends by turns, in order. */
  let bounds: number[] = [];
  return {
    holds(text, at) {
      if (!beginsArticle.test(text.slice(0, 40))) return false;
      if (text !== last) {
        last = text;
        spend(text.length * stepsOfCharacter);
        bounds = boundsOf(text);
      }
      let low = 0;
      let high = bounds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((bounds[middle] as number) <= at) low = middle + 1;
        else high = middle;
      }
      return low % 2 === 1;
    },
    forget() {
      if (last === '') return;
      last = '';
      bounds = [];
    },
  };
}

/** An element that nothing closes shows nothing, except where a part was left out; nor does an end without a beginning. */
function boundsOf(text: string): number[] {
  const bounds: number[] = [];
  let depth = 0;
  let start = 0;
  let lastGap = -1;
  element.lastIndex = 0;
  for (let found = element.exec(text); found !== null; found = element.exec(text)) {
    if (text.charCodeAt(found.index) === gap) {
      if (depth === 0) lastGap = found.index;
      else {
        bounds.push(start, found.index);
        start = found.index;
      }
    } else if (found[1] === '') {
      if (depth === 0) start = found.index;
      depth += 1;
      lastGap = -1;
    } else if (depth > 0) {
      depth -= 1;
      if (depth === 0) bounds.push(start, found.index);
    } else if (lastGap >= 0) {
      bounds.push(lastGap, found.index);
      lastGap = -1;
    }
  }
  return bounds;
}
