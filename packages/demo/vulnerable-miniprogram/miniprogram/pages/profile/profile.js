const { API } = require('../../config.js');

Page({
  login(event) {
    const { account, password } = event.detail.value;
    wx.setStorageSync('password', password); // VULN MP-STO-002 口令存在客户端
    wx.request({
      url: `${API}/login`,
      method: 'POST',
      data: { account, password },
      success: (res) => {
        wx.setStorageSync('token', res.data.token);
        wx.setStorageSync('mobile', res.data.mobile); // VULN MP-STO-001 手机号明文保存
        console.log(res.data.token); // VULN MP-LOG-001 令牌写进日志
        this.sessionKey = res.data.session_key; // VULN MP-SEC-008 session_key 到了客户端
      },
    });
  },
  bindPhone(event) {
    const { encryptedData, iv } = event.detail;
    wx.request({ url: `${API}/phone`, method: 'POST', data: { encryptedData, iv, session_key: this.sessionKey } }); // VULN MP-SEC-009 由客户端给出 session_key
  },
  openPartner() {
    wx.navigateToMiniProgram({ appId: 'wx2222222222222222', extraData: { token: wx.getStorageSync('token') } }); // VULN MP-TNT-010 令牌交给别的小程序
  },
  // VULN-NEXT MP-STO-003 退出后手机号仍在
  logout() {
    wx.removeStorageSync('token');
  },
});
