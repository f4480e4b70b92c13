const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

// VULN-NEXT MP-CLD-004 管理操作没有检查角色
exports.main = async (event) => {
  if (event.isAdmin) await db.collection('goods').doc(event.id).remove(); // VULN MP-API-015 请求字段决定权限
  return db.collection('goods').add({ data: { title: event.title, price: 1 } });
};
