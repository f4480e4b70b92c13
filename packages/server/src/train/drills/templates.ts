import type { Bilingual, DrillTemplate } from '@menshen/contract';

export interface DrillText {
  readonly subject: Bilingual;
  readonly text: Bilingual;
}

/** What drills say: pressure, curiosity and money, which are what real ones use. Nothing frightens a person for their health, job or family. */
export const drillTexts: Readonly<Record<DrillTemplate, DrillText>> = {
  password: {
    subject: { zh: '您的邮箱密码将于今日过期', en: 'Your mailbox password ends today' },
    text: {
      zh: '系统检测到您的邮箱密码将于今天 18:00 过期。请点击下面的链接保留原密码，逾期将无法收发邮件。',
      en: 'Your mailbox password ends today at 18:00. Follow the link to keep it, or you will no longer send or receive mail.',
    },
  },
  parcel: {
    subject: { zh: '您有一个快件因地址不详被退回', en: 'A parcel for you was returned' },
    text: {
      zh: '您的快件因收件地址不完整未能派送，请在 24 小时内点击下面的链接确认地址。',
      en: 'Your parcel could not be delivered because the address is incomplete. Confirm it by the link within 24 hours.',
    },
  },
  payroll: {
    subject: { zh: '【通知】个人补贴申领', en: 'Notice: apply for your allowance' },
    text: {
      zh: '根据最新通知，在职员工可申领一次性补贴，名额有限，请尽快点击下面的链接登记。',
      en: 'Employees may apply for a one-time allowance. Places are few; register by the link soon.',
    },
  },
};
