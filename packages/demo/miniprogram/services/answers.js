/** 后端的成功答复；后端自己的错误状态变成一句话。网关的拒绝由 SDK 以 MenshenError 抛出。 */
function dataOf(answer) {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.data;
  throw new Error(answer.statusCode === 404 ? '没有找到相应的内容。' : '服务暂时不可用，请稍后重试。');
}

/** 给人看的一句话。requestId 供客服在审计日志中查找。 */
function explain(error) {
  const text = error?.message ? error.message : '操作失败，请稍后重试。';
  return error?.requestId ? `${text}（编号 ${error.requestId}）` : text;
}

module.exports = { dataOf, explain };
