/** Stands in the place of a value that a backend may read from another member than we would: it is no text, no number and no list. */
export const ambiguous: unique symbol = Symbol('a value with two readings');

/**
 * The name under which backends may know a member: Go, .NET and others tell no capital from a small letter, also where Unicode says so (`ſ` is an s); PHP
 * takes spaces from the front of a parameter's name, makes `_` of dots and spaces in it, and a list of what has a bracket.
 */
export function foldedName(name: string): string {
  const bracket = name.indexOf('[');
  const bare = (bracket < 0 ? name : name.slice(0, bracket)).trimStart();
  return bare.replaceAll(/[ .]/g, '_').toUpperCase().toLowerCase();
}

/** Finds a member of this name; undefined where there is none, {@link ambiguous} where another member may be read as it. */
export function memberReader(name: string): (container: unknown) => unknown {
  const folded = foldedName(name);
  return (container) => {
    if (typeof container !== 'object' || container === null || Array.isArray(container)) return undefined;
    for (const key of Object.keys(container)) if (key !== name && foldedName(key) === folded) return ambiguous;
    return Object.hasOwn(container, name) ? (container as Record<string, unknown>)[name] : undefined;
  };
}

/** As {@link memberReader}, through objects within objects. */
export function pathReader(names: readonly string[]): (container: unknown) => unknown {
  const readers = names.map(memberReader);
  return (container) => {
    let at = container;
    for (const read of readers) {
      at = read(at);
      if (at === undefined || at === ambiguous) return at;
    }
    return at;
  };
}

/**
 * As {@link pathReader} over the body. Servlets, PHP and Rails know one list of parameters, of query and body together, and some take the query's first:
 * a parameter of the same name that says something else makes two readings.
 */
export function bodyReader(
  names: readonly string[],
): (request: {
  readonly parsedQuery: Readonly<Record<string, string | readonly string[]>> | null;
  readonly parsedBody: unknown;
}) => unknown {
  const read = pathReader(names);
  const folded = foldedName(names[0] ?? '');
  return ({ parsedQuery, parsedBody }) => {
    const value = read(parsedBody);
    if (parsedQuery === null) return value;
    for (const key of Object.keys(parsedQuery))
      if (foldedName(key) === folded && (typeof value === 'symbol' || parsedQuery[key] !== String(value))) return ambiguous;
    return value;
  };
}
