/** Computes a value anew only when what it is made from is another object. */
export function memoized<S, T>(source: () => S, make: (from: S) => T): () => T {
  let last: { readonly from: S; readonly value: T } | null = null;
  return () => {
    const from = source();
    if (last === null || last.from !== from) last = { from, value: make(from) };
    return last.value;
  };
}
