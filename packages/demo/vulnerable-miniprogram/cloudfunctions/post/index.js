const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext();
  return db.collection('posts').add({ data: { content: event.text, _openid: OPENID } }); // VULN MP-CNT-001 内容审核是另一个函数，写入时没有调用
};
