/** Remembers what was found in short texts, so that what comes with every request is read once. */
export interface KnownTexts<Outcome> {
  get(text: string): Outcome | undefined;
  /** `size` is what the outcome holds, in characters. */
  set(text: string, outcome: Outcome, size?: number): void;
}

const longest = 1_024;
/** What an entry holds beside its characters. */
const overhead = 32;

/**
 * Bounded memory of texts: two generations of at most `characters` each; when the younger is full, the older is forgotten. A text is known
 * by its whole self, so that nobody can make another pass, only make it be read again.
 */
export function createKnownTexts<Outcome>(characters: number): KnownTexts<Outcome> {
  let young = new Map<string, { readonly outcome: Outcome; readonly size: number }>();
  let old: typeof young = new Map();
  let held = 0;
  const set = (text: string, outcome: Outcome, size = 0): void => {
    if (text.length > longest) return;
    const more = text.length + size + overhead;
    if (held + more > characters) {
      old = young;
      young = new Map();
      held = 0;
    }
    young.set(text, { outcome, size });
    held += more;
  };
  return {
    get(text) {
      const known = young.get(text);
      if (known !== undefined) return known.outcome;
      const before = old.get(text);
      if (before === undefined) return undefined;
      set(text, before.outcome, before.size);
      return before.outcome;
    },
    set,
  };
}
