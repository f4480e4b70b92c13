const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

// 调用者选择集合
exports.main = async (event) => {
  return db.collection(event.list).where({ _id: event.id }).remove(); // VULN MP-CLD-001 调用者选择集合
};
