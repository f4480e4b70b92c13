const { coupon } = require('../../../services/clients.js');
const { dataOf, explain } = require('../../../services/answers.js');
const { readShopCode, yuan } = require('../../../services/coupons.js');

Page({
  data: { failure: '', campaign: null, shopName: '', offers: [], amountCents: 0, claiming: false },

  async onLoad({ qr }) {
    this.code = readShopCode(decodeURIComponent(qr || ''));
    if (this.code === null) return this.setData({ failure: '这不是鼎泰门店的二维码。' });
    try {
      const url = `/api/campaigns/${encodeURIComponent(this.code.campaignId)}`;
      // 看活动不需要登录，领取时才登录。
      const campaign = dataOf(await coupon.request({ url, anonymous: true }));
      const shop = campaign.shops.find(({ id }) => id === this.code.shop);
      if (shop === undefined) return this.setData({ failure: '该门店不参加此活动。' });
      const offers = [500, 1000, 1500, 2000]
        .filter((cents) => cents >= campaign.minCents && cents <= campaign.maxCents)
        .map((cents) => ({ cents, yuan: yuan(cents) }));
      this.setData({
        campaign: { name: campaign.name, rule: campaign.rule },
        shopName: shop.name,
        offers,
        amountCents: offers[0].cents,
      });
    } catch (error) {
      this.setData({ failure: explain(error) });
    }
  },

  choose(event) {
    this.setData({ amountCents: Number(event.detail.value) });
  },

  async claim() {
    this.setData({ claiming: true, failure: '' });
    try {
      const data = { ...this.code, amountCents: this.data.amountCents };
      const claim = dataOf(await coupon.request({ url: '/api/claims', method: 'POST', data }));
      wx.redirectTo({ url: `/pages/coupon/result/result?id=${encodeURIComponent(claim.id)}&cents=${claim.amountCents}` });
    } catch (error) {
      this.setData({ failure: explain(error) });
    }
    this.setData({ claiming: false });
  },
});
