import {
  type Checkpoint,
  decodeBundle,
  encodeHex,
  equalBytes,
  formatTilePath,
  parseCheckpoint,
  TILE_WIDTH,
  type TileId,
  TlogError,
  tileOf,
} from '@menshen/tlog';
import { openNote, parseVerifierKey, tree } from '@menshen/tlog/browser';

/** A size of the log and its root, hexadecimal, as this browser has seen them signed. */
export interface LogHead {
  readonly size: number;
  readonly root: string;
}

export interface WholeRequest {
  readonly vkey: string;
  /** The key that this browser saw first for this log; null at the first sight. */
  readonly knownKey: string | null;
  /** The head that this browser verified last; null when it has verified none. */
  readonly head: LogHead | null;
}

export const wholeProblemCodes = [
  'key_changed',
  'checkpoint_missing',
  'checkpoint_malformed',
  'signature_invalid',
  'bundle_missing',
  'bundle_malformed',
  'entry_differs',
  'tile_missing',
  'tile_differs',
  'root_differs',
  'pruning_unexplained',
  'rolled_back',
  'forked',
  'continuation_differs',
  'log_forgotten',
] as const;
export type WholeProblemCode = (typeof wholeProblemCodes)[number];

export interface WholeReport {
  readonly head: LogHead | null;
  /** The first entry; null where it was removed or cannot be read. */
  readonly first: Uint8Array | null;
  /** Entries that were removed when their retention had ended, as an entry of the log says: of these the hashes were verified. */
  readonly removed: number;
  readonly problems: readonly { readonly code: WholeProblemCode; readonly where: string }[];
}

/** Reads a file of the log (C2SP tlog-tiles), by its path; null when there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>;

const maxProblems = 50;
/** Bundles that are asked for while one is hashed. */
const ahead = 4;

/** A bundle with the hashes that the server keeps of its entries. */
interface Bundle {
  readonly first: number;
  readonly width: number;
  readonly id: TileId;
  readonly entries: Uint8Array | null;
  readonly hashes: Uint8Array | null;
}

/**
 * Verifies a whole log in this browser: fetches every entry, computes every leaf, every tile and the root, and compares them with what the server keeps
 * and has signed. Nothing is taken on its word but its key, and that only when it is seen for the first time; what this browser verified before must be
 * the beginning of what it is shown now. Memory stays small whatever the size. Rejects when a file cannot be read for another reason than its absence.
 */
export async function verifyWhole(
  read: ReadFile,
  request: WholeRequest,
  progress: (done: number, size: number) => void = () => undefined,
): Promise<WholeReport> {
  const problems: { code: WholeProblemCode; where: string }[] = [];
  const report = (code: WholeProblemCode, where: string): void => {
    if (problems.length < maxProblems) problems.push({ code, where });
  };
  if (request.knownKey !== null && request.knownKey !== request.vkey) report('key_changed', request.vkey);
  const checkpoint = await readCheckpoint(read, request.vkey, report);
  if (checkpoint === null) return { head: null, first: null, removed: 0, problems };
  const { size } = checkpoint;
  const { head } = request;
  if (head !== null && head.size > size) report('rolled_back', `${head.size} > ${size}`);
  const removed = await readRemoved(read, size, report);
  const builder = tree.builder();
  let start: Uint8Array | null = null;

  const compare = async (id: TileId, bytes: Uint8Array): Promise<void> => {
    if (id.level === 0 || id.level === 'entries') return;
    const stored = await read(formatTilePath(id));
    if (stored === null) report('tile_missing', formatTilePath(id));
    else if (!equalBytes(stored, bytes)) report('tile_differs', formatTilePath(id));
  };
  const underWay: Promise<Bundle>[] = [];
  let next = 0;
  for (let first = 0; first < size; first += TILE_WIDTH) {
    for (; next < size && underWay.length <= ahead; next += TILE_WIDTH) {
      const bundle = readBundle(read, next, size);
      // It is awaited in its turn: until then its failure is nobody's.
      bundle.catch(() => undefined);
      underWay.push(bundle);
    }
    const bundle = await underWay.shift();
    const leaves = bundle === undefined ? null : leavesOf(bundle, removed, report);
    if (bundle?.first === 0) start = entriesOf(bundle)?.[0] ?? null;
    if (leaves === null) return { head: null, first: start, removed, problems };
    for (const leaf of leaves) {
      for (const tile of builder.append(leaf)) await compare(tile.id, tile.bytes);
      if (head !== null && builder.size === head.size && encodeHex(builder.root()) !== head.root)
        report('forked', String(head.size));
    }
    progress(Math.min(size, first + TILE_WIDTH), size);
  }
  for (const tile of builder.partialTiles()) await compare(tile.id, tile.bytes);
  if (!equalBytes(builder.root(), checkpoint.root)) report('root_differs', 'checkpoint');
  return { head: { size, root: encodeHex(checkpoint.root) }, first: start, removed, problems };
}

type Report = (code: WholeProblemCode, where: string) => void;

export async function readCheckpoint(read: ReadFile, vkey: string, report: Report): Promise<Checkpoint | null> {
  const note = await read('checkpoint');
  if (note === null) {
    report('checkpoint_missing', 'checkpoint');
    return null;
  }
  let code: WholeProblemCode = 'signature_invalid';
  try {
    const key = await parseVerifierKey(vkey);
    const { text } = await openNote(note, [key]);
    code = 'checkpoint_malformed';
    const checkpoint = parseCheckpoint(text);
    if (checkpoint.origin === key.name) return checkpoint;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    if (error.code === 'note_malformed') code = 'checkpoint_malformed';
  }
  report(code, 'checkpoint');
  return null;
}

/** How many entries from the start may be missing: only where an entry of this very log says so, and its place is verified with the rest. */
async function readRemoved(read: ReadFile, size: number, report: Report): Promise<number> {
  const file = await read('minimum');
  if (file === null) return 0;
  const { minimum, entry } = parsed(file);
  const whole = Number.isSafeInteger(minimum) && Number.isSafeInteger(entry);
  if (whole && minimum === 0) return 0;
  if (whole && minimum % TILE_WIDTH === 0 && entry >= minimum && entry < size) {
    const first = entry - (entry % TILE_WIDTH);
    const bundle = await readBundle(read, first, size);
    const order = entriesOf(bundle)?.[entry - first];
    if (order !== undefined && orders(parsed(order), minimum)) return minimum;
  }
  report('pruning_unexplained', 'minimum');
  return 0;
}

// biome-ignore lint/suspicious/noExplicitAny: what a server sent, looked at member by member
export function parsed(bytes: Uint8Array): any {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) ?? {};
  } catch {
    return {};
  }
}

const orders = (event: Record<string, unknown>, minimum: number): boolean => {
  const own = (event['unmapped'] as { menshen?: { action?: unknown; detail?: { minimum?: unknown } } } | undefined)?.menshen;
  return event['status_id'] === 1 && own?.action === 'audit log.delete' && own.detail?.minimum === minimum;
};

async function readBundle(read: ReadFile, first: number, size: number): Promise<Bundle> {
  const wide = async (level: 0 | 'entries'): Promise<readonly [Uint8Array | null, number]> => {
    const id = tileOf(level, first, size);
    const exact = await read(formatTilePath(id));
    if (exact !== null || id.width === TILE_WIDTH) return [exact, id.width];
    // A partial one may have gone since: the full one begins with it.
    return [await read(formatTilePath({ ...id, width: TILE_WIDTH })), TILE_WIDTH];
  };
  const [[entries, width], [hashes]] = await Promise.all([wide('entries'), wide(0)]);
  return { first, width, id: tileOf(0, first, size), entries, hashes };
}

function entriesOf({ entries, width, id }: Bundle): Uint8Array[] | null {
  if (entries === null) return null;
  try {
    return decodeBundle(entries, width).slice(0, id.width);
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}

/** Leaf hashes of a bundle: of its entries where these are there. Null where neither entries nor hashes are. */
function leavesOf(bundle: Bundle, removed: number, report: Report): Uint8Array[] | null {
  const { first, id, hashes } = bundle;
  const kept =
    hashes === null || hashes.length < id.width * 32
      ? null
      : Array.from({ length: id.width }, (_, at) => hashes.subarray(at * 32, at * 32 + 32));
  if (kept === null) report('tile_missing', formatTilePath(id));
  const entries = entriesOf(bundle);
  const path = formatTilePath({ ...id, level: 'entries' });
  if (entries === null) {
    if (bundle.entries !== null) report('bundle_malformed', path);
    else if (first >= removed) report('bundle_missing', path);
    return kept;
  }
  const leaves = entries.map((entry) => tree.leafHash(entry));
  leaves.forEach((leaf, at) => {
    if (kept !== null && !equalBytes(leaf, kept[at] as Uint8Array)) report('entry_differs', String(first + at));
  });
  return leaves;
}
