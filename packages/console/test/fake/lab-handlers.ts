import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import type { World } from './world.ts';

const titles: Readonly<Record<contract.LabId, contract.Bilingual>> = {
  'stolen-login': { zh: '被盗的微信登录', en: 'A stolen login' },
  'tampered-coupon': { zh: '被篡改的优惠券', en: 'Tampered coupons' },
  'stored-script': { zh: '存进公告的脚本', en: 'A stored script' },
};

/** A company whose people do labs; on a quiet day they are off. */
export function labHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  return [
    bind(contract.listTrainingLabs, () => ({
      ...{ enabled: !empty(), atOnce: 2, running: empty() ? 0 : 1, minutes: 30, minimumGroup: 5, people: empty() ? 0 : 64 },
      labs: contract.labIds.map((id, at) => ({
        ...{ id, title: titles[id], summary: titles[id] },
        courses: at === 2 ? [{ id: 'injection', title: { zh: 'XSS 与注入', en: 'XSS and injection' } }] : [],
        ...{ tried: empty() ? null : 31 - at * 8, passed: empty() ? null : 24 - at * 9 },
      })),
      groups: empty()
        ? []
        : [
            {
              department: '9',
              name: '门店运营中心',
              people: 31,
              labs: contract.labIds.map((lab, at) => ({ lab, passed: 9 - at })),
            },
            {
              department: '2',
              name: '研发中心',
              people: 22,
              labs: contract.labIds.map((lab, at) => ({ lab, passed: 12 - at * 3 })),
            },
          ],
    })),
  ];
}
