const zh = {
  stepUpTitle: '请确认是您本人',
  freshness: '继续之前需要再验证一次身份。',
  approval: '这项操作每次都需要验证。验证只对这一次有效。',
  none: '您还没有设置二次验证。请先设置，再重试。',
  setUp: '去设置',
  confirm: '确认',
  cancel: '取消',
  other: '换一种方式',
  resend: '重新发送',
  lost: '请从需要验证的页面进入。',
  empty: '请输入验证码或口令。',
  factorsTitle: '二次验证',
  factorsHelp: '修改工资卡等操作需要二次验证。设置时请输入公司发给您的验证码。',
  nothing: '还没有设置。',
  locked: '暂时锁定',
  disabled: '已停用，请重新设置',
  active: '可用',
  add: '添加或更换',
  sendCode: '把验证码发到我的企业微信',
  sent: '已发送',
  companyCode: '公司发给您的验证码',
  next: '下一步',
  secretHelp: '把下面的密钥添加到验证器应用，再输入它显示的六位数字。',
  copy: '复制密钥',
  codesHelp: '恢复码只显示这一次。请抄下来放在安全的地方：手机丢失时用它登录，每个只能用一次。',
  kept: '我已抄好',
  finished: '已设置',
  kinds: { totp: '验证器应用', sms: '短信验证码', password: '口令', soter: '指纹或面容', recovery: '恢复码' },
  hints: { totp: '验证器显示的六位数字', sms: '短信里的六位数字，已发往', password: '口令', recovery: '一个恢复码' },
};

const en = {
  stepUpTitle: 'Please confirm that it is you',
  freshness: 'Before you go on, prove once more who you are.',
  approval: 'This needs a proof every time. The proof is good for this once.',
  none: 'You have not set up a second factor yet. Set one up, then try again.',
  setUp: 'Set one up',
  confirm: 'Confirm',
  cancel: 'Cancel',
  other: 'Another way',
  resend: 'Send again',
  lost: 'Please come here from the page that asked for it.',
  empty: 'Enter the code or the password.',
  factorsTitle: 'Second factors',
  factorsHelp:
    'Changing your bank card and the like needs a second factor. To set one up, enter the code that the company gives you.',
  nothing: 'Nothing is set up yet.',
  locked: 'locked for a while',
  disabled: 'disabled, set it up again',
  active: 'ready',
  add: 'Add or replace',
  sendCode: 'Send the code to my WeCom',
  sent: 'Sent',
  companyCode: 'The code from the company',
  next: 'Next',
  secretHelp: 'Add this key to an authenticator app, then enter the six digits that it shows.',
  copy: 'Copy the key',
  codesHelp:
    'The recovery codes are shown this once. Write them down and keep them safe: they let you in when the phone is lost, each of them once.',
  kept: 'I have written them down',
  finished: 'It is set up',
  kinds: {
    totp: 'Authenticator app',
    sms: 'Code by SMS',
    password: 'Password',
    soter: 'Fingerprint or face',
    recovery: 'Recovery code',
  },
  hints: {
    totp: 'The six digits that the app shows',
    sms: 'The six digits of the SMS, sent to',
    password: 'Your password',
    recovery: 'One of your recovery codes',
  },
};

/** 页面上的文字：手机是英语则为英语，否则中文。 Words of the pages: English when the phone is set to it, else Chinese. */
function words() {
  try {
    return /^en/i.test(wx.getSystemInfoSync().language || '') ? en : zh;
  } catch {
    return zh;
  }
}

module.exports = { words };
