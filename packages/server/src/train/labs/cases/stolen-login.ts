import { anything, type Lab, memberOf, nothing, unstopped } from '../model.ts';

const stoppedBy = { codes: ['mfa_required'], alarm: null } as const;
const record = { method: 'PUT', path: '/portal/api/employees/lin.xiaotong', fixed: {} } as const;

/** Somebody with an employee's login reads and changes her record; stopped by asking for a second factor where the login looks wrong. */
export const stolenLogin: Lab = {
  id: 'stolen-login',
  title: { zh: '被盗的微信登录', en: 'A stolen login' },
  summary: {
    zh: '你拿到了员工林晓彤的登录凭据，人在 3300 公里之外。先看看能做多少坏事，再打开二次验证，看它怎样拦住你而不打扰她本人。',
    en: 'You hold the login of Lin Xiaotong, an employee, and sit 3,300 km away. See how much harm it does, then switch on the second factor and see it stop you and not her.',
  },
  minutes: 8,
  protection: {
    zh: '按风险要求二次验证：登录来自陌生设备和不可能的距离时，先证明是本人。所有人随后重新登录。',
    en: 'A second factor by risk: who signs in from a strange device and an impossible distance proves first who they are. Everybody then signs in anew.',
  },
  requests: [
    {
      ...{ id: 'read', role: 'attack', actor: 'thief', method: 'GET', path: '/portal/api/me', fixed: {}, fields: [] },
      title: { zh: '盗号者：读取她的档案', en: 'The thief reads her record' },
      task: {
        zh: '发送后看回答里有没有身份证号和银行卡号。',
        en: 'Send it and look for her citizen number and bank card in the answer.',
      },
      meant: anything,
      harmed: (answer) => typeof memberOf(answer, 'idNumber') === 'string',
      stoppedBy,
    },
    {
      ...{ id: 'change', role: 'attack', actor: 'thief', ...record, stoppedBy },
      fields: [
        { name: 'phone', label: { zh: '手机号', en: 'phone' }, kind: 'text', initial: '19900009999', max: 20 },
        { name: 'bio', label: { zh: '简介', en: 'bio' }, kind: 'text', initial: '这个账号现在归我', max: 100 },
      ],
      title: { zh: '盗号者：把她的手机号改成自己的', en: 'The thief puts their own phone number in' },
      task: {
        zh: '手机号换成你的（11 位，以 1 开头），以后的验证码就都发给你了。',
        en: 'Put your number in (11 digits, beginning with 1): from then on her codes go to you.',
      },
      meant: ({ phone }) => /^1[0-9]{10}$/.test(String(phone)),
      harmed: (answer, { phone }) => memberOf(answer, 'phone') === phone,
    },
    {
      ...{ id: 'own-read', role: 'honest', actor: 'owner', method: 'GET', path: '/portal/api/me', fixed: {}, fields: [] },
      title: { zh: '林晓彤本人：在办公室看自己的档案', en: 'Lin Xiaotong reads her own record, at the office' },
      task: { zh: '防护打开后，她应当照常使用。', en: 'With the protection on, she should notice nothing.' },
      meant: anything,
      harmed: nothing,
      stoppedBy: unstopped,
    },
    {
      ...{ id: 'own-change', role: 'honest', actor: 'owner', ...record, stoppedBy: unstopped },
      fields: [
        {
          name: 'address',
          label: { zh: '住址', en: 'address' },
          kind: 'text',
          initial: '上海市浦东新区云杉路 88 号',
          max: 100,
        },
      ],
      title: { zh: '林晓彤本人：更新住址', en: 'Lin Xiaotong changes her address' },
      task: { zh: '与盗号者同一个接口，只是人对了。', en: 'The same operation as the thief’s; only the person is right.' },
      meant: anything,
      harmed: nothing,
    },
  ],
};
