/** Kinds of body that the inspector reads. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** Bounds of one request. Bytes are bytes of UTF-8 after content decoding. */
export interface InspectionLimits {
  /** Body, as received and again after decompression. */
  readonly maxBodyBytes: number;
  /** Containers inside each other; the outermost counts. */
  readonly maxDepth: number;
  /** Members of all objects together; fields of a form. */
  readonly maxKeys: number;
  /** Bytes of one key, as written. */
  readonly maxKeyLength: number;
  /** Bytes of one string, form field or text part, as written. */
  readonly maxStringLength: number;
  /** Elements of one array. */
  readonly maxArrayItems: number;
  /** Characters of one number. */
  readonly maxNumberLength: number;
  /** Characters of the path as received. */
  readonly maxPathBytes: number;
  /** Characters of the query as received. */
  readonly maxQueryBytes: number;
  /** Query parameters. */
  readonly maxParameters: number;
  /** Names and values of all headers. */
  readonly maxHeaderBytes: number;
  /** Header lines. */
  readonly maxHeaders: number;
  /** Parts of a multipart body. */
  readonly maxParts: number;
  /** Bytes of one part's headers. */
  readonly maxPartHeaderBytes: number;
  /** Bytes of one file in a multipart body. */
  readonly maxFileBytes: number;
  /** How many times larger than the compressed body the decompressed one may be; the first 64 KiB are free. */
  readonly maxCompressionRatio: number;
}

/** How one route wants its requests read. Everything absent has the strict default. */
export interface InspectionProfile {
  readonly limits?: Partial<InspectionLimits>;
  /** Kinds of body accepted; JSON, forms, multipart and text by default. */
  readonly bodyTypes?: Iterable<BodyKind>;
  /**
   * Media types accepted as `binary`, lower case, such as `image/png`; `application/octet-stream` by default. A `type/*` is
   * allowed.
   */
  readonly rawTypes?: Iterable<string>;
  /**
   * Query parameters and form fields that may come more than once; their value is an array. `true` for every name. None by
   * default.
   */
  readonly repeatable?: Iterable<string> | boolean;
  /** Whether a body of length 0 is accepted for JSON. False by default. */
  readonly emptyBody?: boolean;
  /**
   * `exact` (default): a JSON number that a double cannot hold is refused, because the backend may read another number than
   * we checked. `double`: only numbers beyond the range of a double are refused.
   */
  readonly numbers?: 'exact' | 'double';
}

export const defaultLimits: InspectionLimits = Object.freeze({
  maxBodyBytes: 1_048_576,
  maxDepth: 32,
  maxKeys: 2_000,
  maxKeyLength: 256,
  maxStringLength: 262_144,
  maxArrayItems: 5_000,
  maxNumberLength: 64,
  maxPathBytes: 2_048,
  maxQueryBytes: 8_192,
  maxParameters: 100,
  maxHeaderBytes: 16_384,
  maxHeaders: 100,
  maxParts: 64,
  maxPartHeaderBytes: 2_048,
  maxFileBytes: 1_048_576,
  maxCompressionRatio: 100,
});

/** A profile after normalisation: every question is one lookup. */
export interface NormalProfile {
  readonly limits: InspectionLimits;
  readonly kinds: ReadonlySet<BodyKind>;
  readonly acceptsRaw: (mediaType: string) => boolean;
  readonly mayRepeat: (name: string) => boolean;
  readonly emptyBody: boolean;
  readonly exactNumbers: boolean;
}

const defaultKinds: readonly BodyKind[] = ['json', 'form', 'multipart', 'text'];
const deepest = 1_000;

/**
 * Normalises a profile once, when the route is compiled. When `maxBodyBytes` is given and `maxFileBytes` is not, a file may
 * fill the body. Throws a RangeError on a limit that is not a whole number of at least 1, or a depth beyond 1,000.
 */
export function normaliseProfile(profile: InspectionProfile): NormalProfile {
  const given = profile.limits ?? {};
  const limits: InspectionLimits = { ...defaultLimits, maxFileBytes: given.maxBodyBytes ?? defaultLimits.maxFileBytes, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number of at least 1`);
  }
  if (limits.maxDepth > deepest) throw new RangeError(`maxDepth must be at most ${deepest}`);
  return Object.freeze({
    limits: Object.freeze(limits),
    kinds: new Set(profile.bodyTypes ?? defaultKinds),
    acceptsRaw: rawPredicate(profile.rawTypes ?? ['application/octet-stream']),
    mayRepeat: repeatPredicate(profile.repeatable ?? false),
    emptyBody: profile.emptyBody ?? false,
    exactNumbers: profile.numbers !== 'double',
  });
}

function rawPredicate(types: Iterable<string>): (mediaType: string) => boolean {
  const exact = new Set<string>();
  const groups = new Set<string>();
  for (const type of types) {
    if (type.endsWith('/*')) groups.add(type.slice(0, -1));
    else exact.add(type);
  }
  return (mediaType) => exact.has(mediaType) || groups.has(mediaType.slice(0, mediaType.indexOf('/') + 1));
}

function repeatPredicate(repeatable: Iterable<string> | boolean): (name: string) => boolean {
  if (typeof repeatable === 'boolean') return () => repeatable;
  const names = new Set(repeatable);
  return (name) => names.has(name);
}
