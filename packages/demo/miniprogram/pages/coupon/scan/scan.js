const { coupon } = require('../../../services/clients.js');
const { dataOf, explain } = require('../../../services/answers.js');
const { readShopCode, yuan } = require('../../../services/coupons.js');

Page({
  data: { failure: '', loaded: false, claims: [] },

  onLoad({ q, scene }) {
    // 用微信扫普通二维码或小程序码打开时，内容在参数 q 或 scene 中。
    const text = decodeURIComponent(q || scene || '');
    if (text !== '') this.open(text);
  },

  scan() {
    wx.scanCode({
      scanType: ['qrCode'],
      success: ({ result }) => this.open(result),
      fail: ({ errMsg }) => /cancel/.test(errMsg) || this.setData({ failure: '无法使用相机，请检查权限。' }),
    });
  },

  open(text) {
    if (readShopCode(text) === null) return this.setData({ failure: '这不是鼎泰门店的二维码。' });
    this.setData({ failure: '' });
    wx.navigateTo({ url: `/pages/coupon/claim/claim?qr=${encodeURIComponent(text)}` });
  },

  async loadClaims() {
    try {
      const { items } = dataOf(await coupon.request({ url: '/api/claims' }));
      const claims = items.map(({ id, shop, amountCents }) => ({ id, shop, amount: yuan(amountCents) }));
      this.setData({ loaded: true, claims, failure: '' });
    } catch (error) {
      this.setData({ failure: explain(error) });
    }
  },
});
