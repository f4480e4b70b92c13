import type { JsonObject } from '../schema/pointer.ts';
import type { FieldKind } from './field-kind.ts';
import { bothKinds } from './field-kind.ts';
import { isHarmlessPattern } from './harmless-pattern.ts';

const formatKinds: ReadonlyMap<string, FieldKind> = new Map([
  ['date', 'date'],
  ['time', 'date'],
  ['date-time', 'date'],
  ['local-date-time', 'date'],
  ['duration', 'date'],
  ['uuid', 'id'],
  ['id', 'id'],
  ['ipv4', 'id'],
  ['ipv6', 'id'],
  ['hostname', 'id'],
  ['cn-id-card', 'id'],
  ['cn-mobile', 'mobile'],
  ['cn-name', 'name'],
  ['byte', 'base64'],
  ['http-url', 'url'],
  ['opaque-token', 'token'],
  ['rich-text', 'rich_text'],
  ['json-text', 'json'],
  ['code', 'code'],
  ['short-text', 'short_text'],
  ['text', 'text'],
]);

/** What a schema says by its own keywords about a text at its place; combinations (`allOf`, `anyOf`, ...) are the caller's. */
export function ownTextKind(schema: JsonObject): FieldKind {
  if (!mayBeText(schema.type)) return 'none';
  let kind: FieldKind = 'unknown';
  if ('const' in schema || Array.isArray(schema.enum)) kind = 'enum';
  if (typeof schema.format === 'string') kind = bothKinds(kind, formatKinds.get(schema.format) ?? 'unknown');
  if (typeof schema.pattern === 'string' && isHarmlessPattern(schema.pattern)) kind = bothKinds(kind, 'pattern');
  return kind;
}

function mayBeText(type: unknown): boolean {
  if (type === undefined) return true;
  return Array.isArray(type) ? type.includes('string') : type === 'string';
}
