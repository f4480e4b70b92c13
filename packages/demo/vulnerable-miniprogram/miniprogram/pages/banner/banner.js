Page({
  data: { link: '' },
  onLoad() {
    const that = this;
    wx.request({
      url: 'https://api.shop.cn/banner',
      success(res) {
        that.setData({ link: res.data.link }); // VULN MP-TNT-002 网络数据决定 web-view 地址
      },
    });
  },
});
