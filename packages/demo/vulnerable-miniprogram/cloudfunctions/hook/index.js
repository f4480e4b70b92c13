const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

// VULN-NEXT MP-CLD-011 HTTP 触发，没有身份校验
exports.main = async (event) => {
  const { id } = event.queryStringParameters;
  return db.collection('orders').where({ _id: id }).update({ data: { note: 'x' } }); // VULN MP-CLD-003 没有核对归属
};
