Page({
  onMessage(event) {
    wx.requestPayment(event.detail.data[0]); // VULN MP-TNT-014 相信网页发来的消息
  },
});
