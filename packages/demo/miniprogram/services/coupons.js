/** 门店海报上二维码的内容：DT:门店:活动。不是本公司的二维码返回 null。 */
function readShopCode(text) {
  const match = /^DT:([A-Z]{2}\d{3}):([a-z0-9-]{1,40})$/.exec(text || '');
  return match === null ? null : { qr: match[0], shop: match[1], campaignId: match[2] };
}

/** 金额（分）写成元。 */
function yuan(cents) {
  return (cents / 100).toFixed(2).replace(/\.?0+$/, '');
}

module.exports = { readShopCode, yuan };
