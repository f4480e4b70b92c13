import type { ConfigInput } from '@menshen/contract';

/** For what the demonstration company processes personal information, as its customers and staff are told. */
export const demoPurposes: NonNullable<NonNullable<ConfigInput['privacy']>['purposes']> = [
  {
    id: 'coupons',
    name: { zh: '领券与核销', en: 'Coupons' },
    text: {
      zh: '我们用您的微信身份记录领取与核销的优惠券，活动结束一年后删除。您可以随时撤回同意。',
      en: 'We use your WeChat identity to keep the coupons that you claim and use, until a year after the campaign. You can withdraw at any time.',
    },
    fields: ['微信身份', '领取记录'],
    apps: ['coupon'],
  },
  {
    id: 'phone-notices',
    name: { zh: '手机号通知', en: 'Notices by phone' },
    text: {
      zh: '我们用您的手机号发送取货和活动通知。在微信中撤回手机号授权，即同时撤回此项同意。',
      en: 'We send notices about pick-ups and campaigns to your phone. Withdrawing your phone number in WeChat withdraws this too.',
    },
    fields: ['手机号'],
    apps: ['coupon'],
    wechatScopes: [8],
  },
  {
    id: 'employment',
    name: { zh: '人事管理', en: 'Employment' },
    text: {
      zh: '我们按劳动合同处理您的姓名、部门、手机号和考勤。',
      en: 'We process your name, department, phone number and attendance as the employment contract needs.',
    },
    basis: 'human_resources',
    fields: ['姓名', '部门', '手机号', '考勤'],
    apps: ['portal'],
  },
];
