const { portal } = require('../../../services/clients.js');
const { dataOf, explain } = require('../../../services/answers.js');

Page({
  data: { state: 'loading', failure: '', me: null, department: '', phone: '', announcements: [] },

  onShow() {
    // 退出后由本人决定何时再登录。
    if (this.data.state !== 'failed') return this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async reload() {
    this.setData({ state: 'loading' });
    try {
      await portal.login();
    } catch (error) {
      return this.setData({ state: 'failed', failure: explain(error) });
    }
    await this.load();
  },

  async load() {
    try {
      const [me, list] = await Promise.all([portal.request({ url: '/api/me' }), portal.request({ url: '/api/announcements' })]);
      const record = dataOf(me);
      this.setData({
        state: 'ready',
        me: { name: record.name, position: record.position },
        department: record.departmentPath.slice(1).join(' / ') || record.departmentPath[0],
        // 页面上不显示完整号码。
        phone: record.phone.replace(/^(\d{3})\d+(\d{2})$/, '$1******$2'),
        announcements: dataOf(list).items,
      });
    } catch (error) {
      this.setData({ state: 'failed', failure: explain(error) });
    }
  },

  openRecord() {
    wx.navigateTo({ url: '/pages/portal/record/record' });
  },

  openFactors() {
    wx.navigateTo({ url: '/pages/portal/factors/factors' });
  },

  openAnnouncement(event) {
    wx.navigateTo({ url: `/pages/portal/announcement/announcement?id=${encodeURIComponent(event.currentTarget.dataset.id)}` });
  },

  async logOut() {
    try {
      await portal.logout();
      this.setData({ state: 'failed', failure: '您已退出登录。', me: null, announcements: [] });
    } catch (error) {
      this.setData({ state: 'failed', failure: explain(error), me: null, announcements: [] });
    }
  },
});
