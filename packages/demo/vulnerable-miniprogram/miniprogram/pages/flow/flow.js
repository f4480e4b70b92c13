const { API } = require('../../config.js');
const { Interpreter } = require('eval5');

Page({
  data: { next: '', intro: '' },
  onLoad(options) {
    wx.request({ url: options.host + '/goods' }); // VULN MP-TNT-003 页面参数决定请求的主机
    wx.redirectTo({ url: options.to }); // VULN MP-TNT-004 页面参数决定打开的页面
    wx.navigateToMiniProgram({ appId: options.appId }); // VULN MP-TNT-011 页面参数决定打开哪个小程序
    wx.getFileSystemManager().readFile({ filePath: options.path, success() {} }); // VULN MP-TNT-013 页面参数决定读取哪个文件
    wx.request({ url: `${API}/coupon/transfer`, method: 'POST', data: { to: options.to } }); // VULN MP-TNT-012 打开页面就转赠优惠券
    this.setData({ next: options.next }); // VULN MP-TNT-015 模板用页面参数拼出跳转地址
    this.setData({ intro: options.intro }); // VULN MP-TNT-008 页面参数作为富文本显示
    eval(options.script); // VULN MP-TNT-006 页面参数当代码执行
  },
  onScan() {
    wx.scanCode({
      success: (res) => {
        wx.navigateTo({ url: '/pages/order/order?code=' + res.result }); // VULN MP-TNT-005 扫码结果没有编码
      },
    });
  },
  onRule() {
    wx.request({
      url: `${API}/rule`,
      success: (res) => {
        new Interpreter().evaluate(res.data.code); // VULN MP-TNT-007 下载代码并执行
      },
    });
  },
});
