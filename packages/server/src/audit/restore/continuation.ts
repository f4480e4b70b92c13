import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, makeVerifierKey } from '@menshen/tlog';
import { parseVerifierKey, sha256 } from '@menshen/tlog/node';
import { WriterError } from '../../writer/protocol.ts';
import { entityManagementEvent } from '../events.ts';

/** Folder, in a log's folder, of the log that it continues: moved there whole. */
export const PREVIOUS_FOLDER = 'previous';
/** File of a log's folder that names its origin where that is not the configuration's: the log continues another. */
export const ORIGIN_FILE = 'origin';
/** `unmapped.menshen.action` of the first entry of a log that continues another. */
export const CONTINUE_ACTION = 'audit log.create';

/** What the first entry of a restored log says of the one that it continues. */
export interface Continuation {
  readonly origin: string;
  /** Last checkpoint of the old log as it was restored, and its size and root (hexadecimal). */
  readonly checkpoint: string;
  readonly size: number;
  readonly root: string;
  /** The largest size that database or witnesses had noted of the old log: beyond `size` its entries are lost. */
  readonly noted: number;
  readonly reason: string;
}

const MAX_GENERATION = 10_000;

/** Origin of the log after one: `menshen.local/audit` is continued by `menshen.local/audit/2`. */
export function nextOrigin(base: string, origin: string): string {
  return `${base}/${origin === base ? 2 : generationOf(base, origin) + 1}`;
}

function generationOf(base: string, origin: string): number {
  const text = origin.startsWith(`${base}/`) ? origin.slice(base.length + 1) : '';
  const number = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (number < 2 || number > MAX_GENERATION)
    throw new WriterError('audit_damaged', "the log's origin is not that of the configuration");
  return number;
}

/** The origin under which the log of a folder is written. Throws `audit_damaged` when the folder is of another configuration. */
export function originOf(directory: string, base: string): string {
  let text: string;
  try {
    text = readFileSync(join(directory, ORIGIN_FILE), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return base;
    throw error;
  }
  generationOf(base, text);
  return text;
}

/** The first entry of a log that continues another, as canonical JSON. */
export function continuationEvent(
  { origin, checkpoint, size, root, noted, reason }: Continuation,
  by: string,
  time: number,
): string {
  const detail = { continues: origin, checkpoint, size, root, noted, lost: Math.max(0, noted - size), reason };
  return entityManagementEvent({ time, activity: 'create', entity: 'audit log', by, detail });
}

/** Reads the first entry of a log; null when it does not continue another. */
export function parseContinuation(entry: Uint8Array): Continuation | null {
  try {
    const event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry)) as {
      unmapped?: { menshen?: { action?: unknown; detail?: Record<string, unknown> } };
    };
    const own = event.unmapped?.menshen;
    const { continues: origin, checkpoint, size, root, noted, reason } = own?.detail ?? {};
    if (own?.action !== CONTINUE_ACTION || typeof origin !== 'string' || typeof checkpoint !== 'string') return null;
    if (!Number.isSafeInteger(size) || !Number.isSafeInteger(noted) || typeof root !== 'string') return null;
    return { origin, checkpoint, size: Number(size), root, noted: Number(noted), reason: String(reason) };
  } catch {
    return null;
  }
}

/** The verifier key of another log of the same chain: the same key under that log's name. Throws `key_malformed`. */
export function verifierKeyFor(origin: string, vkey: string): string {
  const { type, publicKey } = parseVerifierKey(vkey);
  return formatVerifierKey(makeVerifierKey(sha256, origin, type, publicKey));
}
