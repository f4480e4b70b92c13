import { createRing, type Ring } from './bounded.ts';

/** One call of the platform API, with secrets masked. */
export interface LoggedCall {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The JSON body with secrets masked, or its size where it is no JSON of moderate size. */
  readonly body: unknown;
  readonly ip: string;
  readonly status: number;
  readonly errcode: number | undefined;
  readonly faults: readonly string[];
}

export type CallLog = Ring<LoggedCall>;

const capacity = 1000;
const maxLoggedBody = 8192;
const maxDepth = 6;
const secretNames = new Set([
  'access_token',
  'code',
  'component_access_token',
  'corpsecret',
  'echostr',
  'js_code',
  'json_signature',
  'key',
  'secret',
  'session_key',
  'signature',
  'suite_access_token',
]);

export function createCallLog(): CallLog {
  return createRing<LoggedCall>(capacity);
}

export function maskQuery(query: URLSearchParams): Record<string, string> {
  const masked: Record<string, string> = Object.create(null);
  for (const [name, value] of query) masked[name] = isSecret(name) ? mask(value) : value.slice(0, 512);
  return masked;
}

/** A body fit for the log: JSON with its secret members masked; of anything else only the size. */
export function maskBody(text: string): unknown {
  if (text === '') return undefined;
  if (text.length > maxLoggedBody) return { bytes: Buffer.byteLength(text) };
  try {
    return maskValue(JSON.parse(text), maxDepth);
  } catch {
    return { bytes: Buffer.byteLength(text) };
  }
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => maskValue(item, depth - 1));
  const masked: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(value)) {
    masked[name] = isSecret(name) && typeof item !== 'object' ? mask(String(item)) : maskValue(item, depth - 1);
  }
  return masked;
}

function isSecret(name: string): boolean {
  return secretNames.has(name.toLowerCase());
}

/** Says only whether there was a value: even a length helps to guess a short code. */
function mask(value: string): string {
  return value === '' ? '' : '***';
}
