import { type LabId, labIds } from '@menshen/contract';
import type { Lab } from '../model.ts';
import { stolenLogin } from './stolen-login.ts';
import { storedScript } from './stored-script.ts';
import { tamperedCoupon } from './tampered-coupon.ts';

const byId: Readonly<Record<LabId, Lab>> = {
  'stolen-login': stolenLogin,
  'tampered-coupon': tamperedCoupon,
  'stored-script': storedScript,
};

export const labOf = (id: LabId): Lab => byId[id];
/** All labs, in the order in which they are shown. */
export const labs: readonly Lab[] = labIds.map(labOf);
