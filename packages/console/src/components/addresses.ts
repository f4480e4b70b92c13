import { addressRange } from '@menshen/contract';

/** Addresses and networks as they are typed, one a line or set apart by commas; those that are none come back as they were typed. */
export function readAddresses(text: string): { readonly ranges: readonly string[]; readonly wrong: readonly string[] } {
  const parts = text.split(/[\s,，;；]+/u).filter((part) => part !== '');
  const ranges = [...new Set(parts)];
  return {
    ranges: ranges.filter((part) => addressRange.safeParse(part).success),
    wrong: ranges.filter((part) => !addressRange.safeParse(part).success),
  };
}
