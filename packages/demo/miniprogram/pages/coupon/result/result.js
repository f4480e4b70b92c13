const { yuan } = require('../../../services/coupons.js');

Page({
  data: { id: '', amount: '' },

  onLoad({ id, cents }) {
    this.setData({ id: decodeURIComponent(id || ''), amount: yuan(Number(cents) || 0) });
  },

  finish() {
    wx.switchTab({ url: '/pages/coupon/scan/scan' });
  },
});
