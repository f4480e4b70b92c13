import { addressRange } from '@menshen/contract';
import { readTypedList } from './typed-list.ts';

/** Addresses and networks as they are typed, one a line or set apart by commas; those that are none come back as they were typed. */
export function readAddresses(text: string): { readonly ranges: readonly string[]; readonly wrong: readonly string[] } {
  const { good, wrong } = readTypedList(text, addressRange);
  return { ranges: good, wrong };
}
