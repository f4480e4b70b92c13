import { MenshenError } from '@menshen/contract';
import type * as z from 'zod';

const maxFields = 20;

/** Parses a part of a call. Throws `validation_failed` with the names of the fields, never what they held. */
export function parsePart(part: 'params' | 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  // No name holds a NUL, and stores disagree about where such a text ends.
  if (part !== 'body' && typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).flatMap(([name, text]) => (String(text).includes('\0') ? [name] : []));
    if (fields.length > 0) throw new MenshenError('validation_failed', { fields: fields.slice(0, maxFields) });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.map(String).join('.')))].slice(0, maxFields);
  throw new MenshenError('validation_failed', { fields });
}
