const cloud = require('wx-server-sdk');
const axios = require('axios');
cloud.init();

exports.main = async () => {
  const reply = await axios.get('https://api.weixin.qq.com/cgi-bin/token', { params: { appid: process.env.APPID, secret: process.env.APPSECRET } });
  console.log(reply.data); // VULN MP-LOG-001 access_token 写进日志
  return { token: reply.data.access_token }; // VULN MP-SEC-010 access_token 给了客户端
};
