import { isIP } from 'node:net';
import type { Place } from './model.ts';

/** Finds the place of an address; null when it is not known. */
export type AddressPlaces = (address: string) => Place | null;

const maxLines = 2_000_000;
const newline = 0x0a;

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly place: Place;
}

/** An address as a number, IPv4 in its mapped form, so that both families sort in one list. */
function numberOf(address: string): bigint | null {
  const family = isIP(address);
  if (family === 4) return 0xffff_0000_0000n | address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  if (family !== 6) return null;
  const plain = address.split('%')[0] ?? '';
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): bigint[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => {
          if (!group.includes('.')) return [BigInt(`0x${group}`)];
          const four = group.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
          return [four >> 16n, four & 0xffffn];
        });
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array<bigint>(tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)).fill(0n);
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
}

/**
 * Reads a list of places: a line each, `CIDR,country,city,lat,lon`, UTF-8, `#` for comments. Offline and replaceable: nothing is looked up anywhere.
 * Where ranges lie within one another, the smaller one counts. Half a million lines take seconds: pauses may be made between its steps.
 * @throws RangeError naming the line that is not of this form
 */
export function* readAddressPlaces(file: Buffer): Generator<void, AddressPlaces> {
  const ranges: Range[] = [];
  let number = 0;
  for (let from = 0; from <= file.length; number += 1) {
    const found = file.indexOf(newline, from);
    const end = found === -1 ? file.length : found;
    const line = file.toString('utf8', from, end).trim();
    from = end + 1;
    if (line !== '' && !line.startsWith('#')) ranges.push(rangeOf(line, number));
    if (number % stepLines === 0) yield;
  }
  const sorted = yield* sortRanges(ranges);
  return lookUp(sorted, yield* enclosing(sorted));
}

/** Lines, or ranges, that are worked on between two pauses; about a millisecond. */
const stepLines = 256;

function rangeOf(line: string, at: number): Range {
  if (at >= maxLines) throw new RangeError(`line ${at + 1}: the list is too long`);
  const [cidr = '', country = '', city = '', lat, lon, ...more] = line.split(',').map((cell) => cell.trim());
  const [network = '', bits] = cidr.split('/');
  const first = numberOf(network);
  const width = isIP(network) === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  const place = { country, city, lat: Number(lat), lon: Number(lon) };
  const formed =
    first !== null &&
    Number.isInteger(prefix) &&
    prefix >= 0 &&
    prefix <= width &&
    city !== '' &&
    lat !== '' &&
    lon !== '' &&
    Math.abs(place.lat) <= 90 &&
    Math.abs(place.lon) <= 180 &&
    more.length === 0;
  if (!formed) throw new RangeError(`line ${at + 1} is not CIDR,country,city,lat,lon`);
  const size = 1n << BigInt(width - prefix);
  const start = (first / size) * size;
  return { first: start, last: start + size - 1n, place };
}

/** Outer ranges before inner ones; the innermost that holds an address is then the last one found. */
const outerFirst = (a: Range, b: Range): number =>
  a.first < b.first ? -1 : a.first > b.first ? 1 : a.last > b.last ? -1 : a.last < b.last ? 1 : 0;

/** Sorts runs, and merges them in pairs: `sort` of the whole list is one step, and the longest of all. Equal ranges keep their order. */
function* sortRanges(ranges: readonly Range[]): Generator<void, readonly Range[]> {
  let sorted = ranges;
  let run = stepLines;
  const runs: Range[] = [];
  for (let at = 0; at < sorted.length; at += run) {
    runs.push(...sorted.slice(at, at + run).sort(outerFirst));
    yield;
  }
  for (sorted = runs; run < sorted.length; run *= 2) {
    const merged: Range[] = [];
    for (let at = 0; at < sorted.length; at += 2 * run) {
      const middle = Math.min(at + run, sorted.length);
      const end = Math.min(at + 2 * run, sorted.length);
      let left = at;
      let right = middle;
      while (left < middle || right < end) {
        const a = left < middle ? sorted[left] : undefined;
        const b = right < end ? sorted[right] : undefined;
        const next = b === undefined || (a !== undefined && outerFirst(a, b) <= 0) ? a : b;
        if (next === undefined) break;
        if (next === a) left += 1;
        else right += 1;
        merged.push(next);
        if (merged.length % stepLines === 0) yield;
      }
    }
    sorted = merged;
  }
  return sorted;
}

/** For every range the index of the one around it, -1 for none. CIDR ranges either nest or are apart. */
function* enclosing(ranges: readonly Range[]): Generator<void, readonly number[]> {
  const parents: number[] = [];
  const open: number[] = [];
  for (const [at, range] of ranges.entries()) {
    while (open.length > 0 && (ranges[open.at(-1) ?? 0]?.last ?? 0n) < range.first) open.pop();
    parents.push(open.at(-1) ?? -1);
    open.push(at);
    if (at % stepLines === 0) yield;
  }
  return parents;
}

function lookUp(ranges: readonly Range[], parents: readonly number[]): AddressPlaces {
  return (address) => {
    const value = numberOf(address);
    if (value === null) return null;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.first ?? 0n) <= value) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0; at = parents[at] ?? -1) {
      const range = ranges[at];
      if (range !== undefined && value <= range.last) return range.place;
    }
    return null;
  };
}
