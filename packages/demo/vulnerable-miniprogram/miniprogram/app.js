const { API } = require('./config.js');

App({
  onLaunch() {
    wx.setEnableDebug({ enableDebug: true }); // VULN MP-LOG-003 发布版也会打开调试
  },
  onShow(options) {
    const { referrerInfo } = options;
    if (referrerInfo && referrerInfo.extraData) {
      wx.request({ url: `${API}/orders/paid`, method: 'POST', data: { orderId: referrerInfo.extraData.orderId } }); // VULN MP-TNT-009 没有核对来源小程序
    }
  },
});
