const { API } = require('../../config.js');
const db = wx.cloud.database();

Page({
  pay(event) {
    db.collection('orders').doc(event.currentTarget.dataset.id).update({ data: { status: 'paid' } }); // VULN MP-CLD-010 客户端直接写订单状态
  },
  locate() {
    wx.request({
      url: 'https://apis.map.qq.com/ws/geocoder/v1/?key=QK5BZ-7RTLW-9XMV4-B33DE-D8LYH-G2F7S', // VULN MP-SEC-007 MP-PRV-005 地图密钥在包里，位置直接给第三方
      data: { location: this.data.location },
    });
  },
  detail() {
    wx.request({ url: `${API}/me?token=${this.data.token}` }); // VULN MP-NET-006 令牌在查询串中
  },
});
