const letter = String.raw`[\p{L}\p{N}_]`;
const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A name where it stands alone: `li` is not in `line`. Its characters stand for themselves; a hyphen does without an escape, which `u` would refuse. */
export const wholeName = (name: string): RegExp => new RegExp(`(?<!${letter})${quoted(name)}(?!${letter})`, 'gu');
