const { portal } = require('../../../services/clients.js');
const { dataOf, explain } = require('../../../services/answers.js');

Page({
  data: { announcement: null, failure: '' },

  async onLoad({ id }) {
    try {
      this.setData({ announcement: dataOf(await portal.request({ url: `/api/announcements/${encodeURIComponent(id || '')}` })) });
    } catch (error) {
      this.setData({ failure: explain(error) });
    }
  },
});
