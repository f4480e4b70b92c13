import { TILE_WIDTH } from '@menshen/tlog';
import type { LogSource } from './source.ts';

/** The file of a log's folder that says below which index entries were removed (C2SP tlog-tiles: pruning). */
export const MINIMUM_FILE = 'minimum';
/** `unmapped.menshen.action` of the entry that orders it: without such an entry nothing may be missing. */
export const PRUNE_ACTION = 'audit log.delete';

/** Below which index entries were removed, and the entry of the log that ordered it. */
export interface Minimum {
  /** A multiple of 256. */
  readonly minimum: number;
  readonly entry: number;
}

export const NOTHING_REMOVED: Minimum = { minimum: 0, entry: -1 };

export function formatMinimum({ minimum, entry }: Minimum): string {
  return `${JSON.stringify({ minimum, entry })}\n`;
}

/** Reads the file's content; null when it is none. */
export function parseMinimum(text: string): Minimum | null {
  try {
    const { minimum, entry } = JSON.parse(text) as Partial<Minimum>;
    const valid = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
    if (!valid(minimum) || !valid(entry) || minimum % TILE_WIDTH !== 0 || entry < minimum) return null;
    return { minimum, entry };
  } catch {
    return null;
  }
}

/** What a log says of its removed entries; null when its file cannot be read as such. */
export async function readMinimum(source: LogSource): Promise<Minimum | null> {
  const bytes = await source.read(MINIMUM_FILE);
  if (bytes === null) return NOTHING_REMOVED;
  return bytes.length > 200 ? null : parseMinimum(new TextDecoder().decode(bytes));
}

/** Whether an entry orders the removal of all entries below `minimum`. */
export function ordersRemoval(entry: Uint8Array, minimum: number): boolean {
  try {
    const event = JSON.parse(new TextDecoder().decode(entry)) as {
      status_id?: number;
      unmapped?: { menshen?: { action?: string; detail?: { minimum?: number } } };
    };
    const own = event.unmapped?.menshen;
    return own?.action === PRUNE_ACTION && own.detail?.minimum === minimum && event.status_id === 1;
  } catch {
    return false;
  }
}
