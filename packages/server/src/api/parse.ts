import { MenshenError } from '@menshen/contract';
import type * as z from 'zod';

const maxFields = 20;

/** Parses a part of a call. Throws `validation_failed` with the names of the fields, never what they held. */
export function parsePart(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.map(String).join('.')))].slice(0, maxFields);
  throw new MenshenError('validation_failed', { fields });
}
