import type { Machine } from '../machine/machine.ts';
import type { Value } from '../machine/value.ts';
import { collection } from './cloud-db.ts';
import { ormModel } from './orm.ts';

const cloudSteps = /^(where|doc|add|field|orderBy|limit|skip|get|count|aggregate)$/;

/** `db.collection(name)` of a database whose kind is not known: the next step tells the cloud's from MongoDB's driver. */
export function anyCollection(m: Machine, name: Value | undefined): Value {
  const table = typeof name?.literal === 'string' ? name.literal : '';
  const cloud = collection(m, name);
  const driver = ormModel(m, { table, statics: new Map(), columns: [] });
  return {
    flags: 0,
    handle: {
      kind: 'collection',
      get: (step, target) => (cloudSteps.test(step) ? cloud : driver).handle?.get?.(step, target),
    },
  };
}
