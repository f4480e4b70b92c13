/** A page of a list; the cursor is where the next begins. */
export function paged<Row>(
  rows: readonly Row[],
  limit: number,
  cursor: string | undefined,
): { readonly rows: Row[]; readonly next: string | null } {
  const from = Number(cursor ?? '0');
  return { rows: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
}
