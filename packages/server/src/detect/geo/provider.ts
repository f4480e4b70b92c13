import { isIP } from 'node:net';
import IP2Region from 'ip2region';
import type { Place } from '../../identity/risk/model.ts';
import { cityName, countryOf, pointOfCity } from './cities.ts';

/** Finds where an address is, offline; null when it is not known. */
export type GeoProvider = (address: string) => Place | null;

const REMEMBERED = 20_000;

interface Lookup {
  search(address: string): { country: string; province: string; city: string } | null;
}

/**
 * The places that ship with the product: ip2region's data for IPv4 and IPv6 (MIT), which knows Chinese cities, with coordinates from our own table.
 * Carriers' addresses may lie 200 km from the phone. Loads on first use (about 12 MB); the configuration's `addressPlaces` replaces it.
 */
export function bundledPlaces(): GeoProvider {
  let data: Lookup | null = null;
  let known = new Map<string, Place | null>();
  return (address) => {
    const remembered = known.get(address);
    if (remembered !== undefined) return remembered;
    if (isIP(address) === 0) return null;
    data ??= open();
    const found = placeOf(data, address);
    if (known.size >= REMEMBERED) known = new Map();
    known.set(address, found);
    return found;
  };
}

function open(): Lookup {
  // The package is CommonJS: its class is the default of the default.
  const loaded = IP2Region as unknown as { default?: new () => Lookup } & (new () => Lookup);
  return new (loaded.default ?? loaded)();
}

function placeOf(data: Lookup, address: string): Place | null {
  let found: ReturnType<Lookup['search']>;
  try {
    found = data.search(address);
  } catch {
    return null;
  }
  if (found === null || found.country === '') return null;
  if (found.country === '中国') {
    const point = pointOfCity(found.city, found.province);
    if (point === null) return null;
    return { city: cityName(found.city === '' ? found.province : found.city), country: 'CN', ...point };
  }
  const country = countryOf(found.country);
  return country === null ? null : { city: found.country, country: country.code, lat: country.lat, lon: country.lon };
}
