/** Where a sealed value stands. It is authenticated, so that a ciphertext moved to another row, column or table does not open. */
export interface Place {
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  /** The row's primary key, as text. */
  readonly key: string;
}

/** A column made ready for many rows. */
export interface Field {
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  /** Tenant, table and column, each after its length (4 bytes, big-endian). */
  readonly prefix: Uint8Array;
}

/** Prepares a column; do it once and seal many rows with it. */
export function fieldOf({ tenant, table, column }: Omit<Place, 'key'>): Field {
  return Object.freeze({ tenant, table, column, prefix: lengthPrefixed(tenant, table, column) });
}

/** Each text as UTF-8 after its length, so that no two lists give the same bytes. */
export function lengthPrefixed(...texts: readonly string[]): Uint8Array {
  const sizes = texts.map((text) => Buffer.byteLength(text, 'utf8'));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + 4 + size, 0));
  let at = 0;
  texts.forEach((text, index) => {
    at = bytes.writeUInt32BE(sizes[index] ?? 0, at);
    at += bytes.write(text, at, 'utf8');
  });
  return bytes;
}

/** What is authenticated beside the value: the record's header and the four parts of the place. */
export function associatedData(header: Uint8Array, field: Field, key: string): Uint8Array {
  const keyBytes = Buffer.byteLength(key, 'utf8');
  const { prefix } = field;
  const bytes = Buffer.allocUnsafe(header.length + prefix.length + 4 + keyBytes);
  bytes.set(header, 0);
  bytes.set(prefix, header.length);
  bytes.write(key, bytes.writeUInt32BE(keyBytes, header.length + prefix.length), 'utf8');
  return bytes;
}
