const cloud = require('wx-server-sdk');
const db = cloud.database();

/** session_key 只在服务端，按 openid 取。 */
exports.keyOf = async (openid) => {
  const { data } = await db.collection('session_keys').where({ _openid: openid }).limit(1).get();
  return data[0].value;
};
