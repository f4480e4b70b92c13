Page({
  data: { target: '' },
  onLoad(options) {
    this.setData({ target: decodeURIComponent(options.url) }); // VULN MP-TNT-001 页面参数决定 web-view 地址
  },
});
