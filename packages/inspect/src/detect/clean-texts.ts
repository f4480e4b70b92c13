/** Remembers short texts in which nothing was found, so that what comes with every request is read once. */
export interface CleanTexts {
  has(text: string): boolean;
  add(text: string): void;
}

const longest = 1_024;

/**
 * Bounded memory of clean texts: two generations of at most `characters` each; when the younger is full, the older is forgotten. A
 * text is known by its whole self, so that nobody can make another pass, only make it be read again.
 */
export function createCleanTexts(characters: number): CleanTexts {
  let young = new Set<string>();
  let old = new Set<string>();
  let held = 0;
  const add = (text: string): void => {
    if (text.length > longest) return;
    if (held + text.length > characters) {
      old = young;
      young = new Set();
      held = 0;
    }
    young.add(text);
    held += text.length + 32;
  };
  return {
    has(text) {
      if (young.has(text)) return true;
      if (!old.has(text)) return false;
      add(text);
      return true;
    },
    add,
  };
}
