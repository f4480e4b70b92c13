Page({
  onLoad() {
    wx.getClipboardData({ success: (res) => this.setData({ text: res.data }) }); // VULN MP-PRV-004 静默读取剪贴板
    wx.getWeRunData({ success() {} }); // VULN MP-PRV-003 没有征得同意
  },
  onTapLocate() {
    wx.getLocation({ type: 'gcj02', success() {} });
  },
  onTapProfile() {
    wx.getUserProfile({ desc: '完善资料', success() {} }); // VULN MP-PRV-006 已收回的接口
  },
});
