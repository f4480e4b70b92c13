const { createMenshen } = require('../vendor/menshen.js');
const { gateway } = require('../config.js');
const { askForProof } = require('./binding.js');
const { askForFactor } = require('./step-up.js');

// 每个应用一个客户端：登录、续期、重试都在其中，页面只管请求。小程序里没有任何密钥。
// One client per app: login, renewal and retries are its business; the pages only ask. The mini program holds no secret.
module.exports = {
  portal: createMenshen({
    baseUrl: `${gateway}/portal`,
    app: 'portal',
    onBindingRequired: askForProof,
    onStepUp: askForFactor,
  }),
  coupon: createMenshen({ baseUrl: `${gateway}/coupon`, app: 'coupon' }),
};
