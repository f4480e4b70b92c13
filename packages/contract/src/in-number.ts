/**
 * A text of ours in the number of a count, in English: `[s]` is left out for one, of `[is|are]` one takes the first. Nobody else's words may stand in it.
 */
export const inNumber = (count: number, text: string): string =>
  text.replace(/\[([^|\]]*)(?:\|([^\]]*))?\]/g, (_, one: string, other: string | undefined) => {
    if (other === undefined) return count === 1 ? '' : one;
    return count === 1 ? one : other;
  });
