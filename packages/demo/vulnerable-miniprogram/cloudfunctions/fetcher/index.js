const cloud = require('wx-server-sdk');
const rp = require('request-promise');
cloud.init();

exports.main = async (event) => {
  return rp(event.url); // VULN MP-CLD-007 请求调用者给的地址
};
