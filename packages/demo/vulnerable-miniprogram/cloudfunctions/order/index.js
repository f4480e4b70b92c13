const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext();
  if (event.action === 'list') return db.collection('orders').where({ _openid: OPENID }).get();
  if (event.action === 'remove') return db.collection('orders').doc(event.id).remove(); // VULN MP-CLD-003 没有核对归属
  return cloud.getTempFileURL({ fileList: event.fileList }); // VULN MP-CLD-008 调用者指定云文件
};
