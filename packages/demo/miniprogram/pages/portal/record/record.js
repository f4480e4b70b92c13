const { portal } = require('../../../services/clients.js');
const { dataOf, explain } = require('../../../services/answers.js');

Page({
  data: { state: 'loading', failure: '', record: null, cardTail: '', saving: false, savingCard: false, cardFailure: '' },

  async onLoad() {
    try {
      this.show(dataOf(await portal.request({ url: '/api/me' })));
    } catch (error) {
      this.setData({ state: 'failed', failure: explain(error) });
    }
  },

  show(record) {
    this.uid = record.uid;
    const { phone, address, bio } = record;
    this.setData({ state: 'ready', record: { phone, address, bio }, cardTail: record.bankCard.slice(-4) });
  },

  async save(event) {
    const { phone, address, bio } = event.detail.value;
    if (!/^1\d{10}$/.test(phone)) return wx.showToast({ title: '请填写 11 位手机号', icon: 'none' });
    if (address.trim() === '') return wx.showToast({ title: '请填写住址', icon: 'none' });
    this.setData({ saving: true });
    try {
      const url = `/api/employees/${encodeURIComponent(this.uid)}`;
      this.show(dataOf(await portal.request({ url, method: 'PUT', data: { phone, address, bio } })));
      wx.showToast({ title: '已保存' });
    } catch (error) {
      wx.showModal({ title: '没有保存', content: explain(error), showCancel: false });
    }
    this.setData({ saving: false });
  },

  async saveCard(event) {
    const bankCard = event.detail.value.bankCard.trim();
    if (!/^\d{16,19}$/.test(bankCard)) return this.setData({ cardFailure: '请填写 16 至 19 位银行卡号。' });
    this.setData({ savingCard: true, cardFailure: '' });
    try {
      const url = `/api/employees/${encodeURIComponent(this.uid)}/bank-card`;
      const answer = dataOf(await portal.request({ url, method: 'PUT', data: { bankCard } }));
      this.setData({ cardTail: answer.bankCard.slice(-4) });
      wx.showToast({ title: '已修改' });
    } catch (error) {
      this.setData({ cardFailure: explain(error) });
    }
    this.setData({ savingCard: false });
  },
});
