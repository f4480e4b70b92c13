import type { DataKind } from '@menshen/contract';

/** A field of a route's answers: `data.items[].mobile`, with `*` for members that are no names. */
export interface FieldRef {
  readonly app: string;
  readonly route: string;
  readonly field: string;
}

/** What was seen of one kind in one field; counts are of sampled answers. */
export interface FieldSeen extends FieldRef {
  readonly kind: DataKind;
  readonly answers: number;
  readonly values: number;
  /** Of the answers, those that showed it in clear. */
  readonly shown: number;
  /** Epoch ms. */
  readonly first: number;
  readonly last: number;
  /** When it was last shown in clear; null if never. */
  readonly lastShown: number | null;
}

/** What an administrator says of a field; null leaves a matter to what is seen. */
export interface Correction extends FieldRef {
  readonly kind: DataKind | null;
  readonly level: number | null;
  readonly owner: string;
  readonly note: string;
  readonly notPersonal: boolean;
  readonly by: string;
  readonly at: number;
}

/** Our own scale after the thought of GB/T 35273 and JR/T 0197: 4 does most harm when it gets out, 1 is not personal. */
export const levels: Readonly<Record<DataKind, number>> = {
  identity_card: 4,
  bank_card: 4,
  phone: 3,
  address: 3,
  name: 2,
  mail: 2,
};

/** One field with everything that is known of it. */
export interface FieldKnown extends FieldRef {
  readonly kind: DataKind;
  readonly level: number;
  /** What was seen, before any correction. */
  readonly seenKind: DataKind;
  readonly kinds: readonly { readonly kind: DataKind; readonly values: number }[];
  readonly answers: number;
  readonly values: number;
  readonly shown: number;
  readonly first: number;
  readonly last: number;
  readonly lastShown: number | null;
  readonly correction: Correction | null;
}

const keyOf = ({ app, route, field }: FieldRef): string => JSON.stringify([app, route, field]);

/** Puts the kinds of each field together; what an administrator said wins. Most sensitive first, then the latest. */
export function gatherFields(rows: readonly FieldSeen[], corrections: readonly Correction[]): FieldKnown[] {
  const corrected = new Map(corrections.map((one) => [keyOf(one), one]));
  const fields = new Map<string, FieldSeen[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = fields.get(key);
    if (known === undefined) fields.set(key, [row]);
    else known.push(row);
  }
  const known = [...fields].flatMap(([key, seen]): FieldKnown[] => {
    const kinds = seen.map(({ kind, values }) => ({ kind, values })).sort((a, b) => b.values - a.values);
    const [row] = seen;
    const [most] = kinds;
    if (row === undefined || most === undefined) return [];
    const correction = corrected.get(key) ?? null;
    const kind = correction?.kind ?? most.kind;
    const shownAt = seen.flatMap(({ lastShown }) => lastShown ?? []);
    return [
      {
        ...{ app: row.app, route: row.route, field: row.field, kind, seenKind: most.kind, kinds, correction },
        level: correction?.notPersonal === true ? 1 : (correction?.level ?? levels[kind]),
        // Kinds of one field share answers: the most of any is a lower bound of all.
        answers: Math.max(...seen.map(({ answers }) => answers)),
        values: kinds.reduce((sum, { values }) => sum + values, 0),
        shown: Math.max(...seen.map(({ shown }) => shown)),
        first: Math.min(...seen.map(({ first }) => first)),
        last: Math.max(...seen.map(({ last }) => last)),
        lastShown: shownAt.length === 0 ? null : Math.max(...shownAt),
      },
    ];
  });
  return known.sort((a, b) => b.level - a.level || b.last - a.last);
}
