const { explain } = require('../../../services/answers.js');
const { currentStepUp, finish } = require('../../../services/step-up.js');
const { words } = require('../../../services/words.js');

Page({
  data: { t: {}, about: '', explanations: [], ways: [], kind: '', hint: '', failure: '', busy: false, none: false },

  async onLoad() {
    const challenge = currentStepUp();
    this.challenge = challenge;
    const t = words();
    this.t = t;
    this.setData({ t });
    if (challenge === null) return this.setData({ failure: t.lost });
    this.setData({ about: t[challenge.form], explanations: [...challenge.explanations] });
    await this.attempt(async () => {
      const { stepUp } = await challenge.factors();
      this.setData({ ways: stepUp.map((kind) => ({ kind, name: t.kinds[kind] })), none: stepUp.length === 0 });
      // 指纹由本人点选后再开始。
      const first = stepUp.find((kind) => kind !== 'soter');
      if (first !== undefined) await this.begin(first);
    });
  },

  onUnload() {
    // 返回即放弃；已验证时，请求仍会继续。
    finish(this.challenge);
  },

  choose(event) {
    return this.attempt(() => this.begin(event.currentTarget.dataset.kind));
  },

  async begin(kind) {
    if (kind === 'soter') {
      await this.challenge.soter();
      return this.leave();
    }
    const { sms } = await this.challenge.begin(kind);
    const hint = this.t.hints[kind];
    this.setData({ kind, hint: sms === undefined ? hint : `${hint} ${sms.phone}` });
  },

  submit(event) {
    const text = event.detail.value.proof.trim();
    if (text === '') return this.setData({ failure: this.t.empty });
    const { kind } = this.data;
    return this.attempt(async () => {
      await this.challenge.answer(kind === 'password' ? { password: text } : { code: text });
      this.leave();
    });
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

  leave() {
    finish(this.challenge);
    wx.navigateBack({});
  },

  setUp() {
    finish(this.challenge);
    wx.redirectTo({ url: '/pages/portal/factors/factors' });
  },
});
