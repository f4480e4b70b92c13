/** What the demonstration company lives by: how much depends on it, who answers for it, and the apps that carry it. */
export const demoBusinesses = [
  { id: 'people', name: '人事与薪酬', importance: 4, owner: '人力资源部', apps: ['portal'], tiedTo: [] },
  { id: 'promotion', name: '门店营销', importance: 4, owner: '市场部', apps: ['coupon'], tiedTo: [] },
] as const;
