module.exports = {
  API: 'https://api.shop.cn',
  legacyApi: 'http://old.shop.cn/api', // VULN MP-NET-001 明文接口
  // appSecret: '7f1d0c9be24a8356af9e61d2b80c4735' VULN MP-SEC-013 注释里的密钥
};
