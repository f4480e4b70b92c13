// 网关地址。演示时是本机；上线时换成已备案、已在小程序后台登记的 https 域名。
// The gateway. In the demonstration it is this machine; for a release, the https domain that is registered with the mini program.
module.exports = {
  gateway: 'http://127.0.0.1:8443',
};
