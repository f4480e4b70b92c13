import { isIP } from 'node:net';
import type { Place } from './model.ts';

/** Finds the place of an address; null when it is not known. */
export type AddressPlaces = (address: string) => Place | null;

const maxLines = 2_000_000;

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
 * Where ranges lie within one another, the smaller one counts.
 * @throws RangeError naming the line that is not of this form
 */
export function readAddressPlaces(text: string): AddressPlaces {
  const ranges: Range[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === '' || line.startsWith('#')) return;
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
    ranges.push({ first: start, last: start + size - 1n, place });
  });
  // Outer ranges before inner ones; the innermost that holds an address is then the last one found.
  ranges.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.last > b.last ? -1 : 1));
  const parents = enclosing(ranges);

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

/** For every range the index of the one around it, -1 for none. CIDR ranges either nest or are apart. */
function enclosing(ranges: readonly Range[]): number[] {
  const parents: number[] = [];
  const open: number[] = [];
  ranges.forEach((range, at) => {
    while (open.length > 0 && (ranges[open.at(-1) ?? 0]?.last ?? 0n) < range.first) open.pop();
    parents.push(open.at(-1) ?? -1);
    open.push(at);
  });
  return parents;
}
