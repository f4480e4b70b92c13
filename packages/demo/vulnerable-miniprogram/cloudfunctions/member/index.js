const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();
const _ = db.command;

exports.main = async (event) => {
  switch (event.action) {
    case 'profile':
      return db.collection('member').where({ openid: event.openid }).get(); // VULN MP-CLD-002 身份来自请求
    case 'reward':
      return reward(event);
    case 'comment':
      return db.collection('comments').add({ data: event.comment }); // VULN MP-CLD-005 MP-CNT-001 整个对象写入，也没有审核内容
    default:
      return mine();
  }
};

async function reward(event) {
  const { OPENID } = cloud.getWXContext();
  return db.collection('member').where({ _openid: OPENID }).update({ data: { points: _.inc(event.points) } }); // VULN MP-CLD-006 请求说加多少分就加多少
}

async function mine() {
  const { OPENID } = cloud.getWXContext();
  return db.collection('member').where({ _openid: OPENID }).get();
}
