module.exports = {
  weixin: {
    appid: 'wx0123456789abcdef',
    secret: '7f1d0c9be24a8356af9e61d2b80c4735', // VULN MP-SEC-001 AppSecret 写在配置里
    mch_id: '1600000001',
    partner_key: 'q8ZrT3vXk1LmN7pW2sYd5fGh9jKb4cVu', // VULN MP-SEC-002 商户密钥写在配置里
    notify_url: 'http://pay.shop.cn/notify', // VULN MP-NET-005 支付通知走明文
  },
  cos: {
    secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA', // VULN MP-SEC-004 云密钥标识
    secretKey: 'Gu5t9xGARNpq86cd98joQYCN3Cozk1qA', // VULN MP-SEC-004 云密钥
    bucket: 'shop-1250000000',
  },
  mysql: {
    host: 'db.shop.cn',
    user: 'root',
    password: 'shop2026', // VULN MP-SEC-006 数据库口令
    database: 'shop',
  },
  jwt: { secret: 'shop-demo-9527' }, // VULN MP-SEC-005 令牌密钥是字面量
  wxMessageToken: 'abcdefgh', // VULN MP-SEC-011 消息推送令牌太弱
  security: {
    csrf: {
      enable: false, // VULN MP-CFG-001 关闭 CSRF，却用 Cookie 登录
    },
  },
};
