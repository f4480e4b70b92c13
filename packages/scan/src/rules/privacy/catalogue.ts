import type { Rule } from '../../rule.ts';

const base = { family: 'privacy', mlps: ['8.1.4.11'] } as const;

export const privacyRules: readonly Rule[] = [
  {
    ...base,
    id: 'MP-PRV-001',
    severity: 'medium',
    score: 5.3,
    cwe: [359],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-1'],
    title: { zh: '隐私接口没有在 requiredPrivateInfos 中声明', en: 'Private interface not declared in requiredPrivateInfos' },
    description: {
      zh: '位置、地址类接口自 2022 年 7 月起必须声明，否则调用失败、审核不通过；多声明也是问题。',
      en: 'Location and address interfaces must be declared since July 2022, or calls fail and the review refuses; declaring too many is a fault as well.',
    },
    fix: { zh: '只声明实际使用的接口。', en: 'Declare what is used, and nothing more.' },
    examples: { json: { bad: '{ "pages": […] }', good: '{ "pages": […], "requiredPrivateInfos": ["getLocation"] }' } },
  },
  {
    ...base,
    id: 'MP-PRV-002',
    severity: 'medium',
    score: 4.3,
    cwe: [359],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-3'],
    title: { zh: '使用位置但没有说明用途', en: 'Location without a stated purpose' },
    description: {
      zh: '授权弹窗会显示 permission 中的用途说明；没有它，用户不知道为什么要给出位置。',
      en: 'The consent dialog shows the purpose from permission; without it people do not know why they give their location.',
    },
    fix: {
      zh: '在 permission["scope.userLocation"].desc 写清用途。',
      en: 'State the purpose in permission["scope.userLocation"].desc.',
    },
    examples: {
      json: {
        bad: '{ "requiredPrivateInfos": ["getLocation"] }',
        good: '"permission": { "scope.userLocation": { "desc": "用于显示附近门店" } }',
      },
    },
  },
  {
    ...base,
    id: 'MP-PRV-003',
    severity: 'medium',
    score: 5.3,
    cwe: [359],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-3'],
    title: { zh: '征得同意之前就调用敏感接口', en: 'Sensitive interface before consent' },
    description: {
      zh: '打开页面就取位置、运动等信息，用户既没有操作，也没有看到说明。',
      en: 'Location, steps and the like are taken as the page opens: nobody tapped and nobody was told.',
    },
    fix: {
      zh: '在用户点击之后调用，先用 wx.requirePrivacyAuthorize 或授权弹窗。',
      en: 'Call after a tap, and ask first with wx.requirePrivacyAuthorize or a dialog.',
    },
    examples: {
      miniprogram: {
        bad: 'onLoad() { wx.getWeRunData(…) }',
        good: 'onTapSteps() { wx.requirePrivacyAuthorize({ success: () => wx.getWeRunData(…) }) }',
      },
    },
  },
  {
    ...base,
    id: 'MP-PRV-004',
    severity: 'medium',
    score: 5.3,
    cwe: [359],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-1'],
    title: { zh: '静默读取剪贴板', en: 'Silent clipboard read' },
    description: {
      zh: '剪贴板里可能是验证码、口令、聊天内容。页面一打开就读取属于超范围收集。',
      en: 'The clipboard may hold a code, a password, a chat. Reading it as a page opens collects too much.',
    },
    fix: { zh: '只在用户点击「粘贴」后读取。', en: 'Read it only after the user taps "paste".' },
    examples: {
      miniprogram: {
        bad: 'onLoad() { wx.getClipboardData({ success: parse }) }',
        good: 'onTapPaste() { wx.getClipboardData({ success: parse }) }',
      },
    },
  },
  {
    ...base,
    id: 'MP-PRV-005',
    severity: 'medium',
    score: 5.3,
    cwe: [359, 201],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-1'],
    title: { zh: '个人信息直接发给第三方', en: 'Personal data to a third-party host' },
    description: {
      zh: '位置、手机号等由客户端直接发给第三方，接收方与用途必须写进隐私保护指引。',
      en: 'Location, phone number and the like go from the client to a third party; the privacy guide must name it and why.',
    },
    fix: {
      zh: '经自己的后端转发并只给必要精度；在隐私指引中写明接收方。',
      en: 'Relay through your backend with no more precision than needed, and name the receiver in the privacy guide.',
    },
    examples: {
      miniprogram: {
        bad: "wx.request({ url: 'https://apis.map.qq.com/…', data: { location } })",
        good: "wx.request({ url: API + '/geocode', data: { location } })",
      },
    },
  },
  {
    ...base,
    id: 'MP-PRV-006',
    severity: 'info',
    score: 2,
    cwe: [477],
    guide: ['M2'],
    asvs: ['MASVS-CODE-1'],
    title: { zh: '使用已收回的用户信息接口', en: 'Withdrawn user-information interface' },
    description: {
      zh: 'getUserInfo 与 getUserProfile 只返回匿名数据，依赖它们的登录逻辑已失效。',
      en: 'getUserInfo and getUserProfile answer with anonymous data: logins built on them no longer work.',
    },
    fix: {
      zh: '改用 open-type="chooseAvatar" 与 type="nickname" 输入框。',
      en: 'Use open-type="chooseAvatar" and an input of type="nickname".',
    },
    examples: {
      wxml: { bad: '<button open-type="getUserInfo">', good: '<button open-type="chooseAvatar" bindchooseavatar="onAvatar">' },
    },
  },
  {
    ...base,
    id: 'MP-PRV-007',
    severity: 'medium',
    score: 4.3,
    cwe: [359],
    guide: ['M1'],
    asvs: ['ASVS 8.3.4'],
    title: { zh: '个人信息未脱敏就显示', en: 'Unmasked personal data on screen' },
    description: {
      zh: '完整的手机号、证件号、卡号会被旁人看到、被截屏，也说明后端返回了过多数据。',
      en: 'Whole phone, identity and card numbers are seen by bystanders and in screenshots, and show that the backend returns too much.',
    },
    fix: {
      zh: '由后端返回脱敏值；查看完整值需再次验证。',
      en: 'Let the backend answer with masked values, and ask again before showing the whole.',
    },
    examples: { wxml: { bad: '<text>{{user.idCard}}</text>', good: '<text>{{user.idCardMasked}}</text>' } },
  },
  {
    ...base,
    id: 'MP-PRV-008',
    severity: 'low',
    score: 3.1,
    cwe: [359],
    guide: ['M2'],
    asvs: ['MASVS-PRIVACY-4'],
    title: { zh: '没有处理授权撤回事件', en: 'Withdrawal of consent is not handled' },
    description: {
      zh: '用户撤回授权或注销时微信推送 user_authorization_revoke / cancellation，应停止使用并删除数据。',
      en: 'When a user withdraws consent or leaves, WeChat pushes user_authorization_revoke or cancellation: use must stop and data go.',
    },
    fix: { zh: '处理该事件：停止处理、删除或匿名化相关数据。', en: 'Handle the event: stop, and delete or anonymise the data.' },
    examples: {
      any: {
        bad: "switch (message.Event) { case 'user_enter_tempsession': … }",
        good: "switch (message.Event) { case 'user_authorization_revoke': return erase(message.OpenID); … }",
      },
    },
  },
];
