import { distanceKm } from '../../identity/risk/model.ts';

/** Great-circle distance of two points given in degrees. */
export function kilometres(latA: number, lonA: number, latB: number, lonB: number): number {
  return distanceKm({ city: '', country: '', lat: latA, lon: lonA }, { city: '', country: '', lat: latB, lon: lonB });
}

/** The shortest time in which a person gets from door to door, hours: by road or train up to 600 km, further by air with an hour at each end. */
export function travelHours(km: number): number {
  return km <= 600 ? km / 280 : 1.6 + km / 850;
}
