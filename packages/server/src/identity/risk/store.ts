import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { Place, Sighting } from './model.ts';

const placeOf = z.strictObject({ city: z.string(), country: z.string(), lat: z.number(), lon: z.number() });

const slotMs = 600_000;
/** The present slot and the six before it: between 60 and 70 minutes. */
const countedSlots = 7;

/** Most sightings of a person that are weighed: the newest. */
const maxSightings = 100;

/** The table of where people were seen. It holds a digest of the device and a city, no address. */
export function createRiskStore(store: Store) {
  const { db } = store;
  return {
    async sightingsOf(uid: string, since: number): Promise<Sighting[]> {
      const rows = await db
        .selectFrom('sightings')
        .select(['device', 'place', 'seen'])
        .where('uid', '=', uid)
        .where('seen', '>=', since)
        .orderBy('seen', 'desc')
        .limit(maxSightings)
        .execute();
      return rows.map(({ device, place, seen }) => ({
        device,
        place: place === null ? null : placeOf.parse(JSON.parse(place)),
        at: seen,
      }));
    },
    async sight(uid: string, device: string, place: Place | null, seen: number): Promise<void> {
      const values = { place: place === null ? null : JSON.stringify(place), seen };
      await db
        .insertInto('sightings')
        .values({ uid, device, city: place?.city ?? '', country: place?.country ?? '', ...values })
        .onConflict((conflict) => conflict.columns(['uid', 'device', 'city', 'country']).doUpdateSet(values))
        .execute();
    },
    async addFailure(uid: string, now: number): Promise<void> {
      await db
        .insertInto('risk_failures')
        .values({ uid, slot: Math.floor(now / slotMs), count: 1 })
        .onConflict((conflict) =>
          conflict.columns(['uid', 'slot']).doUpdateSet((update) => ({ count: update('risk_failures.count', '+', 1) })),
        )
        .execute();
    },
    /** Failures of about the last hour. */
    async failuresOf(uid: string, now: number): Promise<number> {
      const rows = await db
        .selectFrom('risk_failures')
        .select('count')
        .where('uid', '=', uid)
        .where('slot', '>', Math.floor(now / slotMs) - countedSlots)
        .execute();
      return rows.reduce((sum, row) => sum + row.count, 0);
    },
    async setSessionRisk(sid: string, risk: string): Promise<void> {
      await db.updateTable('sessions').set({ risk }).where('sid', '=', sid).execute();
    },
    async removeBefore(seen: number): Promise<void> {
      await db.deleteFrom('sightings').where('seen', '<', seen).execute();
      await db
        .deleteFrom('risk_failures')
        .where('slot', '<', Math.floor(seen / slotMs))
        .execute();
    },
  };
}

export type RiskStore = ReturnType<typeof createRiskStore>;
