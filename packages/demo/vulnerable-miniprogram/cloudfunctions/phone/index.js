const cloud = require('wx-server-sdk');
const decrypt = require('./decrypt');
const { keyOf } = require('./keys');
cloud.init();

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext();
  const data = decrypt(await keyOf(OPENID), event.encryptedData, event.iv);
  return { masked: String(data.purePhoneNumber).replace(/^(\d{3})\d{4}/, '$1****') };
};
