/** 等待绑定页给出证明的登录；同一时间只有一个。 */
let waiting = null;

/**
 * 登录时网关要求证明员工身份：打开绑定页，等待证明。放弃则返回 null，登录以 binding_required 失败。
 * The gateway asks for a proof of being an employee: opens the binding page and waits. Null gives up.
 */
function askForProof(challenge) {
  return new Promise((resolve) => {
    if (waiting !== null) settle(waiting.challenge, null);
    waiting = { challenge, resolve };
    wx.navigateTo({ url: '/pages/portal/bind/bind', fail: () => settle(challenge, null) });
  });
}

/** 绑定页要回答的问题；没有登录在等待时为 null。 */
function currentChallenge() {
  return waiting === null ? null : waiting.challenge;
}

/** 对某个问题的回答：一个证明，或 null 表示放弃。问题已有回答时无效果：旧页面的关闭不会取消新的问题。 */
function settle(challenge, proof) {
  if (waiting === null || waiting.challenge !== challenge) return;
  const { resolve } = waiting;
  waiting = null;
  resolve(proof);
}

module.exports = { askForProof, currentChallenge, settle };
