const { explain } = require('../../../services/answers.js');
const { portal } = require('../../../services/clients.js');
const { words } = require('../../../services/words.js');

Page({
  data: {
    t: {},
    step: 'list',
    factors: [],
    ways: [],
    kind: '',
    byWecom: false,
    secret: '',
    hint: '',
    codes: [],
    failure: '',
    busy: false,
  },

  async onLoad() {
    this.t = words();
    this.setData({ t: this.t });
    await this.attempt(() => this.load());
  },

  async load() {
    const { t } = this;
    const { factors, enrol, codeDelivery } = await portal.factors.list();
    this.setData({
      step: 'list',
      factors: factors.map(({ kind, label, state }) => ({ kind, name: t.kinds[kind], label, state: t[state] })),
      ways: enrol.filter((kind) => kind !== 'recovery').map((kind) => ({ kind, name: t.kinds[kind] })),
      kind: enrol[0] || '',
      byWecom: codeDelivery.includes('wecom'),
    });
  },

  choose(event) {
    this.setData({ kind: event.detail.value });
  },

  sendCode() {
    return this.attempt(async () => {
      await portal.factors.sendCode('wecom');
      wx.showToast({ title: this.t.sent });
    });
  },

  begin(event) {
    const companyCode = event.detail.value.companyCode.trim();
    const { kind } = this.data;
    return this.attempt(async () => {
      // 刚刚验证过的人不需要验证码。
      const begun = await portal.factors.enrol({ kind, ...(companyCode === '' ? {} : { proof: { companyCode } }) });
      this.enrolment = begun.enrolment;
      if (begun.soter !== undefined) return this.finish(await portal.factors.soter(begun.soter.challenge));
      const hint = this.t.hints[kind];
      this.setData({
        step: 'confirm',
        secret: begun.totp === undefined ? '' : begun.totp.secret,
        hint: begun.sms === undefined ? hint : `${hint} ${begun.sms.phone}`,
      });
    });
  },

  copy() {
    wx.setClipboardData({ data: this.data.secret });
  },

  confirm(event) {
    const text = event.detail.value.proof.trim();
    if (text === '') return this.setData({ failure: this.t.empty });
    return this.attempt(() => this.finish(this.data.kind === 'password' ? { password: text } : { code: text }));
  },

  async finish(proof) {
    const { recoveryCodes } = await portal.factors.confirm({ enrolment: this.enrolment, ...proof });
    this.setData({ secret: '' });
    if (recoveryCodes !== null) return this.setData({ step: 'codes', codes: [...recoveryCodes] });
    wx.showToast({ title: this.t.finished });
    await this.load();
  },

  kept() {
    this.setData({ codes: [] });
    return this.attempt(() => this.load());
  },

  async attempt(work) {
    if (this.data.busy) return;
    this.setData({ busy: true, failure: '' });
    try {
      await work();
    } catch (error) {
      this.setData({ failure: explain(error) });
    }
    this.setData({ busy: false });
  },
});
