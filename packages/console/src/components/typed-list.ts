import type * as z from 'zod';

/** Things as they are typed, one a line or set apart by commas, each once; what the schema refuses comes back as it was typed. */
export function readTypedList(
  text: string,
  schema: z.ZodType<string>,
): { readonly good: readonly string[]; readonly wrong: readonly string[] } {
  const parts = [...new Set(text.split(/[\s,，;；]+/u).filter((part) => part !== ''))];
  return {
    good: parts.filter((part) => schema.safeParse(part).success),
    wrong: parts.filter((part) => !schema.safeParse(part).success),
  };
}
