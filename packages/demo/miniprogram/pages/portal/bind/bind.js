const { currentChallenge, settle } = require('../../../services/binding.js');

Page({
  data: { byPhone: false, byCode: false, failure: '' },

  onLoad() {
    const challenge = currentChallenge();
    this.challenge = challenge;
    if (challenge === null) return this.setData({ failure: '请从员工门户首页进入。' });
    this.setData({
      byPhone: challenge.ways.includes('phone'),
      byCode: challenge.ways.includes('company_code'),
      failure: challenge.previous === null ? '' : challenge.previous.message,
    });
  },

  onUnload() {
    // 返回即放弃；已给出证明时，此调用无效果。
    settle(this.challenge, null);
  },

  provePhone(event) {
    const { code } = event.detail;
    if (!code) return this.setData({ failure: '没有取得手机号，请重试或使用绑定码。' });
    this.prove({ phoneCode: code });
  },

  proveCode(event) {
    const companyCode = event.detail.value.companyCode.trim();
    if (companyCode === '') return this.setData({ failure: '请输入绑定码。' });
    this.prove({ companyCode });
  },

  prove(proof) {
    settle(this.challenge, proof);
    wx.navigateBack({});
  },
});
